/** How far a run is with what the night held. */
export interface Morning {
  /** The morning edge until which it was held. */
  edge: Date
  /** Batches that were taken since. */
  taken: number
}

/** Business milliseconds between two steps of a morning release. */
export const PACE_STEP_MS = 2_000
// Five hundred messages are nothing to a relay, a mall or a till; only longer queues are stretched.
const UNPACED_BATCHES = 5

/**
 * When the next batch of a lane may leave after one was taken in the morning: `now` while there is no pace, else one step
 * later. One batch a step as a rule, and as many as it takes for all to have left by half of the time to `latestAt`; from
 * there on nothing is stretched any more. `taken` counts the one just taken, `waiting` those behind it.
 */
export function nextByPace({
  morning: { edge, taken },
  waiting,
  latestAt,
  now,
}: {
  morning: Morning
  waiting: number
  latestAt: Date
  now: Date
}): Date {
  const halfway = pacedUntil(edge, latestAt)
  if (now < edge || now >= halfway || waiting <= 0 || taken < UNPACED_BATCHES) return now
  const stepsLeft = (halfway.getTime() - now.getTime()) / PACE_STEP_MS
  const perStep = Math.max(1, Math.ceil(waiting / stepsLeft))
  return taken % perStep === 0 ? new Date(now.getTime() + PACE_STEP_MS) : now
}

/** Business milliseconds that `waiting` batches of a morning need by their pace alone, from `now` on (or from the edge). */
export function pacedMs(morning: Morning, waiting: number, latestAt: Date, now: Date): number {
  const from = Math.max(now.getTime(), morning.edge.getTime())
  const untilHalf = Math.max(0, pacedUntil(morning.edge, latestAt).getTime() - from)
  const stretched = Math.max(0, waiting - Math.max(0, UNPACED_BATCHES - morning.taken))
  return Math.min(untilHalf, stretched * PACE_STEP_MS)
}

/** By then everything that waited at the edge has left, and nothing is stretched any more. */
function pacedUntil(edge: Date, latestAt: Date): Date {
  return new Date((edge.getTime() + latestAt.getTime()) / 2)
}
