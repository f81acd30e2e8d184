import { AppError } from '../core/errors'
import { runIdOf } from '../core/ids'
import type { MallId } from '../malls/mall'
import type { BudgetScope } from '../spend/spend'
import type { SpendStore } from '../spend/spend-store'
import type { Session, Transactions } from '../spend/transaction-store'
import { type BatchStore, batchIdsOf, type Held } from './batch-store'
import { type BatchEndGroup, type Ended, type EndGroup, postEnds, withoutRepeats } from './ledger-rules'
import { type Batch, batchIdOf, type Intent } from './send'
import type { SendStore } from './send-store'
import type { TallyStore } from './tally-store'

/** What the ledger is built from. */
export interface LedgerParts {
  transactions: Transactions
  spend: SpendStore
  sends: SendStore
  batches: BatchStore
  tallies: TallyStore
}

/** A hand-over about to be made. */
export interface HandOver {
  batch: Batch
  goIds: string[]
  /** Sends for which no won is left: they move to batch `number`, due at `dueAt`. */
  rest: { ids: string[]; number: number; dueAt: Date } | null
  intent: Omit<Intent, 'sendIds' | 'reservedWon' | 'at'>
  now: Date
  leaseUntil: Date
}

/** The only place where money, batches and ends move, always together (DESIGN §6). Every call is one transaction. */
export interface Ledger {
  /** Stores the intent and reserves its won; `full` and `lost` (the lease is no longer ours) change nothing. */
  handOver(handOver: HandOver): Promise<'stored' | 'full' | 'lost'>
  /** Nothing left and nothing will: the won is free again and the batch planned for `dueAt`. False when the batch is no longer ours. */
  takeBack(held: Held, from: 'handed-over' | 'unknown', dueAt: Date): Promise<boolean>
  /** Ends sends of one run and settles their won; sends that have ended stay as they are. With `held`, null when its batch is no longer ours. */
  end(mallId: MallId, groups: EndGroup[], at: Date, held?: Held): Promise<Ended | null>
  /** Ends every open send of planned batches alike; batches that are not planned any more are left alone. */
  endPlanned(mallId: MallId, batchIds: string[], group: Omit<EndGroup, 'ids'>, at: Date): Promise<Ended>
}

// A relay that is busy for hours must not make the batch grow.
const TAKEN_BACK_KEPT = 5

/** The budgets that a batch's won belongs to. */
export function scopeOf(
  batch: Pick<Batch, 'mallId' | 'campaignId' | 'runId' | 'runDay' | 'test'>,
): BudgetScope {
  const { mallId, campaignId, runId, runDay, test } = batch
  return { mallId, campaignId, runId, runDay, test }
}

/** The ledger over its stores. */
export function createLedger(parts: LedgerParts): Ledger {
  const { transactions, batches } = parts
  return {
    handOver: (handOver) =>
      rollingBack(() =>
        transactions.run(handOver.batch.mallId, (session) => storeIntent(parts, session, handOver)),
      ),

    takeBack: (held, from, dueAt) =>
      transactions.run(held.mallId, async (session) => {
        const [batch] = await batches.byIds(session, held.mallId, [held.id])
        if (batch?.state !== from || batch.fence !== held.fence || !batch.intent) return false
        const takenBack = [...(batch.takenBack ?? []), batch.intent.at].slice(-TAKEN_BACK_KEPT)
        const set = { dueAt, intent: null, handedOverAt: null, lease: null, asked: 0, takenBack }
        const moved = await batches.move(held, { from, event: 'not-sent', set, fence: true }, session)
        if (!moved) return false
        await parts.spend.settle(session, scopeOf(batch), {
          releaseWon: batch.intent.reservedWon,
          chargeWon: 0,
        })
        await parts.tallies.move(session, held.mallId, batch.runId, { out: -batch.open, waiting: batch.open })
        return true
      }),

    end: (mallId, groups, at, held) =>
      transactions.run(mallId, async (session) => {
        const ids = groups.flatMap((group) => group.ids)
        const open = await parts.sends.openBatchesOf(session, mallId, ids)
        const found = await batches.byIds(session, mallId, batchIdsOf(runIdOf(ids[0] ?? ''), open.values()))
        // A worker that lost its lease ends nothing: somebody else judges the batch now.
        if (held && !found.some((batch) => isHeld(batch, held))) return null
        return endOpen(parts, session, { found, groups: withoutRepeats(groups, open), at })
      }),

    endPlanned: (mallId, batchIds, group, at) =>
      transactions.run(mallId, async (session) => {
        const all = await batches.byIds(session, mallId, batchIds)
        const found = all.filter(({ state }) => state === 'planned')
        const ids = found.flatMap(({ sendIds }) => sendIds)
        const open = await parts.sends.openBatchesOf(session, mallId, ids)
        return endOpen(parts, session, { found, groups: withoutRepeats([{ ...group, ids }], open), at })
      }),
  }
}

