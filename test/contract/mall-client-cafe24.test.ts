import { createCafe24Client } from '../../server/adapters/malls/cafe24/client'
import { type Cafe24Kit, cafe24Config, startCafe24Kit } from './cafe24-kit'
import { all, mallClientSuite } from './mall-client'
import { consent, jsonOf, MALL_ID, START } from './play-mall-kit'

const ORDERED = Date.parse('2026-11-20T00:00:00+09:00')
const DAY_MS = 86_400_000

mallClientSuite('Cafe24', async () => {
  const kit = await startCafe24Kit()
  return {
    client: kit.client,
    shop: kit.shopAccess,
    shopId: MALL_ID,
    code: () => consent(kit.api),
    holds: {
      name: '작은 가게',
      members: Array.from({ length: 12 }, (_, index) => ({
        memberId: `member${index}`,
        name: '김하나',
        cellphone: `010-0000-00${String(index).padStart(2, '0')}`,
        adConsent: index !== 3,
        restricted: index === 4 || index === 5,
      })),
      carts: Array.from({ length: 25 }, (_, index) => ({
        memberId: `member${index % 2}`,
        productNo: 11 + (index % 3),
        quantity: 1,
        priceWon: [12_000, 9000, 5000][index % 3] ?? 0,
        addedAt: new Date(ORDERED + index * 1000),
      })),
      orders: Array.from({ length: 24 }, (_, hour) => ({
        memberId: `member${hour % 12}`,
        orderedAt: new Date(ORDERED + hour * 3_600_000),
        cancelled: hour === 5,
        amountWon: 33_000,
        netWon: hour === 5 ? 0 : 33_000,
      })),
      from: new Date(START.getTime() - 30 * DAY_MS),
      to: new Date(START.getTime() + 2 * DAY_MS),
      products: [
        { productNo: 11, name: '머그컵', priceWon: 12_000, sellable: true },
        { productNo: 12, name: '찻잔', priceWon: 9000, sellable: true },
        { productNo: 13, name: '유리컵', priceWon: 5000, sellable: false },
      ],
    },
    uninstall: async () => void (await kit.fake('/uninstall', {})),
    stop: () => kit.stop(),
  }
})

describe('the Cafe24 client at its limits', () => {
  let kit: Cafe24Kit
  afterEach(() => kit.stop())

  it('makes 200 calls on a sped-up clock without one 429, under 10 a second, within 5 % of the best time', async () => {
    kit = await startCafe24Kit({}, 25)
    const startedMs = kit.business.now().getTime()

    await Promise.all(Array.from({ length: 200 }, () => kit.client.isInstalled(kit.shopAccess)))

    const seconds = (kit.business.now().getTime() - startedMs) / 1000
    const { entries } = await journal(kit)
    expect(kit.mall.stats().answered429).toBe(0)
    expect(busiestSecond(entries.map((entry) => entry.atMs))).toBeLessThanOrEqual(10)
    expect(seconds).toBeLessThan(((200 - 40) / 2) * 1.05)
  })

  it('meets no 429 when the clock is slowed down in the middle', async () => {
    kit = await startCafe24Kit({}, 600)
    const calls = Promise.all(Array.from({ length: 120 }, () => kit.client.isInstalled(kit.shopAccess)))
    await kit.client.shopInfo(kit.shopAccess)
    kit.clock.set({ speed: 60 })

    await calls

    expect(kit.mall.stats()).toMatchObject({ answered429: 0 })
  })

  it('waits as long as the mall says when its quota is used up', async () => {
    kit = await startCafe24Kit({}, 1000)
    await kit.fake('/faults', { quotaSeconds: 60 })
    const startedMs = kit.business.now().getTime()

    expect(await kit.client.isInstalled(kit.shopAccess)).toBe(true)

    expect(kit.business.now().getTime() - startedMs).toBeGreaterThanOrEqual(60_000)
  })

  it('outlasts server trouble and lost connections, three tries in all', async () => {
    kit = await startCafe24Kit()
    await kit.fake('/faults', {
      next: [
        { path: '/store', status: 503, count: 1 },
        { path: '/store', status: 0, count: 1 },
      ],
    })

    expect(await kit.client.shopInfo(kit.shopAccess)).toMatchObject({ name: '작은 가게' })

    await kit.fake('/faults', { next: [{ path: '/store', status: 500, count: 3 }] })
    await expect(kit.client.shopInfo(kit.shopAccess)).rejects.toMatchObject({ code: 'transient' })
  })

  it('refreshes once after a 401 and repeats the call', async () => {
    kit = await startCafe24Kit({}, 0)
    kit.pass(2 * 3600 + 1)

    expect(await kit.client.isInstalled(kit.shopAccess)).toBe(true)

    expect(kit.shopAccess.refreshes).toBe(1)
  })

  it('takes a 403 for a missing right, without a refresh, while the app is installed', async () => {
    kit = await startCafe24Kit()
    await kit.fake('/faults', { next: [{ path: '/store', status: 403, count: 1 }] })

    await expect(kit.client.shopInfo(kit.shopAccess)).rejects.toMatchObject({ code: 'rejected' })

    expect(kit.shopAccess.refreshes).toBe(0)
  })

  it('looks consent up where the member list leaves it out, whatever blanks its keys have', async () => {
    kit = await startCafe24Kit()
    await kit.fake('/faults', { omitConsent: true, trailingBlanks: true })

    const rows = await all(kit.client.members(kit.shopAccess))

    expect(rows.filter((row) => !row.adConsent).map((row) => row.memberId)).toEqual(['member3'])
  })

  it('refuses a shop id that could name another host', () => {
    const client = createCafe24Client(cafe24Config({ root: 'http://127.0.0.1:1' }), kit.business)

    expect(() => client.authorizeUrl('evil.example/', 'state')).toThrow('mall id')
  })
})

describe('orders beyond the reach of paging', () => {
  let kit: Cafe24Kit
  afterEach(() => kit.stop())

  it('reads 20,000 orders of one day once each', async () => {
    kit = await startCafe24Kit({ orders: ordersEvery(4_000, 20_000) }, 1000)

    const rows = await all(
      kit.client.orders(kit.shopAccess, new Date(ORDERED - DAY_MS), new Date(START), 'ordered'),
    )

    expect(rows.length).toBe(20_000)
    expect(new Set(rows.map((row) => row.orderId)).size).toBe(20_000)
  })

  it('says so when one minute alone holds more, and drops nothing silently', async () => {
    kit = await startCafe24Kit({ orders: ordersEvery(0, 16_500) }, 1000)

    const reading = all(
      kit.client.orders(kit.shopAccess, new Date(ORDERED), new Date(ORDERED + 60_000), 'ordered'),
    )

    await expect(reading).rejects.toMatchObject({
      code: 'rejected',
      message: expect.stringContaining('one minute'),
    })
  })
})

function ordersEvery(stepMs: number, count: number) {
  return Array.from({ length: count }, (_, index) => ({
    memberId: 'member1',
    orderedAtMs: ORDERED + Math.floor((index * stepMs) / 1000) * 1000,
    canceledAtMs: null,
    items: [{ productNo: 11, quantity: 1, priceWon: 12_000 }],
  }))
}

async function journal(kit: Cafe24Kit) {
  const answer = await fetch(`${kit.root}/__fake/journal`)
  return jsonOf<{ entries: { atMs: number; path: string }[] }>(answer)
}

/** The most calls in any window of one business second. */
function busiestSecond(times: number[]): number {
  return Math.max(...times.map((start) => times.filter((at) => at >= start && at < start + 1000).length))
}
