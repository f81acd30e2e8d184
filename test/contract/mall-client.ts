import type {
  CartLineRow,
  MallClient,
  MemberRow,
  OrderRow,
  Page,
  ShopAccess,
} from '../../server/malls/mall-client'

/** A mall with a known shop, and a client for it; what an adapter's test file provides for the suite. */
export interface MallBench {
  client: MallClient
  shop: ShopAccess
  shopId: string
  /** A fresh authorization code. */
  code(): Promise<string>
  /** What the shop really holds. */
  holds: {
    name: string
    members: { memberId: string; name: string; cellphone: string; adConsent: boolean; restricted: boolean }[]
    carts: Pick<CartLineRow, 'memberId' | 'productNo' | 'quantity' | 'priceWon' | 'addedAt'>[]
    orders: Pick<OrderRow, 'memberId' | 'orderedAt' | 'cancelled' | 'amountWon' | 'netWon'>[]
    from: Date
    to: Date
    products: { productNo: number; name: string; priceWon: number; sellable: boolean }[]
  }
  uninstall(): Promise<void>
  stop(): Promise<void>
}

/** What every mall's client must do; `open` starts a mall of its own for each test. */
export function mallClientSuite(platform: string, open: () => Promise<MallBench>): void {
  describe(`the client of ${platform}`, () => {
    let bench: MallBench

    beforeEach(async () => {
      bench = await open()
    })
    afterEach(() => bench.stop())

    it('exchanges a code for tokens of this shop that end in the future', async () => {
      const tokens = await bench.client.exchangeCode(bench.shopId, await bench.code())

      expect(tokens.shopId).toBe(bench.shopId)
      expect(tokens.refreshExpiresAt > tokens.accessExpiresAt).toBe(true)
      expect(tokens.scopes.length).toBeGreaterThan(0)
    })

    it('tells that a code or refresh token which was used before needs a new consent', async () => {
      const code = await bench.code()
      const { refresh } = await bench.client.exchangeCode(bench.shopId, code)
      await bench.client.refresh(bench.shopId, refresh)

      await expect(bench.client.exchangeCode(bench.shopId, code)).rejects.toMatchObject({
        code: 'reauth-required',
      })
      await expect(bench.client.refresh(bench.shopId, refresh)).rejects.toMatchObject({
        code: 'reauth-required',
      })
    })

    it('reads the shop itself', async () => {
      expect(await bench.client.shopInfo(bench.shop)).toMatchObject({ name: bench.holds.name })
    })

    it('reads every member once, with consent and restriction', async () => {
      const rows = await all(bench.client.members(bench.shop))

      expect(rows.map(memberFacts).sort(byId)).toEqual(bench.holds.members.sort(byId))
    })

    it('reads members by id, and nothing for an id that nobody has', async () => {
      const [first] = bench.holds.members
      const { rows } = await bench.client.membersById(bench.shop, [first?.memberId ?? '', 'nobody-at-all'])

      expect(rows.map(memberFacts)).toEqual([first])
    })

    it('reads whole carts over all pages', async () => {
      const ids = bench.holds.members.map((member) => member.memberId)
      const rows = await all(bench.client.cartLines(bench.shop, ids))
      const read = rows.map(({ memberId, productNo, quantity, priceWon, addedAt }) => ({
        memberId,
        productNo,
        quantity,
        priceWon,
        addedAt,
      }))

      expect(new Set(rows.map((row) => row.lineKey)).size).toBe(rows.length)
      expect(sorted(read)).toEqual(sorted(bench.holds.carts))
    })

    it('reads every order of a window once, oldest first', async () => {
      const { from, to, orders } = bench.holds
      const rows = await all(bench.client.orders(bench.shop, from, to, 'ordered'))
      const read = rows.map(({ memberId, orderedAt, cancelled, amountWon, netWon }) => ({
        memberId,
        orderedAt,
        cancelled,
        amountWon,
        netWon,
      }))

      expect(read).toEqual(orders)
      expect(new Set(rows.map((row) => row.orderId)).size).toBe(rows.length)
    })

    it('reads only cancelled orders by their day of cancelling', async () => {
      const { from, to, orders } = bench.holds
      const rows = await all(bench.client.orders(bench.shop, from, to, 'cancelled'))

      expect(rows.length).toBe(orders.filter((order) => order.cancelled).length)
      expect(rows.every((row) => row.cancelled && row.cancelledAt !== null && row.netWon === 0)).toBe(true)
    })

    it('reads one order by its number, and null for none', async () => {
      const [first] = await all(bench.client.orders(bench.shop, bench.holds.from, bench.holds.to, 'ordered'))

      expect(await bench.client.order(bench.shop, first?.orderId ?? '')).toEqual(first)
      expect(await bench.client.order(bench.shop, '20200101-0000001')).toBeNull()
    })

    it('reads products by number', async () => {
      const numbers = bench.holds.products.map((product) => product.productNo)

      expect(await all(bench.client.products(bench.shop, numbers))).toEqual(bench.holds.products)
    })

    it('counts what a pull will meet', async () => {
      const { from, to, members, orders } = bench.holds

      expect(await bench.client.counts(bench.shop, from, to)).toEqual({
        members: members.length,
        orders: orders.length,
      })
    })

    it('tells an installed app from a deleted one', async () => {
      const before = await bench.client.isInstalled(bench.shop)
      await bench.uninstall()

      expect([before, await bench.client.isInstalled(bench.shop)]).toEqual([true, false])
      await expect(bench.client.shopInfo(bench.shop)).rejects.toMatchObject({ code: 'uninstalled' })
    })
  })
}

/** All rows of all pages; fails when a row was set aside. */
export async function all<T>(pages: AsyncIterable<Page<T>>): Promise<T[]> {
  const rows: T[] = []
  for await (const page of pages) {
    expect(page.malformed).toBe(0)
    rows.push(...page.rows)
  }
  return rows
}

function memberFacts({ memberId, name, cellphone, adConsent, restricted }: MemberRow) {
  return { memberId, name, cellphone, adConsent, restricted }
}

function byId(a: { memberId: string }, b: { memberId: string }): number {
  return a.memberId < b.memberId ? -1 : 1
}

function sorted<T>(rows: T[]): T[] {
  return [...rows].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}
