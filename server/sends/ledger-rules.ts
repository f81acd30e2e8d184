import { AppError } from '../core/errors'
import type { Won } from '../core/won'
import type { FailureReason } from '../messages/message-relay'
import { mayHaveArrived, transition } from './batch-rules'
import type { BatchRest } from './batch-store'
import type { Batch, BatchState, Send, SendEnd } from './send'
import type { Ending, OpenPlace } from './send-store'
import type { TallyMove } from './tally-store'

/** Sends that end alike. */
export interface EndGroup {
  ids: string[]
  end: SendEnd
  reason: Send['endReason']
  /** Which try this is about: a send that is in another is left alone. Without it, whichever it is in. */
  step?: 1 | 2
  /** Only sends that are still in this batch. */
  batch?: number
  /** A definite failure after which a text may go: with an open fallback these sends do not end but move on to step 2. */
  goesOn?: boolean
}

/** Sends of one batch that end alike. */
export interface BatchEndGroup extends EndGroup {
  batch: number
  /** The first try arrived, while the second is under way. */
  contradicts: boolean
}

/** First tries that failed and move on to texts; won of one worst case stays reserved for each of them. */
export interface MoveGroup {
  ids: string[]
  reason: FailureReason
  keptEachWon: Won
  firstWon: Won
}

/** What ending sends changed. */
export interface Ended {
  /** Sends that this call ended; others had ended before. */
  ended: number
  /** Sends that this call moved on to a text. */
  moved: number
  /** Sends whose first try arrived although the relay had called it failed and a text was under way. */
  contradicted: number
  releasedWon: Won
  chargedWon: Won
  /** Sends with a result, a refusal at intake excepted, although nothing of them was handed over, as far as we know. */
  unexpected: number
  /** True when a batch was settled, so that the run may be finished. */
  settled: boolean
  /** The batch of texts that has room for more; null when nothing moved. */
  gathering: number | null
}

/** Everything that has to be written when sends end. */
export interface Posting {
  rows: (Omit<Ending, 'at'> & { ids: string[] })[]
  moves: MoveGroup[]
  /** Second tries that are out while the first one arrived. */
  marked: string[]
  batches: BatchRest[]
  /** How the tally counts them. */
  tally: { refused: number; ended: NonNullable<TallyMove['ended']>; moved: NonNullable<TallyMove['moved']> }
  /** Of the ended and moved sends, those that had been handed over. */
  fromOut: number
  settled: number
  result: Ended
}

/** What is charged for a handed-over send that ends so: relays give the won of a definite failure back (reference §2.7). */
export function chargeOf({ end, reason }: Pick<EndGroup, 'end' | 'reason'>, priceWon: Won): Won {
  if (end === 'delivered') return priceWon
  return end === 'failed' && mayHaveArrived(reason) ? priceWon : 0
}

/**
 * The open ones of `groups`, each once and with its batch. The first end that names a send is its end; any end goes before a
 * text, and what comes of the try that it is in goes before news of an earlier one.
 */
export function withoutRepeats(
  groups: readonly EndGroup[],
  open: ReadonlyMap<string, OpenPlace>,
): BatchEndGroup[] {
  const taken = new Set<string>()
  const parts = new Map<string, BatchEndGroup>()
  const take = (group: EndGroup, wants: (place: OpenPlace) => boolean, contradicts: boolean) => {
    const { ids, end, reason, goesOn = false } = group
    for (const id of ids) {
      const place = open.get(id)
      if (!place || taken.has(id) || !wants(place)) continue
      if (group.batch !== undefined && group.batch !== place.batch) continue
      taken.add(id)
      const { batch } = place
      const key = `${batch}:${end}:${reason}:${goesOn}:${contradicts}`
      const part = parts.get(key) ?? { ids: [], end, reason, batch, goesOn, contradicts }
      part.ids.push(id)
      parts.set(key, part)
    }
  }
  const isMeant = (group: EndGroup) => (place: OpenPlace) => (group.step ?? place.step) === place.step
  for (const group of groups) if (!group.goesOn) take(group, isMeant(group), false)
  for (const group of groups) if (group.goesOn) take(group, isMeant(group), false)
  // Of results of another try only "the first one arrived after all" says anything about a second.
  for (const group of groups)
    if (group.step === 1 && group.end === 'delivered') take(group, ({ step }) => step === 2, true)
  return [...parts.values()]
}

/** A batch while ends are counted off it. */
interface Count {
  batch: Batch
  open: number
  won: Won
}

/**
 * What to write when the open sends of `groups` end; `found` are their batches as they stand. `mayMove`: there is a fallback.
 * `heldId` is the batch that the caller itself has leased.
 */
