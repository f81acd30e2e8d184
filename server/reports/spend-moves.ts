import type { Won } from '../core/won'
import type { Batch } from '../sends/send'
import type { SendSpend } from '../sends/send-store'
import type { SpendMove } from './spend-series'

type Rows = ReadonlyMap<string, SendSpend>

/** The sends whose rows `movesOf` needs of these batches. */
export function spendersOf(batches: readonly Batch[]): string[] {
  return batches.flatMap(({ step, intent, sendIds }) => (step === 2 ? sendIds : (intent?.sendIds ?? [])))
}

/**
 * How these batches moved their run's won: kept for each send at the hand-over; carried on to the text when the first try
 * failed; given back and charged when the send ended. `rows` are the sends of `spendersOf` by id.
 */
export function movesOf(batches: readonly Batch[], rows: Rows): SpendMove[] {
  return batches.flatMap((batch) => (batch.step === 2 ? textMoves(batch, rows) : firstMoves(batch, rows)))
}

/** Adds `moves` to those known by instant (ms), so that a large run needs no more memory than its instants. */
export function gatherMoves(known: Map<number, SpendMove>, moves: readonly SpendMove[]): void {
  for (const move of moves) {
    // Reservations and settlements of one instant stay apart: which came first is decided later.
    const key = move.at.getTime() * 2 + (move.reserveWon > 0 ? 1 : 0)
    const same = known.get(key)
    if (!same) known.set(key, { ...move })
    else {
      same.reserveWon += move.reserveWon
      same.releaseWon += move.releaseWon
      same.chargeWon += move.chargeWon
    }
  }
}

function firstMoves({ number, intent, handedOverAt }: Batch, rows: Rows): SpendMove[] {
  if (!intent) return []
  const { sendIds, worstWon } = intent
  const settled = sendIds.flatMap((id) => {
    const row = rows.get(id)
    if (row?.firstFailedAt && row.firstBatch === number) return [release(row.firstFailedAt, worstWon)]
    return row ? endOf(row, worstWon) : []
  })
  return [reserve(handedOverAt ?? intent.at, worstWon * sendIds.length), ...settled]
}

/** A text: what its first try left reserved is kept until it leaves, and replaced by its own worst case then. */
function textMoves({ sendIds, intent, handedOverAt, keptEachWon = 0 }: Batch, rows: Rows): SpendMove[] {
  const leaving = new Set(intent?.sendIds ?? [])
  const leftAt = handedOverAt ?? intent?.at ?? null
  return sendIds.flatMap((id) => {
    const row = rows.get(id)
    if (!row?.firstFailedAt) return []
    const kept = reserve(row.firstFailedAt, keptEachWon)
    if (!leaving.has(id) || !intent || !leftAt) return [kept, ...endOf(row, keptEachWon)]
    const swapped = [release(leftAt, keptEachWon), reserve(leftAt, intent.worstWon)]
    return [kept, ...swapped, ...endOf(row, intent.worstWon)]
  })
}

function endOf({ endedAt, chargedWon }: SendSpend, keptWon: Won): SpendMove[] {
  return endedAt ? [{ ...release(endedAt, keptWon), chargeWon: chargedWon }] : []
}

function reserve(at: Date, won: Won): SpendMove {
  return { at, reserveWon: won, releaseWon: 0, chargeWon: 0 }
}

function release(at: Date, won: Won): SpendMove {
  return { at, reserveWon: 0, releaseWon: won, chargeWon: 0 }
}
