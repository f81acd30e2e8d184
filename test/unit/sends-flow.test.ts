import fc from 'fast-check'
import { QUIET_HOURS } from '../../server/core/quiet-hours'
import { kstInstant } from '../../server/core/seoul'
import { judgeResults, resultsOf } from '../../server/sends/breaker-rules'
import { createMallTurns } from '../../server/sends/dispatch-service'
import type { HoldReason } from '../../server/sends/lane'
import { nextByPace, PACE_STEP_MS } from '../../server/sends/pace-rules'
import { alreadyGone, finishesAt, nextMarks, ratePerMinute } from '../../server/sends/progress-rules'
import { emptyTally } from '../../server/sends/tally-store'

const DAY = '2026-11-24'
const at = (hour: number, minute = 0, second = 0) =>
  new Date(kstInstant(DAY, hour * 60 + minute).getTime() + second * 1_000)
const EDGE = at(8)
const NOON = at(12)
const HALF = at(10)

describe('the pace of a morning', () => {
  /** Takes batch after batch as soon as the pace allows, each visit of a worker `lagMs` after it was due. */
  function release(batches: number, lagMs: number, latestAt = NOON): Date[] {
    const left: Date[] = []
    let next = EDGE
    for (let taken = 1; taken <= batches; taken += 1) {
      const now = new Date(next.getTime() + lagMs)
      left.push(now)
      next = nextByPace({ morning: { edge: EDGE, taken }, waiting: batches - taken, latestAt, now })
    }
    return left
  }

  it('lets five batches leave at once and then one every two seconds', () => {
    const seconds = release(9, 0).map((leaves) => (leaves.getTime() - EDGE.getTime()) / 1_000)

    expect(seconds).toEqual([0, 0, 0, 0, 0, 2, 4, 6, 8])
  })

  it.each([10_000, 50_000])('stretches %i batches so that the last leaves by ten', (batches) => {
    const left = release(batches, 0)

    expect(left.at(-1)?.getTime()).toBeLessThanOrEqual(HALF.getTime() + PACE_STEP_MS)
    expect(left.at(-1)?.getTime()).toBeGreaterThan(at(9, 30).getTime())
  })

  it('keeps order and edge, and everything leaves before the latest time, whatever the queue and however late workers look', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3_000 }),
        fc.integer({ min: 0, max: 4_000 }),
        fc.integer({ min: 10, max: 8 * 60 }),
        (batches, lagMs, minutes) => {
          const latestAt = new Date(EDGE.getTime() + minutes * 60_000)
          // What a worker cannot do in time at full speed no pace can mend.
          fc.pre(batches * lagMs < (minutes * 60_000) / 2)

          const left = release(batches, lagMs, latestAt).map((leaves) => leaves.getTime())

          expect(left).toEqual(left.toSorted((a, b) => a - b))
          expect(left[0]).toBeGreaterThanOrEqual(EDGE.getTime())
          expect(left.at(-1)).toBeLessThan(latestAt.getTime())
        },
      ),
    )
  })

  it.each([
    ['before the edge', { now: at(7, 59) }],
    ['in the second half of the time', { now: HALF }],
    ['for the last batch', { waiting: 0 }],
  ])('does not hold anything up %s', (_name, over) => {
    const given = { morning: { edge: EDGE, taken: 50 }, waiting: 100, latestAt: NOON, now: at(9), ...over }

    expect(nextByPace(given)).toEqual(given.now)
  })
})

describe('the breaker', () => {
  it.each<[string, number, number, 'open' | 'forget' | 'wait']>([
    ['49 results, all bad', 49, 49, 'wait'],
    ['50 results, 9 bad', 50, 9, 'wait'],
    ['50 results, 10 bad', 50, 10, 'open'],
    ['499 results, 99 bad', 499, 99, 'wait'],
    ['500 results, 99 bad', 500, 99, 'forget'],
    ['500 results, 100 bad', 500, 100, 'open'],
  ])('after %s: %3$s', (_name, count, bad, verdict) => {
    expect(judgeResults({ count, bad }, null)).toBe(verdict)
  })

  it('judges only what came since it last forgot, so that a good past hides nothing', () => {
    const forgotten = { count: 100_000, bad: 10 }

    expect(judgeResults({ count: 100_050, bad: 60 }, forgotten)).toBe('open')
    expect(judgeResults({ count: 100_050, bad: 15 }, forgotten)).toBe('wait')
  })

  it('counts failures that are not the person’s own, texts behind a failed first try too', () => {
    const tally = {
      ...emptyTally('r', 'm', 0, 0),
      ended: { delivered: 60, failed: 40, cancelled: 7, capped: 8, expired: 9 },
      reasons: {
        'failed:not-friend': 20,
        'failed:blocked': 5,
        'failed:system': 9,
        'failed:content': 6,
        'cancelled:bought': 7,
      },
      firstFailures: { quota: 3, 'not-kakao-user': 4 },
    }

    expect(resultsOf(tally)).toEqual({ count: 107, bad: 18 })
  })
})

