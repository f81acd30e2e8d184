import fc from 'fast-check'
import { createKeyring } from '../../server/core/crypto'
import { kstDay } from '../../server/core/seoul'
import { orderEvents } from '../../server/events/event-rules'
import { foldReading, identityOf, latestOrderIn, NO_FACTS } from '../../server/shoppers/facts-rules'
import { createOrderTally } from '../../server/shoppers/order-tally'

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

const read = (lines: ReturnType<typeof line>[] | null) => ({ lines, visitedAt: null, consentAt: null })

describe('facts folded from readings', () => {
  it('keep the newest add although its line was removed since', () => {
    const before = foldReading(
      NO_FACTS,
      read([line('1', at('10T10:00:00')), line('2', at('15T10:00:00'))]),
      new Map(),
    )

    const facts = foldReading(before, read([line('1', at('10T10:00:00'))]), new Map())

    expect(facts.latestAddDay).toBe('2026-11-15')
    expect(facts.cart.map((each) => each.lineKey)).toEqual(['1'])
    expect(facts.cartWon).toBe(10_000)
  })

  it('put the dearest line first, by price times quantity', () => {
    const lines = [
      line('2', at('10T11:00:00'), 20_000, 7),
      { ...line('1', at('10T10:00:00'), 9_000), quantity: 3 },
    ]

    const facts = foldReading(NO_FACTS, read(lines), new Map([[7, { name: '유리 주전자', sellable: false }]]))

    expect(facts.cart.map((each) => each.lineKey)).toEqual(['1', '2'])
    expect(facts.cart[1]).toMatchObject({ name: '유리 주전자', sellable: false })
    expect(facts.cartWon).toBe(47_000)
  })

  it('keep what a reading does not tell', () => {
    const before = foldReading(
      NO_FACTS,
      { ...read([line('1', at('10T10:00:00'))]), latestOrderAt: at('12T10:00:00') },
      new Map(),
    )

    expect(foldReading(before, read(null), new Map())).toEqual(before)
  })

  it('take the Seoul day of the newest add, also a second before midnight', () => {
    expect(foldReading(NO_FACTS, read([line('1', at('15T23:59:59'))]), new Map()).latestAddDay).toBe(
      '2026-11-15',
    )
    expect(foldReading(NO_FACTS, read([line('1', at('16T00:00:00'))]), new Map()).latestAddDay).toBe(
      '2026-11-16',
    )
  })

  it('are the same after the same reading twice, and never forget an add', () => {
    const instants = fc
      .integer({ min: 0, max: 1_000_000 })
      .map((seconds) => new Date(1_760_000_000_000 + seconds * 1000))
    const cart = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 8 }), instants), {
      selector: ([key]) => key,
    })
    fc.assert(
      fc.property(fc.array(cart, { maxLength: 6 }), (carts) => {
        const readings = carts.map((each) => read(each.map(([key, when]) => line(String(key), when))))
        const facts = readings.reduce((before, reading) => foldReading(before, reading, new Map()), NO_FACTS)

        for (const last of readings.slice(-1)) expect(foldReading(facts, last, new Map())).toEqual(facts)
        const adds = carts.flat().map(([, when]) => when.getTime())
        expect(facts.latestAddAt?.getTime()).toBe(adds.length > 0 ? Math.max(...adds) : undefined)
        if (facts.latestAddAt) expect(facts.latestAddDay).toBe(kstDay(facts.latestAddAt))
      }),
    )
  })
})

describe('the newest purchase', () => {
  const orders = [order('a', at('12T10:00:00')), order('b', at('14T10:00:00'), true)]
  const events = orders.flatMap((each) => orderEvents(each, recording))

  it('of a history is no order that was cancelled in full, whatever the order of its events', () => {
    expect(latestOrderIn(events)).toEqual(at('12T10:00:00'))
    expect(latestOrderIn([...events].reverse())).toEqual(at('12T10:00:00'))
    expect(latestOrderIn([])).toBeNull()
  })

  it('of a pull is the newest of what was read and what was known', () => {
    const tally = createOrderTally()
    tally.add(orders)

    expect(tally.newest('m1', null)).toEqual(at('12T10:00:00'))
    expect(tally.newest('m1', at('13T10:00:00'))).toEqual(at('13T10:00:00'))
    expect(tally.newest('m2', at('13T10:00:00'))).toEqual(at('13T10:00:00'))
    expect(tally.newest('m2', null)).toBeNull()
  })

  it('is asked of the history when the known one was cancelled', () => {
    const tally = createOrderTally()
    tally.add(orders)

    expect(tally.newest('m1', at('14T10:00:00'))).toBe('unsure')
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
