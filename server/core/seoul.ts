import { DateTime } from 'luxon'

/** A Seoul calendar day, `YYYY-MM-DD`; days compare and sort as strings. */
export type KstDay = string

// Korea has kept UTC+9 without daylight saving since 1988-10-08, so a day is 24 hours and the offset is fixed.
const KST_OFFSET_MS = 9 * 3_600_000
const DAY_MS = 86_400_000

/** The number of the Seoul day that `at` falls on, counted from 1970-01-01. */
export function kstDayNumber(at: Date): number {
  return Math.floor((at.getTime() + KST_OFFSET_MS) / DAY_MS)
}

/** The Seoul calendar day that `at` falls on. */
export function kstDay(at: Date): KstDay {
  return dayOfNumber(kstDayNumber(at))
}

/** The instant at which `day` begins in Seoul; throws RangeError for what is no calendar day. */
export function startOfKstDay(day: KstDay): Date {
  return new Date(numberOfDay(day) * DAY_MS - KST_OFFSET_MS)
}

/** `day` moved by whole days, backwards when negative. */
export function addDays(day: KstDay, days: number): KstDay {
  return dayOfNumber(numberOfDay(day) + days)
}

/** Whole days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: KstDay, to: KstDay): number {
  return numberOfDay(to) - numberOfDay(from)
}

/** True for a real calendar day in `YYYY-MM-DD`. */
export function isKstDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && DateTime.fromISO(text, { zone: 'utc' }).isValid
}

/** Minutes since Seoul midnight, 0 to 1,439. */
export function kstMinuteOfDay(at: Date): number {
  return Math.floor(((((at.getTime() + KST_OFFSET_MS) % DAY_MS) + DAY_MS) % DAY_MS) / 60_000)
}

/** The instant of `HH:MM` Seoul time on `day`. */
export function kstInstant(day: KstDay, minuteOfDay: number): Date {
  return new Date(startOfKstDay(day).getTime() + minuteOfDay * 60_000)
}

/** ISO weekday of a Seoul day: 1 Monday to 7 Sunday. */
export function kstWeekday(day: KstDay): number {
  return ((((numberOfDay(day) + 3) % 7) + 7) % 7) + 1
}

/** `HH:MM` as minutes since midnight, or null when it is no time of day. */
export function parseTimeOfDay(text: string): number | null {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text)
  return match ? Number(match[1]) * 60 + Number(match[2]) : null
}

/** Minutes since midnight as `HH:MM`. */
export function formatTimeOfDay(minuteOfDay: number): string {
  return `${String(Math.floor(minuteOfDay / 60)).padStart(2, '0')}:${String(minuteOfDay % 60).padStart(2, '0')}`
}

const WEEKDAYS = ['월', '화', '수', '목', '금', '토', '일'] as const

/** The Korean name of a day's weekday in one syllable, "일". */
export function weekdayName(day: KstDay): string {
  return WEEKDAYS[kstWeekday(day) - 1] ?? ''
}

/** A day as people read it: "11월 22일(일)". */
export function formatDay(day: KstDay): string {
  const [, month, date] = day.split('-').map(Number)
  return `${month}월 ${date}일(${weekdayName(day)})`
}

/** A time of day as people read it: "오전 10:00", "오후 11:05". */
export function formatTime(minuteOfDay: number): string {
  const hour = Math.floor(minuteOfDay / 60)
  const half = hour < 12 ? '오전' : '오후'
  return `${half} ${hour % 12 === 0 ? 12 : hour % 12}:${String(minuteOfDay % 60).padStart(2, '0')}`
}

/** An instant as people in Seoul read it: "11월 22일(일) 오전 10:00". */
export function formatInstant(at: Date): string {
  return `${formatDay(kstDay(at))} ${formatTime(kstMinuteOfDay(at))}`
}

/** An instant in ISO 8601 with the Seoul offset and whole seconds: "2026-11-22T10:00:00+09:00". */
export function kstIso(at: Date): string {
  return DateTime.fromJSDate(at, { zone: 'Asia/Seoul' }).toFormat("yyyy-MM-dd'T'HH:mm:ssZZ")
}

function numberOfDay(day: KstDay): number {
  const ms = Date.parse(`${day}T00:00:00Z`)
  if (!Number.isFinite(ms)) throw new RangeError('A Seoul day is YYYY-MM-DD')
  return ms / DAY_MS
}

function dayOfNumber(dayNumber: number): KstDay {
  return new Date(dayNumber * DAY_MS).toISOString().slice(0, 10)
}
