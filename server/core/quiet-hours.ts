import { addDays, kstDay, kstInstant, kstMinuteOfDay } from './seoul'

/** When advertising rests, in minutes since Seoul midnight: from `fromMinute` in the evening to `toMinute` next morning. */
export interface QuietHours {
  fromMinute: number
  toMinute: number
}

// The window of the IFDO cart-reminder guide (2025-03-26); the law says 21:00-08:00, Kakao itself blocks from 20:50.
export const QUIET_HOURS: QuietHours = { fromMinute: 20 * 60, toMinute: 8 * 60 }

/** True when `quiet` covers at least the lawful default (20:00-08:00): a merchant can only widen it. */
export function isWideEnough(quiet: QuietHours): boolean {
  return (
    quiet.fromMinute > quiet.toMinute &&
    quiet.fromMinute <= QUIET_HOURS.fromMinute &&
    quiet.toMinute >= QUIET_HOURS.toMinute
  )
}

/** True while advertising must rest; the evening edge is quiet, the morning edge is not. */
export function isQuiet(at: Date, quiet: QuietHours): boolean {
  const minute = kstMinuteOfDay(at)
  return minute >= quiet.fromMinute || minute < quiet.toMinute
}

/** The first instant from `at` on that is not quiet: `at` itself, or the next morning edge. */
export function nextAllowedInstant(at: Date, quiet: QuietHours): Date {
  if (!isQuiet(at, quiet)) return at
  const today = kstDay(at)
  const morning = kstMinuteOfDay(at) < quiet.toMinute ? today : addDays(today, 1)
  return kstInstant(morning, quiet.toMinute)
}
