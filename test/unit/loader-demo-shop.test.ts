import { demoShop } from '../../sandbox/demo/demo-shop'
import { DAY_MS, kstDayStart } from '../../sandbox/mall/kst'
import type { MemberFixture, ShopFixture } from '../../sandbox/mall/shop-fixture'
import { productPicture } from '../../sandbox/storefront/product-picture'

const NOWS = [
  '2026-11-22T10:00:00+09:00',
  '2026-11-22T00:00:00+09:00',
  '2026-11-22T00:00:59.500+09:00',
  '2027-03-01T23:59:59+09:00',
  '2028-02-29T12:34:56+09:00',
].map((text) => new Date(text))

/** Members by the Seoul days between their newest add and `now`. */
function membersOnDay(shop: ShopFixture, now: Date, daysAgo: number): MemberFixture[] {
  const newest = new Map<string, number>()
  for (const line of shop.carts)
    newest.set(line.memberId, Math.max(newest.get(line.memberId) ?? 0, line.addedAtMs))
  const start = kstDayStart(now.getTime()) - daysAgo * DAY_MS
  return shop.members.filter((member) => {
    const at = newest.get(member.id) ?? 0
    return at >= start && at < start + DAY_MS
  })
}

/** Whom a day-7 message would reach and why not, by the plain rules of the design. */
function reasons(shop: ShopFixture, now: Date): Record<string, number> {
  const phones = new Set<string>()
  const counts: Record<string, number> = {}
  for (const member of membersOnDay(shop, now, 7)) {
    const reason = reasonOf(shop, member, phones)
    counts[reason] = (counts[reason] ?? 0) + 1
  }
  return counts
}

function reasonOf(shop: ShopFixture, member: MemberFixture, phones: Set<string>): string {
  const lines = shop.carts.filter((line) => line.memberId === member.id)
  const newest = Math.max(...lines.map((line) => line.addedAtMs))
  const sellable = (no: number) =>
    shop.products.some((product) => product.no === no && product.soldOut === 'F' && product.selling === 'T')
  if (shop.orders.some((order) => order.memberId === member.id && order.orderedAtMs > newest)) return 'bought'
  if (member.blacklisted) return 'blacklisted'
  if (member.authentication !== 'T') return `restricted-${member.authentication}`
  if (member.cellphone === '') return 'no-phone'
  if (!member.cellphone.startsWith('010-0')) return 'landline'
  if (member.sms === 'F') return 'no-consent'
  if (!lines.some((line) => sellable(line.productNo))) return 'empty-cart'
  if (phones.has(member.cellphone)) return 'same-phone'
  phones.add(member.cellphone)
  return 'send'
}

describe.each(NOWS)('the demo shop at %s', (now) => {
  const shop = demoShop(now)

  it('has about 30 people to send to on day 7 and every reason to skip at least twice', () => {
    expect(reasons(shop, now)).toEqual({
      send: 30,
      bought: 6,
      'no-consent': 5,
      'no-phone': 3,
      landline: 2,
      'same-phone': 3,
      'restricted-B': 2,
      'restricted-J': 2,
      blacklisted: 2,
      'empty-cart': 4,
    })
  })

  it('has people who added before and later, and phones that meet again tomorrow', () => {
    const start = kstDayStart(now.getTime()) - 7 * DAY_MS
    const onDay = new Set(
      shop.carts
        .filter((line) => line.addedAtMs >= start && line.addedAtMs < start + DAY_MS)
        .map((line) => line.memberId),
    )
    const added = (from: number, to: number) =>
      new Set(
        shop.carts
          .filter((line) => onDay.has(line.memberId) && line.addedAtMs >= from && line.addedAtMs < to)
          .map((line) => line.memberId),
      ).size
    const today = new Set(membersOnDay(shop, now, 7).map((member) => member.cellphone))
    const tomorrow = membersOnDay(shop, now, 6).filter(
      (member) => member.cellphone !== '' && today.has(member.cellphone),
    )

    expect(added(0, start)).toBeGreaterThanOrEqual(2)
    expect(added(start + DAY_MS, now.getTime())).toBeGreaterThanOrEqual(2)
    expect(tomorrow.length).toBeGreaterThanOrEqual(2)
    expect([...onDay].length).toBeGreaterThan(membersOnDay(shop, now, 7).length)
  })

  it('holds nothing from the future or from between the seconds', () => {
    const instants = [
      ...shop.carts.map((line) => line.addedAtMs),
      ...shop.orders.flatMap((order) => [order.orderedAtMs, order.canceledAtMs ?? 0]),
      ...shop.members.map((member) => Math.max(member.lastLoginAtMs ?? 0, member.createdAtMs)),
    ]

    expect(Math.max(...instants)).toBeLessThan(now.getTime())
    expect(instants.filter((ms) => ms % 1000 !== 0)).toEqual([])
  })

  it('gives tomorrow and the days after people to send to as well', () => {
    for (const day of [1, 2, 3, 4, 5, 6]) expect(membersOnDay(shop, now, day).length).toBeGreaterThan(15)
  })
})

it('the demo shop is the same each time, with 1,000 members, 60 goods and a picture for each', () => {
  const now = NOWS[0] ?? new Date(0)

  const shop = demoShop(now)

  expect(demoShop(now)).toEqual(shop)
  expect(new Set(shop.members.map((member) => member.id)).size).toBe(1000)
  expect(new Set(shop.products.map((product) => product.name)).size).toBe(60)
  expect(new Set(shop.products.map(productPicture)).size).toBe(60)
  expect(shop.products.map(productPicture).every((svg) => svg.length > 400)).toBe(true)
  expect(shop.orders.filter((order) => order.canceledAtMs !== null).length).toBeGreaterThanOrEqual(2)
})
