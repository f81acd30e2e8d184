import type { CampaignState } from '../../server/campaigns/campaign'
import {
  isOver,
  latestInstant,
  missedDays,
  nextOccurrence,
  occurrenceDue,
} from '../../server/campaigns/schedule-rules'
import { QUIET_HOURS } from '../../server/core/quiet-hours'
import { kstIso } from '../../server/core/seoul'

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
