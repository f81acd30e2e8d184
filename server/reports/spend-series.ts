import type { Won } from '../core/won'

/** What moved a run's won at one instant, over all its sends. */
export interface SpendMove {
  at: Date
  /** Kept for sends that were handed over. */
  reserveWon: Won
  /** Given back when they ended. */
  releaseWon: Won
  chargeWon: Won
}

/** The run's won at the end of one second, in force until the next point. */
export interface SpendPoint {
  /** The beginning of the second. */
  at: Date
  reservedWon: Won
  chargedWon: Won
  /** The highest reserved + charged within the second. */
  highWon: Won
}

/** As much as a chart of a page's width can show. */
export const MOST_POINTS = 300
const SECOND_MS = 1_000

/**
 * Reserved and charged won second by second, oldest first; seconds in which nothing moved have no point.
 * The last point is what the ledger has. A reservation that was taken back leaves no row, so it is not in here; the
 * ledger's own `peakWon` knows it, and it bounds every point: instants are noted before the transaction, so two that
 * raced may stand here in the other order.
 */
export function spendSeries(moves: readonly SpendMove[], peakWon: Won): SpendPoint[] {
  const points: SpendPoint[] = []
  let reservedWon = 0
  let chargedWon = 0
  for (const { at, reserveWon, releaseWon, chargeWon } of [...moves].sort(byTimeReleasesFirst)) {
    reservedWon += reserveWon - releaseWon
    chargedWon += chargeWon
    const shownWon = Math.max(0, Math.min(reservedWon, peakWon - chargedWon))
    const second = new Date(Math.floor(at.getTime() / SECOND_MS) * SECOND_MS)
    const totalWon = shownWon + chargedWon
    const last = points.at(-1)
    const isSameSecond = last?.at.getTime() === second.getTime()
    if (isSameSecond) points.pop()
    const highWon = isSameSecond ? Math.max(last.highWon, totalWon) : totalWon
    points.push({ at: second, reservedWon: shownWon, chargedWon, highWon })
  }
  return points
}

/** At most `most` of `points` (3 or more): the first, the last, the highest, and the highest of each stretch between. */
export function thinSeries(points: readonly SpendPoint[], most = MOST_POINTS): SpendPoint[] {
  if (points.length <= most) return [...points]
  const stretches = most - 2
  const kept = new Set([0, points.length - 1])
  for (let i = 0; i < stretches; i += 1) {
    const from = Math.floor((i * points.length) / stretches)
    const to = Math.floor(((i + 1) * points.length) / stretches)
    kept.add(highestOf(points, from, to))
  }
  return points.filter((_, i) => kept.has(i))
}

function highestOf(points: readonly SpendPoint[], from: number, to: number): number {
  let highest = from
  for (let i = from; i < to; i += 1) {
    if ((points[i]?.highWon ?? 0) > (points[highest]?.highWon ?? 0)) highest = i
  }
  return highest
}

function byTimeReleasesFirst(a: SpendMove, b: SpendMove): number {
  return a.at.getTime() - b.at.getTime() || a.reserveWon - b.reserveWon
}
