import { isDeepStrictEqual } from 'node:util'
import type { MallKeys } from '../core/crypto'
import { parseMobile } from '../core/phone'
import { kstDay } from '../core/seoul'
import type { ShopEvent } from '../events/event'
import type { MemberRow } from '../malls/mall-client'
import type { CartLine, Shopper } from './shopper'

/** What a product is called and whether it can be bought; unknown products count as buyable and have no name. */
export interface ProductFact {
  name: string
  sellable: boolean
}

/** The part of a shopper that is folded from history. */
export type HistoryFacts = Pick<
  Shopper,
  'latestAddAt' | 'latestAddDay' | 'cart' | 'cartWon' | 'latestOrderAt' | 'lastVisitAt' | 'adConsentAt'
>

/**
 * A member's facts from all of the member's events, in any order. The newest add counts even when its line was bought or
 * removed since (law 7); an order that was cancelled in full is no purchase. The dearest line comes first.
 */
export function foldHistory(events: ShopEvent[], products: ReadonlyMap<number, ProductFact>): HistoryFacts {
  const lines = new Map<string, CartLine>()
  const orders = new Map<string, Date>()
  const cancelled = new Set(
    events.flatMap((event) => (event.kind === 'order-cancelled' ? [event.orderId] : [])),
  )
  let latestAddAt: Date | null = null
  let lastVisitAt: Date | null = null
  let adConsentAt: Date | null = null
  for (const event of [...events].sort(byTimeThenKind)) {
    switch (event.kind) {
      case 'cart-added':
        latestAddAt = later(latestAddAt, event.at)
        lines.set(event.lineKey, lineOf(event, products))
        break
      case 'cart-removed':
        lines.delete(event.lineKey)
        break
      case 'ordered':
        if (!cancelled.has(event.orderId)) orders.set(event.orderId, event.at)
        break
      case 'order-cancelled':
        break
      case 'visited':
        lastVisitAt = later(lastVisitAt, event.at)
        break
      case 'consent-changed':
        adConsentAt = later(adConsentAt, event.at)
        break
    }
  }
  const cart = [...lines.values()].sort(dearestFirst)
  return {
    latestAddAt,
    latestAddDay: latestAddAt ? kstDay(latestAddAt) : null,
    cart,
    cartWon: cart.reduce((sum, line) => sum + line.priceWon * line.quantity, 0),
    latestOrderAt: [...orders.values()].reduce<Date | null>(later, null),
    lastVisitAt,
    adConsentAt,
  }
}

/** What the mall tells about the member itself, sealed. Sealing is random: an unchanged text keeps its old sealed form. */
export function identityOf(
  row: MemberRow,
  known: Shopper | null,
  keys: MallKeys,
): Pick<Shopper, 'nameSealed' | 'phoneKey' | 'phoneSealed' | 'adConsent' | 'restricted' | 'joinedAt'> {
  const e164 = parseMobile(row.cellphone)
  const phoneKey = e164 ? keys.phoneKey(e164) : null
  const samePhone = known !== null && known.phoneKey === phoneKey
  const sameName = known !== null && keys.open(known.nameSealed) === row.name
  return {
    nameSealed: sameName ? known.nameSealed : keys.seal(row.name),
    phoneKey,
    phoneSealed: samePhone ? known.phoneSealed : e164 && keys.seal(e164),
    adConsent: row.adConsent,
    restricted: row.restricted,
    joinedAt: row.joinedAt,
  }
}

/** True when nothing that anybody reads differs; `updatedAt` is no fact. */
export function sameShopper(a: Shopper, b: Shopper): boolean {
  return isDeepStrictEqual({ ...a, updatedAt: b.updatedAt }, b)
}

function lineOf(
  event: Extract<ShopEvent, { kind: 'cart-added' }>,
  products: ReadonlyMap<number, ProductFact>,
): CartLine {
  const product = products.get(event.productNo)
  return {
    lineKey: event.lineKey,
    productNo: event.productNo,
    name: product?.name ?? '',
    quantity: event.quantity,
    priceWon: event.priceWon,
    addedAt: event.at,
    sellable: product?.sellable ?? true,
  }
}

// An add and its removal may carry the same instant: what undoes comes second.
const ORDER_OF_KINDS: Record<ShopEvent['kind'], number> = {
  'cart-added': 0,
  ordered: 0,
  visited: 0,
  'consent-changed': 0,
  'cart-removed': 1,
  'order-cancelled': 0,
}

function byTimeThenKind(a: ShopEvent, b: ShopEvent): number {
  return a.at.getTime() - b.at.getTime() || ORDER_OF_KINDS[a.kind] - ORDER_OF_KINDS[b.kind]
}

function dearestFirst(a: CartLine, b: CartLine): number {
  return b.priceWon * b.quantity - a.priceWon * a.quantity || (a.lineKey < b.lineKey ? -1 : 1)
}

function later(a: Date | null, b: Date): Date {
  return a && a >= b ? a : b
}
