import { QUIET_HOURS } from '../../server/core/quiet-hours'
import type { Evidence, JudgedMessage, JudgedSend } from './evidence'
import { judge } from './judge'
import { type Figures, noFigures } from './suite'

const RUN = '0'.repeat(24)
const MALL = 'cafe24-testshop'
const idOf = (index: number, run = RUN) => run + index.toString(16).padStart(8, '0')

const send = (index: number, change: Partial<JudgedSend> = {}): JudgedSend => ({
  id: idOf(index),
  mallId: MALL,
  campaignId: 'c1',
  runId: RUN,
  runDay: '2026-11-23',
  test: false,
  end: 'delivered',
  endReason: null,
  chargedWon: 25,
  ...change,
})

/** A brand message to the `index`-th phone that arrived at 10:00:01 Seoul time. */
const message = (index: number, change: Partial<JudgedMessage> = {}): JudgedMessage => ({
  to: `0100000000${index}`,
  type: 'BMS_FREE',
  customFields: { k: idOf(index) },
  acceptedAt: '2026-11-23T01:00:00.000Z',
  statusCode: '4000',
  final: true,
  chargedWon: 25,
  history: [
    { code: '2000', at: '2026-11-23T01:00:00.000Z', machineAt: '2026-11-22T20:00:00.000Z' },
    { code: '3000', at: '2026-11-23T01:00:00.000Z', machineAt: '2026-11-22T20:00:00.000Z' },
    { code: '4000', at: '2026-11-23T01:00:01.000Z', machineAt: '2026-11-22T20:00:01.000Z' },
  ],
  ...change,
})
const failed = { statusCode: '3102', chargedWon: 0 }

const budget = (change: object = {}) => ({
  id: `${MALL}:day:c1:2026-11-23`,
  capWon: 50,
  reservedWon: 0,
  chargedWon: 50,
  peakWon: 50,
  ...change,
})

const evidence = (change: Partial<Evidence> = {}): Evidence => ({
  sends: [send(1), send(2)],
  runs: [{ id: RUN, state: 'finished', population: 3, decisions: { send: 2, repeat: 1 } }],
  batches: [{ id: `${RUN}:1`, state: 'settled' }],
  budgets: [budget()],
  accepted: [message(1), message(2)],
  refused: [],
  quietHours: QUIET_HOURS,
  ...change,
})

describe('the judge of faults', () => {
  it('finds nothing where ledger and journal agree', () => {
    expect(judge(evidence())).toEqual({ figures: { ...noFigures(), runs: 1 }, findings: [] })
  })

  it.each<[string, Partial<Figures>, Partial<Evidence>]>([
    ['a second message to one phone', { doubles: 1 }, { accepted: [message(1), message(2), message(2)] }],
    [
      'another member with the same phone',
      { doubles: 1 },
      { accepted: [message(1), message(2, { to: message(1).to })] },
    ],
    ['a delivery that the relay does not know', { lost: 1 }, { accepted: [message(1)] }],
    [
      'a send without an end',
      { lost: 1 },
      { sends: [send(1), send(2, { end: null, chargedWon: 0 })], accepted: [message(1)] },
    ],
    [
      'a run that never ended',
      { lost: 1 },
      { runs: [{ id: RUN, state: 'published', population: 2, decisions: { send: 2 } }] },
    ],
    [
      'a run that missed its day',
      { lost: 1 },
      {
        runs: [{ id: RUN, state: 'missed', population: 0, decisions: {} }],
        sends: [],
        accepted: [],
        batches: [],
        budgets: [],
      },
    ],
    [
      'a decision without a row',
      { lost: 1 },
      { runs: [{ id: RUN, state: 'finished', population: 3, decisions: { send: 3 } }] },
    ],
    ['a peak above the cap', { wonOver: 25 }, { budgets: [budget({ peakWon: 75 })] }],
    [
      'a relay that charged more than the cap',
      { wonOver: 25 },
      { budgets: [budget({ capWon: 25, chargedWon: 25, peakWon: 25 })] },
    ],
    [
      'a message at 20:00',
      { atNight: 1 },
      { accepted: [message(1), message(2, { acceptedAt: '2026-11-23T11:00:00.000Z' })] },
    ],
    [
      'a message at 07:59',
      { atNight: 1 },
      { accepted: [message(1), message(2, { acceptedAt: '2026-11-23T22:59:59.000Z' })] },
    ],
    ['an unknown batch', { unknownLeft: 1 }, { batches: [{ id: `${RUN}:1`, state: 'unknown' }] }],
    [
      'another fate',
      { mismatches: 1 },
      { sends: [send(1), send(2, { end: 'failed', endReason: 'not-friend' })] },
    ],
    ['a message to somebody who was called off', { mismatches: 1 }, { barred: new Set([message(2).to]) }],
    [
      'people without a decision',
      { mismatches: 1 },
      { runs: [{ id: RUN, state: 'finished', population: 4, decisions: { send: 2, repeat: 1 } }] },
    ],
    [
      'won that is kept for nobody',
      { mismatches: 1 },
      { budgets: [budget({ capWon: null, reservedWon: 25 })] },
    ],
  ])('counts %s', (_name, wanted, change) => {
    expect(judge(evidence(change)).figures).toMatchObject(wanted)
  })

  it('counts a stranger at the relay', () => {
    const stranger = message(3, { customFields: { k: 'other' } })

    expect(judge(evidence({ accepted: [message(1), message(2), stranger] })).figures.mismatches).toBe(1)
  })

  describe('of a text as step 2', () => {
    const text = (change: Partial<JudgedMessage> = {}) =>
      message(1, { type: 'LMS', acceptedAt: '2026-11-23T01:00:05.000Z', chargedWon: 50, ...change })
    const withText = (first: JudgedMessage, second: JudgedMessage) =>
      evidence({
        sends: [send(1, { chargedWon: first.chargedWon + second.chargedWon }), send(2)],
        accepted: [first, message(2), second],
        budgets: [],
        fallback: true,
      })

    it('lets it pass after a definite failure', () => {
      expect(judge(withText(message(1, failed), text())).findings).toEqual([])
    })

    it.each([
      ['an arrival', {}],
      ['a failure that is not sure', { statusCode: '3040' }],
      ['no result yet', { final: false }],
    ])('counts it as a double after %s', (_name, first) => {
      expect(judge(withText(message(1, first), text())).figures.doubles).toBe(1)
    })

    it('counts it as a double before the failure is known', () => {
      const early = text({ acceptedAt: '2026-11-23T01:00:00.500Z' })

      expect(judge(withText(message(1, failed), early)).figures.doubles).toBe(1)
    })
  })

  describe('of two runs of a campaign', () => {
    const later = idOf(1, '1'.repeat(24))
    const again = (runDay: string, first: Partial<JudgedMessage> = {}) =>
      judge(
        evidence({
          sends: [
            send(1, first.statusCode ? { end: 'failed', endReason: 'not-friend', chargedWon: 0 } : {}),
            send(1, { id: later, runId: '1'.repeat(24), runDay }),
          ],
          runs: [],
          budgets: [],
          accepted: [message(1, first), message(1, { customFields: { k: later } })],
        }),
      ).figures.doubles

    it.each([
      ['2026-11-29', 1],
      ['2026-11-30', 0],
    ])('a message on %s counts %i within a window of seven days', (day, doubles) => {
      expect(again(day)).toBe(doubles)
    })

    it('a definite failure blocks nothing', () => {
      expect(again('2026-11-24', failed)).toBe(0)
    })
  })
})
