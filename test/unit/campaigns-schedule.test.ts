import * as fc from 'fast-check'
import type { CampaignState } from '../../server/campaigns/campaign'
import {
  byPlanOrder,
  isOver,
  isScheduledOn,
  latestInstant,
  missedDays,
  nextOccurrence,
  occurrenceDue,
  restDays,
  restsOn,
} from '../../server/campaigns/schedule-rules'
import { holidayName, LAST_HOLIDAY_YEAR } from '../../server/core/holidays'
import { QUIET_HOURS } from '../../server/core/quiet-hours'
import { addDays, kstIso } from '../../server/core/seoul'

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
const spec = (
  parts: { atMinute?: number; weekdays?: number[]; fromDay?: string; untilDay?: string } = {},
  skipHolidays = false,
) => ({
  skipHolidays,
  schedule: { atMinute: 600, weekdays: EVERY_DAY, fromDay: '2026-11-01', untilDay: null, ...parts },
  quietHours: QUIET_HOURS,
  latestMinute: 720,
})
const seoul = (text: string) => new Date(`${text}+09:00`)
const due = (at: string, parts = {}, state: CampaignState = 'running') =>
  occurrenceDue(spec(parts), { state }, seoul(at))

describe('occurrenceDue', () => {
  it('is due from the minute on until the Seoul midnight, and no longer', () => {
    expect(due('2026-11-22T09:59:59.999')).toBeNull()
    expect(due('2026-11-22T10:00:00')).toBe('2026-11-22')
    expect(due('2026-11-22T23:59:59.999')).toBe('2026-11-22')
    expect(due('2026-11-23T00:00:00')).toBeNull()
  })

  it('keeps to weekdays, first and last day', () => {
    expect(due('2026-11-22T12:00:00', { weekdays: [1, 2, 3, 4, 5] })).toBeNull()
    expect(due('2026-11-23T12:00:00', { weekdays: [1, 2, 3, 4, 5] })).toBe('2026-11-23')
    expect(due('2026-11-22T12:00:00', { fromDay: '2026-11-23' })).toBeNull()
    expect(due('2026-11-22T12:00:00', { untilDay: '2026-11-21' })).toBeNull()
    expect(due('2026-11-22T12:00:00', { untilDay: '2026-11-22' })).toBe('2026-11-22')
  })

  it.each(['draft', 'paused', 'ended'] as const)('is never due for a campaign that is %s', (state) => {
    expect(due('2026-11-22T12:00:00', {}, state)).toBeNull()
  })
})

describe('nextOccurrence', () => {
  const next = (at: string, parts = {}, handled = false) => {
    const found = nextOccurrence(spec(parts), seoul(at), handled)
    return found && kstIso(found)
  }

  it('is today while today has no run, tomorrow afterwards', () => {
    expect(next('2026-11-22T09:00:00')).toBe('2026-11-22T10:00:00+09:00')
    expect(next('2026-11-22T14:00:00')).toBe('2026-11-22T10:00:00+09:00')
    expect(next('2026-11-22T14:00:00', {}, true)).toBe('2026-11-23T10:00:00+09:00')
  })

  it('leaps over days that are not named, and waits for the first day', () => {
    expect(next('2026-11-22T09:00:00', { weekdays: [6] })).toBe('2026-11-28T10:00:00+09:00')
    expect(next('2026-11-22T14:00:00', { weekdays: [7] }, true)).toBe('2026-11-29T10:00:00+09:00')
    expect(next('2026-11-22T09:00:00', { fromDay: '2026-12-24' })).toBe('2026-12-24T10:00:00+09:00')
  })

  it('is none after the last day', () => {
    expect(next('2026-11-22T09:00:00', { untilDay: '2026-11-21' })).toBeNull()
    expect(next('2026-11-22T09:00:00', { untilDay: '2026-11-22' }, true)).toBeNull()
  })
})

describe('missedDays', () => {
  const now = seoul('2026-11-22T08:00:00')

  it('names scheduled days before today without a run, oldest first', () => {
    const handled = new Set(['2026-11-20'])

    expect(missedDays(spec({ weekdays: [3, 4, 5, 6] }), seoul('2026-11-18T09:00:00'), handled, now)).toEqual([
      '2026-11-18',
      '2026-11-19',
      '2026-11-21',
    ])
  })

  it('names no day before the campaign ran, nor today', () => {
    expect(missedDays(spec(), seoul('2026-11-21T23:00:00'), new Set(), now)).toEqual(['2026-11-21'])
    expect(missedDays(spec(), seoul('2026-11-22T00:00:00'), new Set(), now)).toEqual([])
  })

  it('looks back 31 days at most', () => {
    expect(
      missedDays(spec({ fromDay: '2026-01-01' }), seoul('2026-01-01T00:00:00'), new Set(), now),
    ).toHaveLength(31)
  })
})

