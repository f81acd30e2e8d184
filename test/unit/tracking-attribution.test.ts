import fc from 'fast-check'
import { attributeOrder, type SentClick } from '../../server/tracking/attribution-rules'

const at = (text: string) => new Date(`${text}+09:00`)
const click = (change: Partial<SentClick> = {}): SentClick => ({
  sendId: 's1',
  runId: 'r1',
  campaignId: 'c1',
  memberId: 'kim',
  at: at('2026-11-22T10:05:00'),
  ...change,
})
const order = (orderedAt: string, memberId: string | null = 'kim') => ({ memberId, orderedAt: at(orderedAt) })
const rules = { token: null, windowDays: { c1: 7 } }

describe('attribution', () => {
  it('counts an order for the last click of the member before it', () => {
    const clicks = [
      click({ sendId: 's1', at: at('2026-11-22T10:05:00') }),
      click({ sendId: 's2', at: at('2026-11-23T09:00:00') }),
      click({ sendId: 's3', at: at('2026-11-24T09:00:00') }),
    ]

    expect(attributeOrder(order('2026-11-23T12:00:00'), clicks, rules)).toEqual({
      sendId: 's2',
      runId: 'r1',
      campaignId: 'c1',
      clickAt: at('2026-11-23T09:00:00'),
      by: 'member',
    })
  })

  it('prefers the click of the token that the order carried over a later click of the member', () => {
    const clicks = [
      click({ sendId: 'token', memberId: 'lee', at: at('2026-11-22T10:05:00') }),
      click({ sendId: 'later', at: at('2026-11-22T11:00:00') }),
    ]

    const found = attributeOrder(order('2026-11-22T12:00:00'), clicks, { ...rules, token: 'token' })

    expect(found).toMatchObject({ sendId: 'token', by: 'token' })
  })

  it('falls back to the member when the token has no click within the window', () => {
    const clicks = [
      click({ sendId: 'token', at: at('2026-11-01T10:00:00') }),
      click({ sendId: 'own', at: at('2026-11-21T10:00:00') }),
    ]

    const found = attributeOrder(order('2026-11-22T12:00:00'), clicks, { ...rules, token: 'token' })

    expect(found).toMatchObject({ sendId: 'own', by: 'member' })
  })

  it.each([
    ['2026-11-29T23:59:59', true],
    ['2026-11-30T00:00:00', false],
    ['2026-11-22T10:05:00', true],
    ['2026-11-22T10:04:59', false],
  ])('within seven days of a click on the 22nd: an order at %s counts: %p', (orderedAt, counts) => {
    expect(attributeOrder(order(orderedAt), [click()], rules) !== null).toBe(counts)
  })

  it('takes the window of the campaign, and seven days for one that names none', () => {
    const late = order('2026-12-20T10:00:00')

    expect(attributeOrder(late, [click()], { token: null, windowDays: { c1: 30 } })).not.toBeNull()
    expect(attributeOrder(late, [click()], { token: null, windowDays: {} })).toBeNull()
  })

  it('counts an order in the second of its click, since malls stamp whole seconds', () => {
    const within = click({ at: new Date(at('2026-11-22T10:05:00').getTime() + 640) })

    expect(attributeOrder(order('2026-11-22T10:05:00'), [within], rules)).not.toBeNull()
  })

  it('forgives the clock of the mall five minutes when the order carried the token', () => {
    const clicks = [click({ at: at('2026-11-22T10:05:00') })]
    const carried = { ...rules, token: 's1' }

    expect(attributeOrder(order('2026-11-22T10:00:00', null), clicks, carried)).toMatchObject({ by: 'token' })
    expect(attributeOrder(order('2026-11-22T09:59:59', null), clicks, carried)).toBeNull()
  })

  it('counts a guest only by token', () => {
    expect(attributeOrder(order('2026-11-22T12:00:00', null), [click()], rules)).toBeNull()
  })

  it('finds the same click whatever the order of the clicks', () => {
    const anyClick = fc.record({
      sendId: fc.constantFrom('s1', 's2', 's3'),
      minute: fc.integer({ min: 0, max: 5 }),
      memberId: fc.constantFrom('kim', 'lee'),
    })
    fc.assert(
      fc.property(fc.array(anyClick), fc.option(fc.constantFrom('s1', 's2')), (drawn, token) => {
        const clicks = drawn.map(({ minute, ...rest }) =>
          click({ ...rest, at: new Date(at('2026-11-22T10:00:00').getTime() + minute * 60_000) }),
        )
        const one = attributeOrder(order('2026-11-22T10:03:00'), clicks, { ...rules, token })
        const other = attributeOrder(order('2026-11-22T10:03:00'), [...clicks].reverse(), { ...rules, token })
        expect(other).toEqual(one)
      }),
    )
  })
})