function isHeld(batch: Batch, { id, fence }: Held): boolean {
  return batch.id === id && batch.fence === fence && batch.state === 'leased'
}

async function storeIntent(
  { spend, sends, batches, tallies }: LedgerParts,
  session: Session,
  { batch, goIds, rest, intent, now, leaseUntil }: HandOver,
): Promise<'stored'> {
  const { mallId, runId } = batch
  const reservedWon = intent.worstWon * goIds.length
  const set = {
    intent: { ...intent, sendIds: goIds, reservedWon, at: now },
    sendIds: rest ? batch.sendIds.filter((id) => !rest.ids.includes(id)) : batch.sendIds,
    open: goIds.length,
    handedOverAt: now,
    lease: batch.lease && { ...batch.lease, until: leaseUntil },
  }
  const moved = await batches.move(batch, { from: 'leased', event: 'handed-over', set }, session)
  if (!moved) throw new Rollback('lost')
  if (!(await spend.reserve(session, scopeOf(batch), reservedWon))) throw new Rollback('full')
  if (rest) {
    await batches.insert(mallId, [followUpOf(batch, rest)], session)
    await sends.moveToBatch(session, mallId, rest.ids, rest.number)
  }
  const unsettled = rest ? 1 : 0
  await tallies.move(session, mallId, runId, { waiting: -goIds.length, out: goIds.length, unsettled })
  return 'stored'
}

function followUpOf(batch: Batch, rest: { ids: string[]; number: number; dueAt: Date }): Batch {
  return {
    ...batch,
    id: batchIdOf(batch.runId, rest.number),
    number: rest.number,
    state: 'planned',
    sendIds: rest.ids,
    open: rest.ids.length,
    dueAt: rest.dueAt,
    lease: null,
    fence: 0,
    intent: null,
  }
}

/** Ends open sends whose batches were read in this transaction, and moves batches, won and tally along. */
async function endOpen(
  { spend, sends, batches, tallies }: LedgerParts,
  session: Session,
  { found, groups, at }: { found: Batch[]; groups: BatchEndGroup[]; at: Date },
): Promise<Ended> {
  const { rows, batches: rests, fromOut, settled, result } = postEnds(found, groups)
  const [any] = found
  if (!any || result.ended === 0) return result
  const { mallId, runId } = any
  for (const { ids, ...ending } of rows) {
    const ended = await sends.end(session, mallId, ids, { ...ending, at })
    // Read open in this transaction's snapshot, so anything else is a conflict that the database did not see.
    if (ended !== ids.length) throw new AppError('ends-differ', 'Sends ended beside the ledger', { runId })
  }
  await batches.reduce(session, mallId, rests)
  const { releasedWon: releaseWon, chargedWon: chargeWon } = result
  if (releaseWon > 0) await spend.settle(session, scopeOf(any), { releaseWon, chargeWon })
  await tallies.move(session, mallId, runId, {
    out: -fromOut,
    waiting: fromOut - result.ended,
    unsettled: -settled,
    refused: refusedOf(found, groups),
    ended: groups.map(({ end, reason, ids }) => ({ end, reason, count: ids.length })),
  })
  return result
}

/** How many of these failures the relay refused at intake: their batch had not been handed over. */
function refusedOf(found: readonly Batch[], groups: readonly BatchEndGroup[]): number {
  const inside = new Set(
    found.filter(({ state }) => state === 'planned' || state === 'leased').map(({ number }) => number),
  )
  const refused = groups.filter(({ end, batch }) => end === 'failed' && inside.has(batch))
  return refused.reduce((sum, { ids }) => sum + ids.length, 0)
}

/** Carries an expected outcome out of a transaction that must not be committed. */
class Rollback<T> extends Error {
  constructor(readonly outcome: T) {
    super('rolled back')
  }
}

async function rollingBack<T>(work: () => Promise<T>): Promise<T | 'full' | 'lost'> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof Rollback) return cause.outcome
    throw cause
  }
}
