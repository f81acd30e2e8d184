import fc from 'fast-check'
import {
  addDays,
  daysBetween,
  formatInstant,
  isKstDay,
  kstDay,
  kstInstant,
  kstIso,
  kstMinuteOfDay,
  kstWeekday,
  parseTimeOfDay,
  startOfKstDay,
} from '../../server/core/seoul'

describe('Seoul days', () => {
  it('change at 15:00 UTC, not at the machine midnight', () => {
    expect(kstDay(new Date('2026-11-21T14:59:59.999Z'))).toBe('2026-11-21')
    expect(kstDay(new Date('2026-11-21T15:00:00.000Z'))).toBe('2026-11-22')
  })

  it('begin at their own start and last one millisecond less than 24 hours', () => {
    fc.assert(
      fc.property(fc.integer({ min: -10_000, max: 40_000 }), (offset) => {
        const day = addDays('2000-01-01', offset)
        const start = startOfKstDay(day)

        expect(kstDay(start)).toBe(day)
        expect(kstDay(new Date(start.getTime() - 1))).toBe(addDays(day, -1))
        expect(kstDay(new Date(start.getTime() + 86_399_999))).toBe(day)
        expect(daysBetween('2000-01-01', day)).toBe(offset)
      }),
    )
  })

  it('know their weekday, and a minute of the day survives the way there and back', () => {
    expect(kstWeekday('2026-11-22')).toBe(7)
    expect(kstWeekday('2026-11-23')).toBe(1)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1439 }), (minute) => {
        expect(kstMinuteOfDay(kstInstant('2026-11-22', minute))).toBe(minute)
      }),
    )
  })

  it('refuse what is no day or no time', () => {
    expect(isKstDay('2026-02-30')).toBe(false)
    expect(isKstDay('2026-2-3')).toBe(false)
    expect(parseTimeOfDay('24:00')).toBeNull()
    expect(parseTimeOfDay('09:05')).toBe(545)
    expect(() => startOfKstDay('tomorrow')).toThrow(RangeError)
  })

  it('are written as people and as mall APIs write them', () => {
    const at = new Date('2026-11-22T01:00:00Z')

    expect(formatInstant(at)).toBe('11월 22일(일) 오전 10:00')
    expect(kstIso(at)).toBe('2026-11-22T10:00:00+09:00')
  })
})
