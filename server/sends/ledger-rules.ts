import { AppError } from '../core/errors'
import type { Won } from '../core/won'
import { mayHaveArrived, transition } from './batch-rules'
import type { BatchRest } from './batch-store'
import type { Batch, BatchState, Send, SendEnd } from './send'
import type { Ending } from './send-store'

/** Sends that end alike. */
export interface EndGroup {
  ids: string[]
  end: SendEnd
  reason: Send['endReason']
}

/** Sends of one batch that end alike. */
export interface BatchEndGroup extends EndGroup {
  batch: number
}

/** What ending sends changed. */
export interface Ended {
  /** Sends that this call ended; others had ended before. */
  ended: number
  releasedWon: Won
  chargedWon: Won
  /** Sends with a result although nothing of them was handed over, as far as we know. */
  unexpected: number
  /** True when a result came before we knew that the batch had left. */
  early: boolean
  /** True when a batch was settled, so that the run may be finished. */
  settled: boolean
}

/** Everything that has to be written when sends end. */
export interface Posting {
  rows: (Omit<Ending, 'at'> & { ids: string[] })[]
  batches: BatchRest[]
  /** Of the ended sends, those that had been handed over. */
  fromOut: number
  settled: number
  result: Ended
}

/** What is charged for a handed-over send that ends so: relays give the won of a definite failure back (reference §2.7). */
export function chargeOf({ end, reason }: Pick<EndGroup, 'end' | 'reason'>, priceWon: Won): Won {
  if (end === 'delivered') return priceWon
  return end === 'failed' && mayHaveArrived(reason) ? priceWon : 0
}

/** The open ones of `groups`, each once and with its batch: the first end that names a send is its end. */
export function withoutRepeats(
  groups: readonly EndGroup[],
  open: ReadonlyMap<string, number>,
): BatchEndGroup[] {
  const taken = new Set<string>()
  const parts = new Map<string, BatchEndGroup>()
  for (const { ids, end, reason } of groups) {
    for (const id of ids) {
      const batch = open.get(id)
      if (batch === undefined || taken.has(id)) continue
      taken.add(id)
      const key = `${batch}:${end}:${reason}`
      const part = parts.get(key) ?? { ids: [], end, reason, batch }
      part.ids.push(id)
      parts.set(key, part)
    }
  }
  return [...parts.values()]
}

/** What to write when the open sends of `groups` end; `found` are their batches as they stand. */
export function postEnds(found: readonly Batch[], groups: readonly BatchEndGroup[]): Posting {
  const rests = new Map(
    found.map((batch) => [batch.number, { batch, open: batch.open, won: batch.intent?.reservedWon ?? 0 }]),
  )
  const rows = new Map<string, Posting['rows'][number]>()
  const result: Ended = {
    ended: 0,
    releasedWon: 0,
    chargedWon: 0,
    unexpected: 0,
    early: false,
    settled: false,
  }
  let fromOut = 0
  for (const group of groups) {
    const rest = rests.get(group.batch)
    if (!rest)
      throw new AppError('batch-missing', 'A send names a batch that is not there', { batch: group.batch })
    const { intent, state } = rest.batch
    const count = group.ids.length
    const out = intent !== null && isOut(state) ? intent : null
    const chargedWon = out ? chargeOf(group, out.priceWon) : 0
    rest.open -= count
    rest.won -= out ? out.worstWon * count : 0
    fromOut += out ? count : 0
    result.ended += count
    result.releasedWon += out ? out.worstWon * count : 0
    result.chargedWon += chargedWon * count
    result.unexpected += !out && (group.end === 'delivered' || group.end === 'failed') ? count : 0
    result.early ||= out !== null && state !== 'accepted'
    const key = `${group.end}:${group.reason}:${chargedWon}`
    const row = rows.get(key) ?? { end: group.end, reason: group.reason, chargedWon, ids: [] }
    row.ids.push(...group.ids)
    rows.set(key, row)
  }
  const changed = [...rests.values()].filter(({ batch, open }) => open !== batch.open)
  const settled = changed.filter(({ open }) => open === 0).length
  return {
    rows: [...rows.values()],
    batches: changed.map(({ batch, open, won }) => ({
      id: batch.id,
      from: batch.state,
      open,
      reservedWon: batch.intent ? won : null,
    })),
    fromOut,
    settled,
    result: { ...result, settled: settled > 0 },
  }
}

/** True in the states in which the relay may have the batch. */
function isOut(state: BatchState): boolean {
  return state === 'accepted' || transition(state, 'accepted') !== null
}
