import fc from 'fast-check'
import { createKeyring } from '../../server/core/crypto'
import { kstDay } from '../../server/core/seoul'
import type { ShopEvent } from '../../server/events/event'
import { cartAdded, cartRemoved, orderEvents } from '../../server/events/event-rules'
import { foldHistory, identityOf } from '../../server/shoppers/facts-rules'

const recording = {
  mallId: 'cafe24-one',
  recordedAt: new Date('2026-11-22T03:00:00+09:00'),
  source: 'pull',
} as const
const at = (text: string) => new Date(`2026-11-${text}+09:00`)
const line = (lineKey: string, addedAt: Date, priceWon = 10_000, productNo = 1) => ({
  lineKey,
  memberId: 'm1',
  productNo,
  variantCode: 'P00000AB000A',
  quantity: 1,
  priceWon,
  addedAt,
})
const order = (orderId: string, orderedAt: Date, cancelled = false) => ({
  orderId,
  memberId: 'm1',
  phone: null,
  orderedAt,
  paid: true,
  cancelled,
  cancelledAt: cancelled ? new Date(orderedAt.getTime() + 60_000) : null,
  amountWon: 30_000,
  netWon: cancelled ? 0 : 30_000,
  items: [],
})

describe('facts folded from history', () => {
  it('keep the newest add although its line was removed since', () => {
    const removed = line('2', at('15T10:00:00'))

    const facts = foldHistory(
      [
        cartAdded(line('1', at('10T10:00:00')), recording),
        cartAdded(removed, recording),
        cartRemoved('m1', removed, recording),
      ],
      new Map(),
    )

    expect(facts.latestAddDay).toBe('2026-11-15')
    expect(facts.cart.map((each) => each.lineKey)).toEqual(['1'])
    expect(facts.cartWon).toBe(10_000)
  })

  it('put the dearest line first, by price times quantity', () => {
    const facts = foldHistory(
      [
        cartAdded({ ...line('1', at('10T10:00:00'), 9_000), quantity: 3 }, recording),
        cartAdded(line('2', at('10T11:00:00'), 20_000, 7), recording),
      ],
      new Map([[7, { name: '유리 주전자', sellable: false }]]),
    )

    expect(facts.cart.map((each) => each.lineKey)).toEqual(['1', '2'])
    expect(facts.cart[1]).toMatchObject({ name: '유리 주전자', sellable: false })
    expect(facts.cartWon).toBe(47_000)
  })

  it('count no order that was cancelled in full, and fall back to the one before it', () => {
    const events = [
      ...orderEvents(order('a', at('12T10:00:00')), recording),
      ...orderEvents(order('b', at('14T10:00:00'), true), recording),
    ]

    expect(foldHistory(events, new Map()).latestOrderAt).toEqual(at('12T10:00:00'))
  })

  it('do not depend on the order in which events arrive', () => {
    const instants = fc
      .integer({ min: 0, max: 1_000_000 })
      .map((seconds) => new Date(1_760_000_000_000 + seconds * 1000))
    const event = fc.oneof(
      fc
        .tuple(fc.integer({ min: 1, max: 8 }), instants)
        .map(([key, when]) => [cartAdded(line(String(key), when), recording)]),
      fc
        .tuple(fc.integer({ min: 1, max: 5 }), instants, fc.boolean())
        .map(([key, when, cancelled]) => orderEvents(order(String(key), when, cancelled), recording)),
    )
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), fc.integer(), (groups, seed) => {
        const events: ShopEvent[] = [...new Map(groups.flat().map((each) => [each.id, each])).values()]
        const shuffled = [...events].sort((a, b) => hash(a.id, seed) - hash(b.id, seed))

        const facts = foldHistory(events, new Map())

        expect(foldHistory(shuffled, new Map())).toEqual(facts)
        const adds = events.filter((each) => each.kind === 'cart-added').map((each) => each.at.getTime())
        expect(facts.latestAddAt?.getTime()).toBe(adds.length > 0 ? Math.max(...adds) : undefined)
        if (facts.latestAddAt) expect(facts.latestAddDay).toBe(kstDay(facts.latestAddAt))
      }),
    )
  })
})

describe('identity of a member', () => {
  const keys = createKeyring(Buffer.alloc(32, 1)).forMall('cafe24-one')
  const row = {
    memberId: 'm1',
    name: '김하은',
    cellphone: '010-0123-4567',
    adConsent: true,
    restricted: false,
    joinedAt: at('01T00:00:00'),
    lastLoginAt: null,
  }

  it('has no phone when the number can get no message', () => {
    expect(identityOf({ ...row, cellphone: '02-123-4567' }, null, keys)).toMatchObject({
      phoneKey: null,
      phoneSealed: null,
    })
  })

  it('keeps the sealed form of what did not change, so that reading twice changes nothing', () => {
    const first = identityOf(row, null, keys)
    const known = { ...first, optedOutAt: null, receivedCampaigns: [] } as never

    expect(identityOf(row, known, keys)).toEqual(first)
    expect(identityOf({ ...row, name: '김하늘' }, known, keys).nameSealed).not.toBe(first.nameSealed)
    expect(keys.open(first.phoneSealed ?? '')).toBe('+821001234567')
  })
})

function hash(text: string, seed: number): number {
  return [...text].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0) + seed) | 0, seed)
}
