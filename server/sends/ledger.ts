import { AppError } from '../core/errors'
import { gather } from '../core/gather'
import { runIdOf } from '../core/ids'
import type { Won } from '../core/won'
import type { MallId } from '../malls/mall'
import type { BudgetScope } from '../spend/spend'
import type { SpendStore } from '../spend/spend-store'
import type { Session, Transactions } from '../spend/transaction-store'
import { type BatchStore, batchIdsOf, type HandedOver, type Held } from './batch-store'
import { type BatchEndGroup, type Ended, type EndGroup, postEnds, withoutRepeats } from './ledger-rules'
import { moveToTexts, type TextFallback, type TextMoves } from './move-to-texts'
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

/** The only place where money, batches and ends move, always together (DESIGN §6). Every call is in one transaction. */
export interface Ledger {
  /**
   * Stores the intent and reserves its won, less what is kept for it already; `full` and `lost` (the lease is no longer ours)
   * change nothing. Calls of one run that come while another is under way share a transaction.
   */
  handOver(handOver: HandOver): Promise<StoredAs>
  /** The relay took the batch; its results are asked for by themselves from `dueAt` on. Calls that meet share a write. */
  accept(held: Held, at: Date, dueAt: Date): Promise<void>
  /** Nothing left and nothing will: the won is free again (a text keeps its own) and the batch planned for `dueAt`. False when the batch is no longer ours. */
  takeBack(held: Held, from: 'handed-over' | 'unknown', dueAt: Date): Promise<boolean>
  /**
   * Ends sends of one run and settles their won, or with `fallback` moves those that go on to a batch of texts; sends that have
   * ended stay as they are. With `held`, null when its batch is no longer ours.
   */
  end(
    mallId: MallId,
    groups: EndGroup[],
    at: Date,
    held?: Held,
    fallback?: TextFallback | null,
  ): Promise<Ended | null>
  /** Ends every open send of planned batches alike; batches that are not planned any more are left alone. A text whose won is kept is never capped: it expires. */
  endPlanned(mallId: MallId, batchIds: string[], group: Omit<EndGroup, 'ids'>, at: Date): Promise<Ended>
}

interface Accepted {
  held: Held
  acceptedAt: Date
  dueAt: Date
}

type StoredAs = 'stored' | 'full' | 'lost'

// A transaction stays short however many batches come to it.
const INTENTS_AT_ONCE = 16

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
  const accept = gather(
    { keyOf: ({ held }: Accepted) => `${held.mallId}:${held.fence}`, most: INTENTS_AT_ONCE },
    async (all) => {
      const [any] = all
      if (any)
        await batches.accept(
          any.held.mallId,
          { ...any.held, ids: all.map(({ held }) => held.id) },
          {
            acceptedAt: any.acceptedAt,
            dueAt: any.dueAt,
          },
        )
      return all.map(() => undefined)
    },
  )
  return {
    handOver: gather({ keyOf: ({ batch }: HandOver) => batch.runId, most: INTENTS_AT_ONCE }, (all) =>
      storeIntents(parts, all),
    ),

    accept: (held, acceptedAt, dueAt) => accept({ held, acceptedAt, dueAt }),

    takeBack: (held, from, dueAt) =>
      transactions.run(held.mallId, async (session) => {
        const [batch] = await batches.byIds(session, held.mallId, [held.id])
        if (batch?.state !== from || batch.fence !== held.fence || !batch.intent) return false
        const takenBack = [...(batch.takenBack ?? []), batch.intent.at].slice(-TAKEN_BACK_KEPT)
        const kept = batch.step === 2 ? { keptEachWon: batch.intent.worstWon } : {}
        const set = { dueAt, intent: null, handedOverAt: null, lease: null, asked: 0, takenBack, ...kept }
        const moved = await batches.move(held, { from, event: 'not-sent', set, fence: true }, session)
        if (!moved) return false
        if (batch.step === 1)
          await parts.spend.settle(session, scopeOf(batch), {
            releaseWon: batch.intent.reservedWon,
            chargeWon: 0,
          })
        await parts.tallies.move(session, held.mallId, batch.runId, { out: -batch.open, waiting: batch.open })
        return true
      }),

    end: (mallId, groups, at, held, fallback = null) =>
      transactions.run(mallId, async (session) => {
        const ids = groups.flatMap((group) => group.ids)
        const runId = runIdOf(ids[0] ?? '')
        const places = await parts.sends.openPlacesOf(session, mallId, ids)
        const numbers = new Set([...places.values()].map(({ batch }) => batch))
        const wanted = fallback?.gathering ? new Set([...numbers, fallback.gathering]) : numbers
        const read = await batches.byIds(session, mallId, batchIdsOf(runId, wanted))
        const found = read.filter(({ number }) => numbers.has(number))
        const mine = held && found.find((batch) => isHeld(batch, held))
        // A worker that lost its lease ends nothing: somebody else judges the batch now.
        if (held && !mine) return null
        const ours = mine ? groups.map((group) => ({ ...group, batch: mine.number })) : groups
        const texts = fallback && { ...fallback, room: roomOf(read, fallback, numbers) }
        const heldId = mine?.id ?? null
        return endOpen(parts, session, { found, groups: withoutRepeats(ours, places), at, heldId, texts })
      }),

    endPlanned: (mallId, batchIds, group, at) =>
      transactions.run(mallId, async (session) => {
        const all = await batches.byIds(session, mallId, batchIds)
        const found = all.filter(({ state }) => state === 'planned')
        const ids = found.flatMap(({ sendIds }) => sendIds)
        const places = await parts.sends.openPlacesOf(session, mallId, ids)
        // Its row says where a send is: one that moved on is still among the ids of its first batch.
        const groups = found.map((batch): EndGroup => {
          const hasWon = group.end === 'capped' && (batch.keptEachWon ?? 0) > 0
          return { ...group, ids: batch.sendIds, batch: batch.number, end: hasWon ? 'expired' : group.end }
        })
        return endOpen(parts, session, { found, groups: withoutRepeats(groups, places), at })
      }),
  }
}

