import * as gazette from '@hyunbinseo/holidays-kr/all'
import type { KstDay } from './seoul'

// The official almanac (월력요항) with substitute holidays and election days, a year at a time; Sundays are not in it.
const NAMES: ReadonlyMap<KstDay, readonly string[]> = new Map(
  Object.values(gazette).flatMap((year): [KstDay, readonly string[]][] => Object.entries(year)),
)

/** The last year whose public holidays we know. */
export const LAST_HOLIDAY_YEAR = Number([...NAMES.keys()].sort().at(-1)?.slice(0, 4))

/** What the Korean public holiday on a Seoul day is called; null on other days and in years that we do not know. */
export function holidayName(day: KstDay): string | null {
  return NAMES.get(day)?.join('·') ?? null
}
