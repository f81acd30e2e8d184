import { kstCompactDay } from './kst'
import type { MemberFixture, OrderItemFixture, ProductFixture, ShopFixture } from './shop-fixture'
import { insertSorted } from './sorted'

export interface CartLine {
  /** The mall's basket_product_no. */
  no: number
  memberId: string
  productNo: number
  quantity: number
  addedAtMs: number
}

export interface Order {
  id: string
  memberId: string
  orderedAtMs: number
  canceledAtMs: number | null
  items: OrderItemFixture[]
}

/** A loaded shop with the indexes that its API reads by. */
export interface Shop {
  fixture: Omit<ShopFixture, 'members' | 'products' | 'carts' | 'orders'>
  members: Map<string, MemberFixture>
  /** By created date. */
  memberList: MemberFixture[]
  products: Map<number, ProductFixture>
  /** By number. */
  productList: ProductFixture[]
  carts: Map<string, CartLine[]>
  orders: Map<string, Order>
  /** By order date. */
  orderList: Order[]
  /** By cancel date. */
  cancelList: Order[]
  ordersByMember: Map<string, Order[]>
  nextLineNo: number
  /** Orders so far by compact Seoul day. */
  orderCounts: Map<string, number>
}

export const createdAt = (member: MemberFixture) => member.createdAtMs
export const orderedAt = (order: Order) => order.orderedAtMs
export const canceledAt = (order: Order) => order.canceledAtMs ?? 0

/** Builds the indexes of a shop; orders get their numbers in order of time. */
export function openShop(source: ShopFixture): Shop {
  const { members, products, carts, orders, ...fixture } = source
  const shop: Shop = {
    fixture,
    members: new Map(members.map((member) => [member.id, member])),
    memberList: members.toSorted((a, b) => a.createdAtMs - b.createdAtMs),
    products: new Map(products.map((product) => [product.no, product])),
    productList: products.toSorted((a, b) => a.no - b.no),
    carts: new Map(),
    orders: new Map(),
    orderList: [],
    cancelList: [],
    ordersByMember: new Map(),
    nextLineNo: 1,
    orderCounts: new Map(),
  }
  for (const line of carts) {
    const no = line.no ?? shop.nextLineNo
    shop.nextLineNo = Math.max(shop.nextLineNo, no + 1)
    pushLine(shop, { ...line, no })
  }
  for (const order of orders.toSorted((a, b) => a.orderedAtMs - b.orderedAtMs)) {
    const numbered = { ...order, id: order.id ?? nextOrderId(shop, order.orderedAtMs) }
    countOrder(shop, numbered.id)
    shop.orderList.push(numbered)
    indexOrder(shop, numbered)
    if (numbered.canceledAtMs !== null) shop.cancelList.push(numbered)
  }
  shop.cancelList.sort((a, b) => canceledAt(a) - canceledAt(b))
  return shop
}

/** The shop as a fixture again, with the numbers of its cart rows and orders. */
export function closeShop(shop: Shop): ShopFixture {
  return {
    ...shop.fixture,
    members: shop.memberList,
    products: shop.productList,
    carts: [...shop.carts.values()].flat().sort((a, b) => a.no - b.no),
    orders: shop.orderList,
  }
}

export function pushLine(shop: Shop, line: CartLine): void {
  const lines = shop.carts.get(line.memberId)
  if (lines === undefined) shop.carts.set(line.memberId, [line])
  else lines.push(line)
}

/** Numbers a new order and files it under its time and member. */
export function fileOrder(shop: Shop, order: Omit<Order, 'id'>): Order {
  const numbered = { ...order, id: nextOrderId(shop, order.orderedAtMs) }
  insertSorted(shop.orderList, numbered, orderedAt)
  indexOrder(shop, numbered)
  return numbered
}

function nextOrderId(shop: Shop, orderedAtMs: number): string {
  const day = kstCompactDay(orderedAtMs)
  const count = (shop.orderCounts.get(day) ?? 0) + 1
  shop.orderCounts.set(day, count)
  return `${day}-${String(count).padStart(7, '0')}`
}

function countOrder(shop: Shop, orderId: string): void {
  const day = orderId.slice(0, 8)
  shop.orderCounts.set(day, Math.max(shop.orderCounts.get(day) ?? 0, Number(orderId.slice(9))))
}

function indexOrder(shop: Shop, order: Order): void {
  shop.orders.set(order.id, order)
  const own = shop.ordersByMember.get(order.memberId)
  if (own === undefined) shop.ordersByMember.set(order.memberId, [order])
  else own.push(order)
}
