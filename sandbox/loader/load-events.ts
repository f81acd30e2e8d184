import { DAY_MS } from '../mall/kst'
import type {
  CartLineFixture,
  MemberFixture,
  OrderFixture,
  ProductFixture,
  ShopFixture,
} from '../mall/shop-fixture'
import { madeUpMember, madeUpProduct } from './made-up'
import { readEvents, type ShopEvent } from './read-events'

/** `until` is exclusive; with `allConsent` everybody has a phone of their own and consent. */
export interface LoadEventsOptions {
  until: Date
  allConsent: boolean
  mallId: string
}

/**
 * Turns an events file (.csv or .csv.gz) into the shop as it stood just before `until`; two loads are equal. Made-up facts
 * depend on the whole file's ids, so that a person is the same at every `until`. Throws one EventsFileError naming line and rule.
 */
export async function loadEvents(file: string, options: LoadEventsOptions): Promise<ShopFixture> {
  const all = await readEvents(file)
  const events = all.filter((event) => event.atMs < options.until.getTime()).sort(inTime)
  const productNos = numberProducts(all)
  const prices = lastPrices(events)
  const openedAtMs =
    all.reduce((first, event) => Math.min(first, event.atMs), options.until.getTime()) - DAY_MS
  const products = [...new Set(events.map((event) => event.itemId))].map((id) =>
    madeUpProduct(id, productNos.get(id) ?? 0, prices.get(id) ?? null, openedAtMs),
  )
  const priceOf = new Map(products.map((product) => [product.no, product.priceWon]))
  return {
    mallId: options.mallId,
    shopName: '연습용 상점',
    primaryDomain: '',
    cartPeriodDays: null,
    orderClearsCart: false,
    members: membersOf(all, events, openedAtMs, options.allConsent),
    products: products.sort((a: ProductFixture, b: ProductFixture) => a.no - b.no),
    carts: cartsOf(events, productNos),
    orders: ordersOf(events, productNos, priceOf),
  }
}

function inTime(a: ShopEvent, b: ShopEvent): number {
  return a.atMs - b.atMs || byId(a.userId, b.userId) || byId(a.itemId, b.itemId)
}

/** Order of whole numbers given as text, of any length. */
function byId(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}

/** Product numbers from 1, by rank of item id. */
function numberProducts(all: ShopEvent[]): Map<string, number> {
  const ids = [...new Set(all.map((event) => event.itemId))].sort(byId)
  return new Map(ids.map((id, rank) => [id, rank + 1]))
}

function lastPrices(events: ShopEvent[]): Map<string, number> {
  const prices = new Map<string, number>()
  for (const { itemId, priceWon } of events) if (priceWon !== null) prices.set(itemId, priceWon)
  return prices
}

/** Everybody who did something before `until`; each joined at a second of their own before the file begins. */
function membersOf(
  all: ShopEvent[],
  events: ShopEvent[],
  openedAtMs: number,
  allConsent: boolean,
): MemberFixture[] {
  const ids = [...new Set(all.map((event) => event.userId))].sort(byId)
  const lastSeen = new Map(events.map((event) => [event.userId, event.atMs]))
  return ids.flatMap((id, rank) => {
    const lastLoginAtMs = lastSeen.get(id)
    const createdAtMs = openedAtMs - (ids.length - rank) * 1000
    return lastLoginAtMs === undefined
      ? []
      : madeUpMember(id, rank, allConsent, { createdAtMs, lastLoginAtMs })
  })
}

function cartsOf(events: ShopEvent[], productNos: Map<string, number>): CartLineFixture[] {
  return events
    .filter((event) => event.type === 'cart')
    .map(({ userId, itemId, atMs }) => ({
      memberId: userId,
      productNo: productNos.get(itemId) ?? 0,
      quantity: 1,
      addedAtMs: atMs,
    }))
}

/** All purchases of one shopper in one second are one order. */
function ordersOf(
  events: ShopEvent[],
  productNos: Map<string, number>,
  priceOf: Map<number, number>,
): OrderFixture[] {
  const orders = new Map<string, OrderFixture>()
  for (const { type, userId, itemId, atMs, priceWon } of events) {
    if (type !== 'purchase') continue
    const key = `${userId} ${atMs}`
    const order = orders.get(key) ?? { memberId: userId, orderedAtMs: atMs, canceledAtMs: null, items: [] }
    orders.set(key, order)
    const productNo = productNos.get(itemId) ?? 0
    const same = order.items.find((item) => item.productNo === productNo)
    if (same !== undefined) same.quantity += 1
    else order.items.push({ productNo, quantity: 1, priceWon: priceWon ?? priceOf.get(productNo) ?? 0 })
  }
  return [...orders.values()]
}
