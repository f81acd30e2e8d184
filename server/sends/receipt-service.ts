import { AppError } from '../core/errors'
import { groupBy } from '../core/group-by'
import { runIdOf } from '../core/ids'
import type { MallId } from '../malls/mall'
import type { Receipt } from '../messages/message-relay'
import { isRefusal, NO_RESULT_MS, resultsWaitMs } from './batch-rules'
import type { CursorStore } from './cursor-store'
import type { DispatchParts } from './dispatch-parts'
import { allowsText } from './fallback-rules'
import type { EndGroup } from './ledger-rules'
import type { Batch } from './send'

/** What results are taken with. */
export type ReceiptParts = Pick<
  DispatchParts,
  | 'accounts'
  | 'batches'
  | 'clock'
  | 'finishRun'
  | 'lanes'
  | 'ledger'
  | 'logger'
  | 'refuse'
  | 'relay'
  | 'sends'
  | 'texts'
> & { cursors: CursorStore }

/** Results of sends, told or asked for; twice, late and out of order changes nothing. */
export interface ReceiptService {
  applyReceipts(mallId: MallId, receipts: readonly Receipt[]): Promise<void>
  /** Asks each account that has something out for what changed since the last time. */
  pollReceipts(): Promise<void>
  /** Asks for batches whose results are late by themselves; after four days what is open ends `uncertain`. */
  askLateResults(): Promise<void>
}

const ROWS_AT_ONCE = 1_000
const POLL_EVERY_MS = 10_000
const POLL_AFTER_FAILURE_MS = 60_000
// The relay's clock is not ours, and a message may be listed a little after its instant; what comes later still is asked
// for batch by batch.
const OVERLAP_MS = 60_000
const FIRST_WINDOW_MS = 24 * 3_600_000
const LATE_AT_ONCE = 20

/** The results of all malls. */
export function createReceiptService(parts: ReceiptParts): ReceiptService {
  // Only to save work: windows overlap, and what the last one brought needs no second look.
  const lastPolled = new Map<MallId, ReadonlySet<string>>()
  const applyReceipts: ReceiptService['applyReceipts'] = async (mallId, receipts) => {
    const final = receipts.filter(({ state }) => state !== 'pending')
    for (const [runId, ofRun] of groupBy(final, ({ sendId }) => runIdOf(sendId)))
      for (let i = 0; i < ofRun.length; i += ROWS_AT_ONCE)
        await applyToRun(parts, mallId, runId, ofRun.slice(i, i + ROWS_AT_ONCE))
  }

  return {
    applyReceipts,
    async pollReceipts() {
      const malls = new Set((await parts.lanes.unfinished()).map(({ mallId }) => mallId))
      for (const mallId of lastPolled.keys()) if (!malls.has(mallId)) lastPolled.delete(mallId)
      for (const mallId of malls) {
        const known = lastPolled.get(mallId) ?? new Set()
        const polled = await pollMall(parts, mallId, known, applyReceipts)
        if (polled) lastPolled.set(mallId, polled)
      }
    },
    async askLateResults() {
      for (const batch of await parts.batches.due('accepted', parts.clock.now(), LATE_AT_ONCE)) {
        const next = new Date(parts.clock.now().getTime() + resultsWaitMs(batch.asked + 1))
        if (await parts.batches.putOff(batch, next)) await askResults(parts, batch, applyReceipts)
      }
    },
  }
}

async function applyToRun(
  parts: ReceiptParts,
  mallId: MallId,
  runId: string,
  receipts: Receipt[],
): Promise<void> {
  const now = parts.clock.now()
  const groups = receipts.map(endOf)
  const fallback = groups.some(({ goesOn }) => goesOn) ? await parts.texts.open(mallId, runId) : null
  const ended = await parts.ledger.end(mallId, groups, now, undefined, fallback)
  if (!ended || ended.ended + ended.moved + ended.contradicted === 0) return
  if (fallback && ended.moved > 0) await parts.texts.moved(mallId, runId, fallback, ended.gathering)
  if (ended.contradicted > 0)
    parts.logger.warn(
      { mallId, runId, sends: ended.contradicted },
      'the relay delivered first tries that it had called failed',
    )
  if (ended.unexpected > 0)
    parts.logger.warn(
      { mallId, runId, sends: ended.unexpected },
      'results of sends that were never handed over',
    )
  await recordRefusals(parts, mallId, receipts)
  if (ended.releasedWon > ended.chargedWon) await parts.lanes.wakeHeld(mallId, ['cap'], now)
  if (ended.settled) await parts.finishRun(mallId, runId)
}

