import { addDays, type KstDay, weekdayName } from '../core/seoul'
import type { DayView } from '../http/page-parts'

/** More days than this are drawn with a gap in the middle. */
const WHOLE_STRIP = 15

/** The strip of days under "N days ago": from the day of the add to today. */
export function daysView(mode: 'exactly' | 'within', days: number, today: KstDay): DayView[] {
  const places = Array.from({ length: days + 1 }, (_, i) => days - i)
  const shown = days < WHOLE_STRIP ? places : [...places.slice(0, 4), null, ...places.slice(-3)]
  return shown.map((ago) => (ago === null ? GAP : dayView(ago, mode === 'within' || ago === days, today)))
}

const GAP: DayView = { number: '⋯', label: '사이 날', kind: 'plain' }

function dayView(ago: number, added: boolean, today: KstDay): DayView {
  const day = addDays(today, -ago)
  const name = ago === 0 ? '오늘' : weekdayName(day)
  return {
    number: String(Number(day.slice(8))),
    label: added ? `${name} · 담음` : name,
    kind: added ? 'start' : ago === 0 ? 'today' : 'plain',
  }
}
