import { nextAllowedInstant, type QuietHours } from '../core/quiet-hours'
import { kstDay, kstInstant } from '../core/seoul'
import type { HoldReason, Lane, Mark, Tally } from './lane'
import { pacedMs } from './pace-rules'
import { SENDS_A_BATCH } from './plan-writer'

const MINUTE_MS = 60_000
/** A remembered point is kept so long before the next one is taken; the rate is that of the last one to two minutes. */
const MARK_EVERY_MS = MINUTE_MS
const MARK_MIN_MS = 10_000

/** Sends that left and cannot be called back: handed over (also those whose answer is lost), delivered, or failed on their way. */
export function alreadyGone({ out, ended, refused }: Pick<Tally, 'out' | 'ended' | 'refused'>): number {
  return out + ended.delivered + ended.failed - refused
}

/** The remembered points after `mark`, or null when those that are there are young enough. */
export function nextMarks(marks: readonly Mark[], mark: Mark): Mark[] | null {
  const [older, newer = older] = marks
  if (!older || !newer) return [mark]
  // A business clock that was set back leaves points in the future.
  if (mark.at < newer.at) return [mark]
  if (mark.at.getTime() - newer.at.getTime() < MARK_EVERY_MS) return null
  return [newer, mark]
}

/** Messages a minute of business time since the oldest remembered point; null while nothing can be said. */
export function ratePerMinute(marks: readonly Mark[], gone: number, now: Date): number | null {
  const [since] = marks
  const passedMs = since ? now.getTime() - since.at.getTime() : 0
  if (!since || passedMs < MARK_MIN_MS || gone <= since.gone) return null
  return Math.round(((gone - since.gone) * MINUTE_MS) / passedMs)
}

/** Holds after which sending goes on by itself at the lane's next look; after every other one nobody knows when. */
const HEALS: Partial<Record<HoldReason, true>> = { night: true, 'relay-busy': true }

/**
 * When the last waiting send is expected to have left, at the latest when the rest expires: by the rate of the last minutes, the pace
 * of a morning, and the night in between. Null when nothing waits, when it waits for a person, or when no rate is known.
 */
export function finishesAt({
  lane,
  waiting,
  rate,
  quiet,
  now,
}: {
  lane: Pick<Lane, 'hold' | 'next' | 'morning' | 'latestAt' | 'stopped'>
  waiting: number
  rate: number | null
  quiet: QuietHours
  now: Date
}): Date | null {
  const { hold, next, morning, latestAt, stopped } = lane
  if (waiting === 0 || stopped !== null || (hold && !HEALS[hold.reason])) return null
  const isNight = hold?.reason === 'night'
  const begin = new Date(Math.max(now.getTime(), hold && next ? next.getTime() : 0))
  const pace = morning ? pacedMs(morning, Math.ceil(waiting / SENDS_A_BATCH), latestAt, begin) : 0
  const byRate = rate === null ? null : (waiting / rate) * MINUTE_MS
  if (byRate === null && !isNight && pace === 0) return null
  const end = overNight(begin, Math.max(pace, byRate ?? 0), quiet)
  return new Date(Math.min(end.getTime(), latestAt.getTime()))
}

/** `begin` plus `durationMs` of allowed time. */
function overNight(begin: Date, durationMs: number, quiet: QuietHours): Date {
  const start = nextAllowedInstant(begin, quiet)
  const end = new Date(start.getTime() + durationMs)
  const evening = kstInstant(kstDay(start), quiet.fromMinute)
  if (end <= evening) return end
  const rest = end.getTime() - evening.getTime()
  return new Date(nextAllowedInstant(evening, quiet).getTime() + rest)
}