export function postEnds(
  found: readonly Batch[],
  groups: readonly BatchEndGroup[],
  { mayMove = false, heldId = null }: { mayMove?: boolean; heldId?: string | null } = {},
): Posting {
  const counts = new Map(
    found.map((batch): [number, Count] => [
      batch.number,
      { batch, open: batch.open, won: batch.intent?.reservedWon ?? 0 },
    ]),
  )
  const posting = emptyPosting()
  for (const group of groups) {
    const count = counts.get(group.batch)
    if (!count)
      throw new AppError('batch-missing', 'A send names a batch that is not there', { batch: group.batch })
    postGroup(posting, count, group, mayMove)
  }
  const changed = [...counts.values()].filter(({ batch, open }) => open !== batch.open)
  posting.settled = changed.filter(({ open }) => open === 0).length
  posting.result.settled = posting.settled > 0
  posting.batches = changed.map(({ batch, open, won }) => ({
    id: batch.id,
    from: batch.state,
    open,
    reservedWon: batch.intent ? won : null,
    takeAway: batch.state === 'leased' && batch.id !== heldId && open > 0,
  }))
  return posting
}

function postGroup(posting: Posting, count: Count, group: BatchEndGroup, mayMove: boolean): void {
  const { result } = posting
  const { batch } = count
  const { intent, state, step } = batch
  const size = group.ids.length
  const out = intent !== null && isOut(state) ? intent : null
  if (group.contradicts && out) {
    // The text is on its way and cannot be called back.
    posting.marked.push(...group.ids)
    return
  }
  const keptEach = out ? out.worstWon : (batch.keptEachWon ?? 0)
  count.open -= size
  count.won -= out ? keptEach * size : 0
  posting.fromOut += out ? size : 0
  if (mayMove && group.goesOn && step === 1 && isFailure(group.reason)) {
    const firstWon = out?.priceWon ?? 0
    posting.moves.push({ ids: group.ids, reason: group.reason, keptEachWon: keptEach, firstWon })
    posting.tally.moved.push({ reason: group.reason, count: size })
    result.moved += size
    return
  }
  const chargedWon = chargedEach(group, batch, out?.priceWon ?? null, keptEach)
  result.ended += size
  result.contradicted += group.contradicts ? size : 0
  result.releasedWon += keptEach * size
  result.chargedWon += chargedWon * size
  result.unexpected += !out && !group.contradicts && isOfSomethingSent(group, batch) ? size : 0
  const ofStep = group.contradicts ? 1 : step
  posting.tally.ended.push({ end: group.end, reason: group.reason, step: ofStep, count: size })
  // Refused at intake, and never accepted before: the first try of a text with kept won had left.
  posting.tally.refused += !out && group.end === 'failed' && keptEach === 0 ? size : 0
  addRow(posting.rows, { end: group.end, reason: group.reason, chargedWon }, group.ids)
}

/**
 * True for an end that only the relay can tell of a message that left. A failure may be a refusal at intake that it tells
 * before the worker which put the message in has stored it, unless nobody ever did, or the batch had been out before.
 */
function isOfSomethingSent({ end }: EndGroup, { fence, takenBack = [] }: Batch): boolean {
  if (end === 'failed') return fence === 0 || takenBack.length > 0
  return end === 'delivered'
}

/** A first try that arrived after all is charged at its own price, out of what was kept for the text that does not go. */
function chargedEach(group: BatchEndGroup, batch: Batch, priceWon: Won | null, keptEach: Won): Won {
  if (group.contradicts) return Math.min(batch.firstWon ?? 0, keptEach)
  return priceWon === null ? 0 : chargeOf(group, priceWon)
}

function addRow(rows: Posting['rows'], ending: Omit<Ending, 'at'>, ids: readonly string[]): void {
  const same = rows.find(
    ({ end, reason, chargedWon }) =>
      end === ending.end && reason === ending.reason && chargedWon === ending.chargedWon,
  )
  if (same) same.ids.push(...ids)
  else rows.push({ ...ending, ids: [...ids] })
}

function emptyPosting(): Posting {
  const result: Ended = {
    ended: 0,
    moved: 0,
    contradicted: 0,
    releasedWon: 0,
    chargedWon: 0,
    unexpected: 0,
    settled: false,
    gathering: null,
  }
  const tally = { refused: 0, ended: [], moved: [] }
  return { rows: [], moves: [], marked: [], batches: [], tally, fromOut: 0, settled: 0, result }
}

function isFailure(reason: Send['endReason']): reason is FailureReason {
  return reason !== null
}

/** True in the states in which the relay may have the batch. */
function isOut(state: BatchState): boolean {
  return state === 'accepted' || transition(state, 'accepted') !== null
}
