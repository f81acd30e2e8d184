import fc from 'fast-check'
import { isQuiet, isWideEnough, nextAllowedInstant, QUIET_HOURS } from '../../server/core/quiet-hours'
import { kstDay, kstMinuteOfDay } from '../../server/core/seoul'

const at = (time: string) => new Date(`2026-11-22T${time}+09:00`)

describe('quiet hours', () => {
  it.each([
    ['19:59:59', false],
    ['20:00:00', true],
    ['23:59:59', true],
    ['00:00:00', true],
    ['07:59:59', true],
    ['08:00:00', false],
  ])('at %s are quiet: %s', (time, quiet) => {
    expect(isQuiet(at(time), QUIET_HOURS)).toBe(quiet)
  })

  it('let what the evening holds go at 08:00 of the next day, and what the night holds the same day', () => {
    expect(nextAllowedInstant(at('20:00:00'), QUIET_HOURS)).toEqual(new Date('2026-11-23T08:00:00+09:00'))
    expect(nextAllowedInstant(at('03:00:00'), QUIET_HOURS)).toEqual(at('08:00:00'))
    expect(nextAllowedInstant(at('12:34:56'), QUIET_HOURS)).toEqual(at('12:34:56'))
  })

  it('never name a quiet instant, nor one before the given, nor one a day late', () => {
    const quiet = fc.record({
      fromMinute: fc.integer({ min: 1000, max: 1200 }),
      toMinute: fc.integer({ min: 480, max: 900 }),
    })
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
        quiet,
        (now, hours) => {
          const next = nextAllowedInstant(now, hours)

          expect(isQuiet(next, hours)).toBe(false)
          expect(next.getTime()).toBeGreaterThanOrEqual(now.getTime())
          expect(next.getTime() - now.getTime()).toBeLessThan(86_400_000)
          if (next > now) expect(kstMinuteOfDay(next)).toBe(hours.toMinute)
          expect(kstDay(next) >= kstDay(now)).toBe(true)
        },
      ),
    )
  })

  it('can only be widened', () => {
    expect(isWideEnough({ fromMinute: 19 * 60, toMinute: 9 * 60 })).toBe(true)
    expect(isWideEnough(QUIET_HOURS)).toBe(true)
    expect(isWideEnough({ fromMinute: 20 * 60 + 1, toMinute: 8 * 60 })).toBe(false)
    expect(isWideEnough({ fromMinute: 20 * 60, toMinute: 7 * 60 + 59 })).toBe(false)
  })
})