function endOf({ sendId, step = 1, state, failure }: Receipt): EndGroup {
  const group = { ids: [sendId], step }
  if (state === 'delivered') return { ...group, end: 'delivered', reason: null }
  const goesOn = step === 1 && allowsText(failure)
  return { ...group, end: 'failed', reason: failure?.reason ?? 'uncertain', goesOn }
}

/** Who blocked the channel or refused by 080 gets nothing any more, whatever the mall says of their consent. */
async function recordRefusals(
  parts: Pick<ReceiptParts, 'refuse' | 'clock' | 'sends'>,
  mallId: MallId,
  receipts: readonly Receipt[],
): Promise<void> {
  const ids = receipts
    .filter(({ failure }) => failure && isRefusal(failure.reason))
    .map(({ sendId }) => sendId)
  if (ids.length === 0) return
  for (const { phoneKey, test } of await parts.sends.byIds(mallId, ids))
    if (!test) await parts.refuse(mallId, phoneKey, parts.clock.now())
}

async function pollMall(
  parts: ReceiptParts,
  mallId: MallId,
  known: ReadonlySet<string>,
  apply: ReceiptService['applyReceipts'],
): Promise<ReadonlySet<string> | null> {
  const account = await parts.accounts.current(mallId)
  if (!account) return null
  const now = parts.clock.now()
  const later = (ms: number) => new Date(now.getTime() + ms)
  const cursor = await parts.cursors.claim(mallId, account.version, now, later(POLL_EVERY_MS))
  if (!cursor) return null
  // A business clock that was set back would otherwise ask for a window that ends before it begins.
  const polledTo = cursor.polledTo !== null && cursor.polledTo <= now ? cursor.polledTo : null
  const from = polledTo ? new Date(polledTo.getTime() - OVERLAP_MS) : later(-FIRST_WINDOW_MS)
  try {
    let malformed = 0
    const seen = new Set<string>()
    for await (const page of parts.relay.receipts(account.account, from, now)) {
      malformed += page.malformed
      const final = page.receipts.filter(({ state }) => state !== 'pending')
      await apply(
        mallId,
        final.filter((receipt) => !known.has(tryOf(receipt))),
      )
      for (const receipt of final) seen.add(tryOf(receipt))
    }
    if (malformed > 0) parts.logger.warn({ mallId, malformed }, 'results of another shape were set aside')
    await parts.cursors.advance(mallId, account.version, now)
    return seen
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause
    parts.logger.warn({ mallId, code: cause.code, context: cause.context }, 'results could not be read')
    await parts.cursors.delay(mallId, account.version, later(POLL_AFTER_FAILURE_MS))
    return null
  }
}

function tryOf({ sendId, step = 1, state }: Receipt): string {
  return `${sendId}:${step}:${state}`
}

async function askResults(
  parts: ReceiptParts,
  batch: Batch,
  apply: ReceiptService['applyReceipts'],
): Promise<void> {
  const { mallId, intent, handedOverAt } = batch
  const account = intent && (await parts.accounts.ofVersion(mallId, intent.account))
  if (account) {
    try {
      await apply(mallId, (await parts.relay.receiptsOf(account.account, intent.relayBatchId)).receipts)
    } catch (cause) {
      if (!(cause instanceof AppError)) throw cause
      parts.logger.warn(
        { runId: batch.runId, batch: batch.number, code: cause.code },
        'late results could not be read',
      )
    }
  }
  const age = parts.clock.now().getTime() - (handedOverAt ?? batch.dueAt).getTime()
  if (age >= NO_RESULT_MS) await endWithoutResult(parts, batch)
}

/** Ends what a batch has open as failed without being sure: it counts as sent and its won is charged (docs/delivery.md). */
export async function endWithoutResult(
  parts: Pick<ReceiptParts, 'ledger' | 'clock' | 'finishRun'>,
  { mallId, runId, sendIds, number }: Batch,
): Promise<number> {
  const group: EndGroup = { ids: sendIds, batch: number, end: 'failed', reason: 'uncertain' }
  const ended = await parts.ledger.end(mallId, [group], parts.clock.now())
  if (ended?.settled) await parts.finishRun(mallId, runId)
  return ended?.ended ?? 0
}
