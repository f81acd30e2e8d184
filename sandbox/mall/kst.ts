const KST_OFFSET_MS = 9 * 3_600_000

/** Milliseconds in a day; Seoul has had no daylight saving time since 1988. */
export const DAY_MS = 86_400_000

/** `2026-11-15T10:49:11+09:00`, as most of the mall's fields. */
export function kstIso(ms: number): string {
  return `${shifted(ms).slice(0, 19)}+09:00`
}

/** `2026-11-15 10:49:11`, as the mall's order items: Seoul time without a zone. */
export function kstPlain(ms: number): string {
  return shifted(ms).slice(0, 19).replace('T', ' ')
}

/** `2026-11-15T10:49:11.000`, as the mall's tokens: Seoul time without a zone. */
export function kstToken(ms: number): string {
  return shifted(ms).slice(0, 23)
}

/** `20261115`, the first half of an order number. */
export function kstCompactDay(ms: number): string {
  return shifted(ms).slice(0, 10).replaceAll('-', '')
}

/** The first instant of the Seoul calendar day of `ms`. */
export function kstDayStart(ms: number): number {
  return Math.floor((ms + KST_OFFSET_MS) / DAY_MS) * DAY_MS - KST_OFFSET_MS
}

/** `ms` cut to whole seconds: the mall knows no finer time. */
export function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000
}

const MALL_TIME = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}:\d{2})(?:\.\d{1,3})?(Z|[+-]\d{2}:\d{2})?)?$/

/**
 * The instant of a date parameter, or null when it is none; a bare date means its first second in Seoul, with `end` its last.
 */
export function parseMallTime(text: string, edge: 'start' | 'end' = 'start'): number | null {
  const match = MALL_TIME.exec(text)
  if (match === null) return null
  const [, day, time, zone] = match
  const ms = Date.parse(`${day}T${time ?? (edge === 'end' ? '23:59:59' : '00:00:00')}${zone ?? '+09:00'}`)
  return Number.isNaN(ms) ? null : ms
}

function shifted(ms: number): string {
  return new Date(ms + KST_OFFSET_MS).toISOString()
}