/** The gathering batch, unless this call changes it in another way. */
function roomOf(
  read: readonly Batch[],
  { gathering }: TextFallback,
  numbers: ReadonlySet<number>,
): Batch | null {
  const batch = read.find(({ number }) => number === gathering)
  return batch && !numbers.has(batch.number) ? batch : null
}

function isHeld(batch: Batch, { id, fence }: Held): boolean {
  return (
    batch.id === id && batch.fence === fence && (batch.state === 'leased' || batch.state === 'handed-over')
  )
}

/** Stores the intents of batches of one run in one transaction, or, where one of them cannot be stored, each in its own. */
async function storeIntents(parts: LedgerParts, all: readonly HandOver[]): Promise<StoredAs[]> {
  const { transactions } = parts
  const store = (some: readonly HandOver[]) =>
    rollingBack(() =>
      transactions.run(some[0]?.batch.mallId ?? '', (session) => storeTogether(parts, session, some)),
    )
  const together = await store(all)
  if (together === 'stored' || all.length === 1) return all.map(() => together)
  const each: StoredAs[] = []
  for (const handOver of all) each.push(await store([handOver]))
  return each
}

async function storeTogether(
  { spend, sends, batches, tallies }: LedgerParts,
  session: Session,
  all: readonly HandOver[],
): Promise<'stored'> {
  const [any] = all
  if (!any) return 'stored'
  const { mallId, runId } = any.batch
  const moves = all.map((handOver) => ({ held: handOver.batch, set: intentOf(handOver) }))
  if (!(await batches.handOver(session, mallId, moves))) throw new Rollback('lost')
  const scope = scopeOf(any.batch)
  const missing = all.map(missingWonOf)
  const missingWon = missing.filter((won) => won > 0).reduce((sum, won) => sum + won, 0)
  const sparedWon = missing.filter((won) => won < 0).reduce((sum, won) => sum - won, 0)
  if (missingWon > 0 && !(await spend.reserve(session, scope, missingWon))) throw new Rollback('full')
  if (sparedWon > 0) await spend.settle(session, scope, { releaseWon: sparedWon, chargeWon: 0 })
  for (const { batch, rest } of all) {
    if (!rest) continue
    await batches.insert(mallId, [followUpOf(batch, rest)], session)
    await sends.moveToBatch(session, mallId, rest.ids, rest.number)
  }
  const out = all.reduce((sum, { goIds }) => sum + goIds.length, 0)
  const unsettled = all.filter(({ rest }) => rest).length
  await tallies.move(session, mallId, runId, { waiting: -out, out, unsettled })
  return 'stored'
}

/** Won that has to be reserved for a hand-over beyond what is kept for it already; below zero where less is needed. */
function missingWonOf({ batch, goIds, intent }: HandOver): Won {
  return (intent.worstWon - (batch.keptEachWon ?? 0)) * goIds.length
}

/** What an intent changes about its batch. */
function intentOf({ batch, goIds, rest, intent, now, leaseUntil }: HandOver): HandedOver['set'] {
  const gone = new Set(rest?.ids)
  return {
    // A hundred ids that stay as they are need no writing.
    ...(rest ? { sendIds: batch.sendIds.filter((id) => !gone.has(id)) } : {}),
    intent: { ...intent, sendIds: goIds, reservedWon: intent.worstWon * goIds.length, at: now },
    open: goIds.length,
    handedOverAt: now,
    lease: batch.lease && { ...batch.lease, until: leaseUntil },
  }
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

interface OpenEnds {
  found: Batch[]
  groups: BatchEndGroup[]
  at: Date
  heldId?: string | null
  texts?: TextMoves['texts'] | null
}

/** Ends open sends whose batches were read in this transaction, and moves batches, won and tally along. */
async function endOpen(
  parts: LedgerParts,
  session: Session,
  { found, groups, at, heldId = null, texts = null }: OpenEnds,
): Promise<Ended> {
  const { spend, sends, batches, tallies } = parts
  const posting = postEnds(found, groups, { mayMove: texts !== null, heldId })
  const { rows, moves, marked, fromOut, result } = posting
  const [any] = found
  if (!any || groups.length === 0) return result
  const { mallId, runId } = any
  for (const { ids, ...ending } of rows) {
    const ended = await sends.end(session, mallId, ids, { ...ending, at })
    // Read open in this transaction's snapshot, so anything else is a conflict that the database did not see.
    if (ended !== ids.length) throw new AppError('ends-differ', 'Sends ended beside the ledger', { runId })
  }
  await batches.reduce(session, mallId, posting.batches)
  const texted = texts ? await moveToTexts(parts, session, { like: any, moves, texts, at }) : null
  const news = marked.length > 0 ? await sends.markContradicted(session, mallId, marked, at) : 0
  const { releasedWon: releaseWon, chargedWon: chargeWon } = result
  if (releaseWon > 0) await spend.settle(session, scopeOf(any), { releaseWon, chargeWon })
  const contradicted = result.contradicted + news
  if (result.ended + result.moved + contradicted > 0)
    await tallies.move(session, mallId, runId, {
      out: -fromOut,
      waiting: fromOut - result.ended,
      unsettled: (texted?.batches ?? 0) - posting.settled,
      ...(contradicted > 0 ? { contradicted } : {}),
      ...posting.tally,
    })
  return { ...result, contradicted, gathering: texted?.gathering ?? null }
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
