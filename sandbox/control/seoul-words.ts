import { DAY_MS, kstDayStart, kstIso } from '../mall/kst'

const MINUTE_MS = 60_000
const WEEKDAYS = ['일', '월', '화', '수', '목', '금', '토'] as const
const LONG_WEEKDAYS = ['일요일', '월요일', '화요일', '수요일', '목요일', '금요일', '토요일'] as const

/** "11월 22일(일)" of the Seoul day that `at` falls on. */
export function seoulDay(at: Date): string {
  const { month, day, weekday } = partsOf(at)
  return `${month}월 ${day}일(${WEEKDAYS[weekday]})`
}

/** "2026년 11월 22일 일요일", as a KakaoTalk room parts its days. */
export function seoulLongDay(at: Date): string {
  const { year, month, day, weekday } = partsOf(at)
  return `${year}년 ${month}월 ${day}일 ${LONG_WEEKDAYS[weekday]}`
}

/** "오전 10:00". */
export function seoulTime(at: Date): string {
  const { hour, minute } = partsOf(at)
  return `${hour < 12 ? '오전' : '오후'} ${hour % 12 === 0 ? 12 : hour % 12}:${String(minute).padStart(2, '0')}`
}

/** "11월 22일(일) 오전 10:00". */
export function seoulInstant(at: Date): string {
  return `${seoulDay(at)} ${seoulTime(at)}`
}

/** `2026-11-22T10:00`, as a date-time field of a form holds it. */
export function seoulField(at: Date): string {
  return kstIso(at.getTime()).slice(0, 16)
}

/** The instant of a date-time field read as Seoul time; null for what is no date-time. */
export function parseSeoulField(text: string): Date | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(text)) return null
  const at = new Date(`${text}+09:00`)
  // A day that no month has rolls over instead of failing.
  return Number.isFinite(at.getTime()) && seoulField(at) === text.slice(0, 16) ? at : null
}

/** The first instant after `at` that shows `hour`:00 in Seoul. */
export function nextSeoulHour(at: Date, hour: number): Date {
  const today = kstDayStart(at.getTime()) + hour * 60 * MINUTE_MS
  return new Date(today > at.getTime() ? today : today + DAY_MS)
}

/** `hour`:00 on the Seoul day of `at`. */
export function seoulHourOfDay(at: Date, hour: number): Date {
  return new Date(kstDayStart(at.getTime()) + hour * 60 * MINUTE_MS)
}

/** True from 20:00 to 08:00 Seoul time, when no advertisement leaves. */
export function isQuietInSeoul(at: Date): boolean {
  const { hour } = partsOf(at)
  return hour >= 20 || hour < 8
}

function partsOf(at: Date) {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = kstIso(at.getTime()).split(/[-T:]/).map(Number)
  // 1 January 1970 was a Thursday.
  const weekday = (Math.floor(kstDayStart(at.getTime()) / DAY_MS) + 1 + 4) % 7
  return { year, month, day, hour, minute, weekday }
}
