import {
  type BatchEvent,
  countsForRepeat,
  mustTransition,
  transition,
  unknownWaitMs,
} from '../../server/sends/batch-rules'
import type { BatchState } from '../../server/sends/send'

const STATES: BatchState[] = ['planned', 'leased', 'handed-over', 'accepted', 'unknown', 'settled']
const EVENTS: BatchEvent[] = [
  'leased',
  'given-back',
  'handed-over',
  'accepted',
  'not-sent',
  'lost',
  'lease-ended',
  'all-ended',
]

describe('a batch', () => {
  it.each([
    ['planned', 'leased', 'leased'],
    ['leased', 'lease-ended', 'planned'],
    ['leased', 'handed-over', 'handed-over'],
    ['handed-over', 'accepted', 'accepted'],
    ['handed-over', 'lost', 'unknown'],
    ['handed-over', 'lease-ended', 'unknown'],
    ['handed-over', 'not-sent', 'planned'],
    ['unknown', 'not-sent', 'planned'],
    ['unknown', 'accepted', 'accepted'],
    ['accepted', 'all-ended', 'settled'],
  ] as const)('that is %s, after %s, is %s', (state, event, next) => {
    expect(transition(state, event)).toBe(next)
  })

  it('that may have left is never leased, and what is settled stays settled', () => {
    for (const state of ['handed-over', 'accepted', 'unknown', 'settled'] as const)
      expect(transition(state, 'leased')).toBeNull()
    for (const event of EVENTS) expect(transition('settled', event)).toBeNull()
  })

  it('that was accepted can only end, whatever a late worker says', () => {
    for (const event of EVENTS)
      expect(transition('accepted', event)).toBe(event === 'all-ended' ? 'settled' : null)
  })

  it('that is told something impossible throws', () => {
    expect(() => mustTransition('planned', 'accepted')).toThrow('cannot do this')
    expect(STATES.map((state) => transition(state, 'handed-over'))).toEqual([
      null,
      'handed-over',
      null,
      null,
      null,
      null,
    ])
  })

  it('without an answer is asked about after 2, 10 and 60 minutes, then every hour', () => {
    const minutes = [0, 1, 2, 3, 4].map((asked) => unknownWaitMs(asked) / 60_000)

    expect(minutes).toEqual([2, 8, 50, 60, 60])
  })
})

describe('the repeat window', () => {
  it.each([
    ['planned, held, unknown or accepted', { end: null, endReason: null }, true],
    ['delivered', { end: 'delivered', endReason: null }, true],
    ['failed, but may have arrived', { end: 'failed', endReason: 'uncertain' }, true],
    ['definitely failed', { end: 'failed', endReason: 'not-friend' }, false],
    ['cancelled', { end: 'cancelled', endReason: 'bought' }, false],
    ['capped', { end: 'capped', endReason: null }, false],
    ['expired', { end: 'expired', endReason: null }, false],
  ] as const)('counts what is %s: %p', (_name, send, counts) => {
    expect(countsForRepeat({ ...send, test: false })).toBe(counts)
    expect(countsForRepeat({ ...send, test: true })).toBe(false)
  })
})