describe('turns of malls', () => {
  it('serves a small mall at once while a large one has everything else to send', () => {
    const turns = createMallTurns()
    const served: string[] = []
    const serve = (malls: string[]) => {
      const mallId = turns.next(malls) ?? ''
      turns.take(mallId)
      served.push(mallId)
    }

    for (let i = 0; i < 100; i += 1) serve(['large'])
    for (let i = 0; i < 6; i += 1) serve(['large', 'small'])

    expect(served.slice(100)).toEqual(['small', 'large', 'small', 'large', 'small', 'large'])
    expect(turns.next([])).toBeUndefined()
  })
})

describe('progress', () => {
  const none = { hold: null, next: at(9), morning: null, latestAt: NOON, stopped: null }
  const held = (reason: HoldReason, next: Date) => ({ ...none, hold: { reason, since: at(8) }, next })

  it('counts as gone what nothing calls back, and not what the relay refused at intake', () => {
    const ended = { delivered: 10, failed: 5, cancelled: 3, capped: 2, expired: 1 }

    expect(alreadyGone({ out: 4, ended, refused: 2 })).toBe(17)
  })

  it('remembers two points, the older one at least a minute and at most about two old', () => {
    const mark = (minute: number, second: number, gone: number) => ({ at: at(9, minute, second), gone })
    let marks = nextMarks([], mark(0, 0, 0)) ?? []
    expect(nextMarks(marks, mark(0, 59, 90))).toBeNull()
    marks = nextMarks(marks, mark(1, 0, 100)) ?? []
    marks = nextMarks(marks, mark(2, 0, 300)) ?? []

    expect(marks).toEqual([mark(1, 0, 100), mark(2, 0, 300)])
    expect(ratePerMinute(marks, 400, at(9, 2, 30))).toBe(200)
    expect(nextMarks(marks, mark(0, 0, 400))).toEqual([mark(0, 0, 400)])
  })

  it.each<[string, { at: Date; gone: number }[], number, Date]>([
    ['nothing is remembered', [], 100, at(9)],
    ['the point is seconds old', [{ at: at(9), gone: 0 }], 100, at(9, 0, 9)],
    ['nothing left since', [{ at: at(9), gone: 100 }], 100, at(9, 1)],
  ])('tells no rate while %s', (_name, marks, gone, now) => {
    expect(ratePerMinute(marks, gone, now)).toBeNull()
  })

  it.each<[string, Parameters<typeof finishesAt>[0], Date | null]>([
    ['by its rate', { lane: none, waiting: 600, rate: 100, quiet: QUIET_HOURS, now: at(9) }, at(9, 6)],
    ['with no rate', { lane: none, waiting: 600, rate: null, quiet: QUIET_HOURS, now: at(9) }, null],
    ['with nothing left', { lane: none, waiting: 0, rate: 100, quiet: QUIET_HOURS, now: at(9) }, null],
    [
      'when a person must act',
      { lane: held('failures', NOON), waiting: 600, rate: 100, quiet: QUIET_HOURS, now: at(9) },
      null,
    ],
    [
      'after a busy relay',
      { lane: held('relay-busy', at(9, 2)), waiting: 600, rate: 100, quiet: QUIET_HOURS, now: at(9) },
      at(9, 8),
    ],
    [
      'over the latest time, as its end',
      { lane: none, waiting: 100_000, rate: 100, quiet: QUIET_HOURS, now: at(9) },
      NOON,
    ],
    [
      'over the night',
      {
        lane: { ...none, latestAt: new Date(NOON.getTime() + 24 * 3_600_000) },
        waiting: 2_000,
        rate: 100,
        quiet: QUIET_HOURS,
        now: at(19, 50),
      },
      new Date(at(8, 10).getTime() + 24 * 3_600_000),
    ],
    [
      'in a morning, by its pace',
      {
        lane: { ...held('night', EDGE), morning: { edge: EDGE, taken: 0 } },
        waiting: 3_500,
        rate: null,
        quiet: QUIET_HOURS,
        now: at(7),
      },
      at(8, 1),
    ],
  ])('expects the end %s', (_name, given, end) => {
    expect(finishesAt(given)).toEqual(end)
  })
})
