import type { CampaignStore } from '../campaigns/campaign-store'
import type { DecisionStore } from '../campaigns/decision-store'
import type { DueRun } from '../campaigns/due-run'
import type { RevisionStore } from '../campaigns/revision-store'
import type { RunStore } from '../campaigns/run-store'
import type { Clock } from '../core/clock'
import type { Keyring } from '../core/crypto'
import type { Logger } from '../core/logger'
import type { Leases } from '../malls/lease-store'
import type { MallId } from '../malls/mall'
import type { MallStore } from '../malls/mall-store'
import type { MessageRelay } from '../messages/message-relay'
import type { AccountSource } from '../messages/sending-account'
import type { OptOutStore } from '../shoppers/opt-out-store'
import type { ShopperStore } from '../shoppers/shopper-store'
import type { SpendStore } from '../spend/spend-store'
import type { Transactions } from '../spend/transaction-store'
import { LEASE_TIMES, type LeaseTimes } from './batch-rules'
import type { BatchStore } from './batch-store'
import type { CursorStore } from './cursor-store'
import type { DispatchParts } from './dispatch-parts'
import { createDispatchService, type DispatchService } from './dispatch-service'
import { createFinishRun } from './finish-run'
import type { LaneStore } from './lane-store'
import { createLedger } from './ledger'
import { createProgressService, type ProgressService } from './progress-service'
import { createReceiptService, type ReceiptService } from './receipt-service'
import { createReconcileService, type ReconcileService } from './reconcile-service'
import { createRunService, type RunService } from './run-service'
import type { SendStore } from './send-store'
import { createSweepService, type SweepService } from './sweep-service'
import type { TallyStore } from './tally-store'
import { createTestSend, type SendTest } from './test-send-service'
import { createTextGate } from './text-gate'

/** Everything that sending is built from; stores are made by the caller on one connection. */
export interface SendsParts extends Pick<DispatchParts, 'compose' | 'linkFor'> {
  /** Business time. */
  clock: Clock
  /** Machine time. */
  machine: Clock
  /** A name of this process that no other has. */
  worker: string
  /** 30 s and 8 s when left out. */
  times?: LeaseTimes
  /** Batches under way at once in this process; 4 when left out. */
  parallel?: number
  keyring: Keyring
  logger: Logger
  relay: MessageRelay
  accounts: AccountSource
  leases: Leases
  transactions: Transactions
  due: () => Promise<DueRun[]>
  malls: MallStore
  shoppers: ShopperStore
  optOuts: OptOutStore
  campaigns: CampaignStore
  revisions: RevisionStore
  runs: RunStore
  decisions: DecisionStore
  spend: SpendStore
  sends: SendStore
  batches: BatchStore
  lanes: LaneStore
  tallies: TallyStore
  cursors: CursorStore
}

/** All use cases of sending. */
export type Sending = RunService &
  DispatchService &
  ReceiptService &
  ReconcileService &
  SweepService &
  ProgressService & { sendTest: SendTest }

/** Builds the use cases of sending over one set of parts. */
export function createSends(given: SendsParts): Sending {
  const ledger = createLedger(given)
  const finishRun = createFinishRun(given)
  const refuse = async (mallId: MallId, phoneKey: string, at: Date) => {
    await given.optOuts.put({ mallId, phoneKey, at, source: 'relay' })
    await given.shoppers.markOptedOut(mallId, phoneKey, at)
  }
  const texts = createTextGate(given)
  const parts = { ...given, times: given.times ?? LEASE_TIMES, ledger, finishRun, refuse, texts }
  const receipts = createReceiptService(parts)
  return {
    ...createRunService(parts),
    ...createDispatchService(parts),
    ...receipts,
    ...createReconcileService({ ...parts, receipts }),
    ...createSweepService(parts),
    ...createProgressService(parts),
    sendTest: createTestSend(parts),
  }
}
