import { isDeepStrictEqual } from 'node:util'
import type { MallKeys } from '../core/crypto'
import { parseMobile } from '../core/phone'
import { kstDay } from '../core/seoul'
import type { ShopEvent } from '../events/event'
import type { CartLineRow, MemberRow } from '../malls/mall-client'
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

/** What a reading of the mall tells about one member; null is what it did not tell. */
export interface Reading {
  /** The whole cart. */
  lines: readonly CartLineRow[] | null
  visitedAt: Date | null
  /** When we learned of a consent that differs from the one before. */
  consentAt: Date | null
  /** The newest order that was not cancelled; undefined when orders were not read. */
  latestOrderAt?: Date | null
}

/** The facts of a member of whom nothing is known. */
export const NO_FACTS: HistoryFacts = {
  latestAddAt: null,
  latestAddDay: null,
  cart: [],
  cartWon: 0,
  latestOrderAt: null,
  lastVisitAt: null,
  adConsentAt: null,
}

/**
 * A member's facts after a reading. The newest add counts even when its line was bought or removed since (law 7); the
 * cart is the one that was read, the dearest line first. The same reading twice changes nothing.
 */
export function foldReading(
  before: HistoryFacts,
  reading: Reading,
  products: ReadonlyMap<number, ProductFact>,
): HistoryFacts {
  const { lines, visitedAt, consentAt, latestOrderAt } = reading
  const cart = lines
    ? lines.map((line) => lineOf(line, products.get(line.productNo))).sort(dearestFirst)
    : before.cart
  const latestAddAt = cart.reduce<Date | null>(
    (newest, line) => later(newest, line.addedAt),
    before.latestAddAt,
  )
  return {
    latestAddAt,
    latestAddDay: latestAddAt ? kstDay(latestAddAt) : null,
    cart,
    cartWon: cart.reduce((sum, line) => sum + line.priceWon * line.quantity, 0),
    latestOrderAt: latestOrderAt === undefined ? before.latestOrderAt : latestOrderAt,
    lastVisitAt: visitedAt ? later(before.lastVisitAt, visitedAt) : before.lastVisitAt,
    adConsentAt: consentAt ? later(before.adConsentAt, consentAt) : before.adConsentAt,
  }
}

/** The newest order of a history that was not cancelled in full; the order of events does not matter. */
export function latestOrderIn(events: readonly ShopEvent[]): Date | null {
  const cancelled = new Set(
    events.flatMap((event) => (event.kind === 'order-cancelled' ? [event.orderId] : [])),
  )
  return events.reduce<Date | null>(
    (newest, event) =>
      event.kind === 'ordered' && !cancelled.has(event.orderId) ? later(newest, event.at) : newest,
    null,
  )
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
  const sameName = known !== null && keys.openOrNull(known.nameSealed) === row.name
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

function lineOf(line: CartLineRow, product: ProductFact | undefined): CartLine {
  const { lineKey, productNo, quantity, priceWon, addedAt } = line
  const { name = '', sellable = true } = product ?? {}
  return { lineKey, productNo, name, quantity, priceWon, addedAt, sellable }
}

function dearestFirst(a: CartLine, b: CartLine): number {
  return b.priceWon * b.quantity - a.priceWon * a.quantity || (a.lineKey < b.lineKey ? -1 : 1)
}

function later(a: Date | null, b: Date): Date {
  return a && a >= b ? a : b
}
