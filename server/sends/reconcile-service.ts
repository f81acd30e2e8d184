import { UserError } from '../core/errors'
import type { MallId } from '../malls/mall'
import { unknownWaitMs } from './batch-rules'
import type { DispatchParts } from './dispatch-parts'
import { endWithoutResult, type ReceiptService } from './receipt-service'
import type { Batch } from './send'

/** What asking for lost answers is built from. */
export type ReconcileParts = Pick<
  DispatchParts,
  'accounts' | 'batches' | 'clock' | 'finishRun' | 'lanes' | 'ledger' | 'logger' | 'relay'
> & { receipts: Pick<ReceiptService, 'applyReceipts'> }

/** Learns what became of batches whose answer was lost; nothing of them is sent before the relay itself tells. */
export interface ReconcileService {
  askFates(): Promise<void>
  /** A person closes an unknown batch: its sends end `uncertain` and its won is charged. Tells how many. */
  closeUnknown(mallId: MallId, batchId: string): Promise<number>
}

const AT_ONCE = 20
const RESULTS_AFTER_MS = 10 * 60_000

/** The unknown batches of all malls. */
export function createReconcileService(parts: ReconcileParts): ReconcileService {
  return {
    async askFates() {
      for (const batch of await parts.batches.due('unknown', parts.clock.now(), AT_ONCE)) {
        const next = new Date(parts.clock.now().getTime() + unknownWaitMs(batch.asked + 1))
        if (await parts.batches.putOff(batch, next)) await askFate(parts, batch)
      }
    },
    async closeUnknown(mallId, batchId) {
      const batch = await parts.batches.byId(mallId, batchId)
      if (batch?.state !== 'unknown')
        throw new UserError(409, 'not-unknown', '이미 결과가 확인된 발송이에요. 새로 고쳐 주세요.')
      return endWithoutResult(parts, batch)
    },
  }
}

async function askFate(parts: ReconcileParts, batch: Batch): Promise<void> {
  const { mallId, runId, number, intent } = batch
  const account = intent && (await parts.accounts.ofVersion(mallId, intent.account))
  if (!account) return
  const fate = await parts.relay.fateOf(account.account, `${batch.id}:${batch.fence}`, intent.relayBatchId)
  parts.logger.info({ runId, batch: number, fate: fate.fate, asked: batch.asked + 1 }, 'the relay was asked')
  switch (fate.fate) {
    case 'accepted': {
      const now = parts.clock.now()
      const set = { acceptedAt: now, asked: 0, dueAt: new Date(now.getTime() + RESULTS_AFTER_MS) }
      await parts.batches.move(batch, { from: 'unknown', event: 'accepted', set, fence: true })
      return parts.receipts.applyReceipts(mallId, fate.receipts)
    }
    case 'never-sent': {
      const now = parts.clock.now()
      if (await parts.ledger.takeBack(batch, 'unknown', now)) await parts.lanes.wake(mallId, runId, now)
      return
    }
    case 'untold':
      return
  }
}