describe('latestInstant', () => {
  const latest = (atMinute: number) => kstIso(latestInstant(spec({ atMinute }), '2026-11-22'))

  it('is the latest time of the morning after the night that holds the run', () => {
    expect(latest(10 * 60)).toBe('2026-11-23T12:00:00+09:00')
    expect(latest(23 * 60 + 59)).toBe('2026-11-23T12:00:00+09:00')
    expect(latest(8 * 60)).toBe('2026-11-23T12:00:00+09:00')
  })

  it('is the same day for a run planned before the morning edge', () => {
    expect(latest(7 * 60 + 59)).toBe('2026-11-22T12:00:00+09:00')
  })
})

describe('isOver', () => {
  it('is over after the last day, not on it', () => {
    expect(isOver(spec({ untilDay: '2026-11-22' }), seoul('2026-11-22T23:59:59'))).toBe(false)
    expect(isOver(spec({ untilDay: '2026-11-22' }), seoul('2026-11-23T00:00:00'))).toBe(true)
    expect(isOver(spec(), seoul('2036-11-23T00:00:00'))).toBe(false)
  })
})

describe('public holidays', () => {
  it('are those of the gazette: fixed days, substitutes, elections; no plain Sunday, and none in unknown years', () => {
    expect(holidayName('2026-12-25')).toBe('기독탄신일')
    expect(holidayName('2026-10-05')).toBe('대체공휴일(개천절)')
    expect(holidayName('2026-06-03')).toBe('전국동시지방선거')
    expect(holidayName('2025-05-05')).toBe('어린이날·부처님 오신 날')
    expect(holidayName('2026-11-22')).toBeNull()
    expect(holidayName(`${LAST_HOLIDAY_YEAR}-01-01`)).toBe('1월 1일')
    expect(holidayName(`${LAST_HOLIDAY_YEAR + 1}-01-01`)).toBeNull()
  })

  it('have no run, are not missed, and the next run leaps over them, for a campaign that rests', () => {
    const [rests, works] = [spec({}, true), spec({}, false)]
    const christmas = seoul('2026-12-25T10:00:00')

    expect(occurrenceDue(rests, { state: 'running' }, christmas)).toBeNull()
    expect(occurrenceDue(works, { state: 'running' }, christmas)).toBe('2026-12-25')
    const next = nextOccurrence(rests, christmas, false)
    expect(next && kstIso(next)).toBe('2026-12-26T10:00:00+09:00')
    const since = seoul('2026-12-24T00:00:00')
    const morning = seoul('2026-12-27T09:00:00')
    expect(missedDays(rests, since, new Set(), morning)).toEqual(['2026-12-24', '2026-12-26'])
    expect(missedDays(works, since, new Set(), morning)).toEqual(['2026-12-24', '2026-12-25', '2026-12-26'])
  })

  it('are told in advance, where the schedule names them', () => {
    const days = (parts = {}) =>
      restDays(spec(parts, true), '2026-11-22', 2).map(({ day, name }) => `${day} ${name}`)

    expect(days()).toEqual(['2026-12-25 기독탄신일', '2027-01-01 1월 1일'])
    expect(days({ weekdays: [1] })).toEqual(['2027-02-08 설날 다음 날', '2027-03-01 3ㆍ1절'])
    expect(days({ untilDay: '2026-12-25' })).toEqual(['2026-12-25 기독탄신일'])
    expect(restsOn(spec({ weekdays: [1] }, true), '2026-12-25')).toBeNull()
  })

  it('leave a schedule without an end its next day, whatever its weekday', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_650 }), fc.integer({ min: 1, max: 7 }), (ahead, weekday) => {
        const rests = spec({ fromDay: '2018-01-01', weekdays: [weekday] }, true)
        const day = addDays('2018-01-01', ahead)

        const next = nextOccurrence(rests, seoul(`${day}T00:00:00`), false)

        expect(next && isScheduledOn(rests, kstIso(next).slice(0, 10))).toBe(true)
      }),
    )
  })
})

describe('the order of planning', () => {
  const place = (atMinute: number, priority: number, day = '2026-11-22') => ({
    spec: { schedule: spec({ atMinute }).schedule, priority },
    day,
  })

  it('is by day and minute, then by priority, and keeps what is equal in its order', () => {
    const places = [place(600, 5), place(601, 1), place(600, 1), place(600, 5), place(700, 9, '2026-11-21')]

    const order = places.toSorted(byPlanOrder).map((each) => places.indexOf(each))

    expect(order).toEqual([4, 2, 0, 3, 1])
  })
})
