import { DAY_MS, wholeSecond } from './kst'
import { type CartLine, canceledAt, fileOrder, type Order, pushLine, type Shop } from './shop'
import type { OrderItemFixture, ProductFixture } from './shop-fixture'
import { insertSorted } from './sorted'

/** The rows of a member's cart that the mall still keeps at `nowMs`. */
export function cartOf(shop: Shop, memberId: string, nowMs: number): CartLine[] {
  const lines = shop.carts.get(memberId) ?? []
  const days = shop.fixture.cartPeriodDays
  return days === null ? lines : lines.filter((line) => line.addedAtMs > nowMs - days * DAY_MS)
}

/** Whether a shopper can buy the product now. */
export function isBuyable(product: ProductFixture): boolean {
  return product.display === 'T' && product.selling === 'T' && product.soldOut === 'F'
}

/** Adds to a member's cart; the same product again raises the row's quantity and moves its date [guess: cafe24.md §10, 4]. */
export function addToCart(
  shop: Shop,
  memberId: string,
  wanted: { productNo: number; quantity: number },
  nowMs: number,
): CartLine {
  const addedAtMs = wholeSecond(nowMs)
  const old = cartOf(shop, memberId, nowMs).find((line) => line.productNo === wanted.productNo)
  if (old !== undefined) {
    old.quantity += wanted.quantity
    old.addedAtMs = addedAtMs
    return old
  }
  const line = { ...wanted, no: shop.nextLineNo++, memberId, addedAtMs }
  pushLine(shop, line)
  return line
}

/** Takes rows out of a member's cart by number. */
export function removeFromCart(shop: Shop, memberId: string, lineNos: ReadonlySet<number>): void {
  const lines = shop.carts.get(memberId)
  if (lines === undefined) return
  const rest = lines.filter((line) => !lineNos.has(line.no))
  if (rest.length === 0) shop.carts.delete(memberId)
  else shop.carts.set(memberId, rest)
}

/** Places a paid order of these cart rows, which leave the cart where the shop is set so; null when nothing can be bought. */
export function orderFromCart(shop: Shop, memberId: string, lines: CartLine[], nowMs: number): Order | null {
  const bought = lines.filter((line) => {
    const product = shop.products.get(line.productNo)
    return product !== undefined && isBuyable(product)
  })
  const order = placeOrder(shop, memberId, bought, nowMs)
  if (order !== null && shop.fixture.orderClearsCart)
    removeFromCart(shop, memberId, new Set(bought.map((line) => line.no)))
  return order
}

/** Places a paid order of these products at their present prices, without touching the cart; null for an empty list. */
export function placeOrder(
  shop: Shop,
  memberId: string,
  wanted: { productNo: number; quantity: number }[],
  nowMs: number,
): Order | null {
  const items: OrderItemFixture[] = wanted.map(({ productNo, quantity }) => ({
    productNo,
    quantity,
    priceWon: shop.products.get(productNo)?.priceWon ?? 0,
  }))
  if (items.length === 0) return null
  return fileOrder(shop, { memberId, orderedAtMs: wholeSecond(nowMs), canceledAtMs: null, items })
}

/** Cancels a whole order and tells whether that changed anything. */
export function cancelOrder(shop: Shop, order: Order, nowMs: number): boolean {
  if (order.canceledAtMs !== null) return false
  order.canceledAtMs = wholeSecond(nowMs)
  insertSorted(shop.cancelList, order, canceledAt)
  return true
}

/** Won of all items of an order. */
export function orderWon(order: Order): number {
  return order.items.reduce((sum, item) => sum + item.priceWon * item.quantity, 0)
}
