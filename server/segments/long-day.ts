import { type KstDay, weekdayName } from '../core/seoul'

/** A day with its weekday written out: "11월 15일 일요일". */
export function longDay(day: KstDay): string {
  const [, month, date] = day.split('-').map(Number)
  return `${month}월 ${date}일 ${weekdayName(day)}요일`
}
