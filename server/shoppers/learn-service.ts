import type { Clock } from '../core/clock'
import type { Keyring } from '../core/crypto'
import type { ShopEvent } from '../events/event'
import { cartAdded, cartRemoved, consentChanged, orderEvents, visited } from '../events/event-rules'
import type { EventStore } from '../events/event-store'
import type { Mall } from '../malls/mall'
import type { CartLineRow, MemberRow, OrderRow, ProductRow } from '../malls/mall-client'
import { foldHistory, identityOf } from './facts-rules'
import type { OptOutStore } from './opt-out-store'
import type { ProductStore } from './product-store'
import type { Shopper } from './shopper'
import { type ShopperStore, shopperId } from './shopper-store'

/** Turns rows of a mall's API into history and facts; the same rows twice change nothing. */
export interface LearnService {
  orders(mall: Mall, rows: OrderRow[], source: ShopEvent['source']): Promise<void>
  products(mall: Mall, rows: ProductRow[]): Promise<void>
  /** Which of these products were not read since `staleBefore`; each once. */
  unknownProducts(mall: Mall, productNos: number[], staleBefore: Date): Promise<number[]>
  /**
   * Members as just read together with their whole carts; a line that we knew and that is not there any more was removed.
   * Gives how many shoppers really changed.
   */
  members(mall: Mall, rows: MemberRow[], carts: CartLineRow[], source: ShopEvent['source']): Promise<number>
  /** The whole cart of one known member, read again. False when we do not know the member. */
  cart(mall: Mall, memberId: string, lines: CartLineRow[]): Promise<boolean>
  /** Folds known members anew, after orders of theirs arrived. */
  refold(mall: Mall, memberIds: string[]): Promise<number>
}

/** The facts a member is folded from besides history. */
type Identity = ReturnType<typeof identityOf>

export function createLearnService(parts: {
  events: EventStore
  shoppers: ShopperStore
  products: ProductStore
  optOuts: OptOutStore
  keyring: Keyring
  clock: Clock
  /** Told of every order read, for attribution. */
  onOrders: (mallId: string, rows: OrderRow[]) => Promise<void>
}): LearnService {
  const { events, shoppers, products, optOuts, keyring, clock } = parts
  const recording = (mall: Mall, source: ShopEvent['source']) => ({
    mallId: mall.id,
    recordedAt: clock.now(),
    source,
  })

  async function fold(
    mall: Mall,
    identities: ReadonlyMap<string, Identity>,
    known: ReadonlyMap<string, Shopper>,
  ): Promise<number> {
    const histories = await events.ofMembers(mall.id, [...identities.keys()])
    const wanted = [...histories.values()]
      .flat()
      .flatMap((event) => (event.kind === 'cart-added' ? [event.productNo] : []))
    const facts = wanted.length > 0 ? await products.of(mall.id, wanted) : new Map()
    const phones = [...identities.values()].flatMap(({ phoneKey }) => (phoneKey ? [phoneKey] : []))
    const refusals = await optOuts.of(mall.id, phones)
    const folded = [...identities].map(([memberId, identity]): Shopper => {
      const before = known.get(memberId)
      return {
        id: shopperId(mall.id, memberId),
        mallId: mall.id,
        memberId,
        ...identity,
        optedOutAt:
          before?.optedOutAt ?? (identity.phoneKey ? (refusals.get(identity.phoneKey) ?? null) : null),
        ...foldHistory(histories.get(memberId) ?? [], facts),
        receivedCampaigns: before?.receivedCampaigns ?? [],
        updatedAt: clock.now(),
      }
    })
    return shoppers.putChanged(mall.id, folded, known)
  }

  const knownOf = async (mall: Mall, memberIds: string[]) =>
    new Map((await shoppers.byMemberIds(mall.id, memberIds)).map((shopper) => [shopper.memberId, shopper]))

  return {
    async orders(mall, rows, source) {
      const recorded = recording(mall, source)
      await events.appendNew(
        mall.id,
        rows.flatMap((row) => orderEvents(row, recorded)),
      )
      await parts.onOrders(mall.id, rows)
    },
    products: (mall, rows) => products.put(mall.id, rows, clock.now()),
    unknownProducts: (mall, productNos, staleBefore) =>
      products.unreadSince(mall.id, productNos, staleBefore),
    async members(mall, rows, carts, source) {
      const recorded = recording(mall, source)
      const known = await knownOf(
        mall,
        rows.map((row) => row.memberId),
      )
      const keys = keyring.forMall(mall.id)
      await events.appendNew(mall.id, [
        ...rows.flatMap((row) => memberEvents(row, known.get(row.memberId) ?? null, recorded)),
        ...carts.map((line) => cartAdded(line, recorded)),
        ...rows.flatMap((row) => vanished(known.get(row.memberId), carts, recorded)),
      ])
      const identities = new Map(
        rows.map((row) => [row.memberId, identityOf(row, known.get(row.memberId) ?? null, keys)]),
      )
      return fold(mall, identities, known)
    },
    async cart(mall, memberId, lines) {
      const known = await knownOf(mall, [memberId])
      const shopper = known.get(memberId)
      if (!shopper) return false
      const recorded = recording(mall, 'webhook')
      await events.appendNew(mall.id, [
        ...lines.map((line) => cartAdded(line, recorded)),
        ...vanished(shopper, lines, recorded),
      ])
      await fold(mall, new Map([[memberId, shopper]]), known)
      return true
    },
    async refold(mall, memberIds) {
      const known = await knownOf(mall, memberIds)
      return fold(mall, known, known)
    },
  }
}

function memberEvents(
  row: MemberRow,
  known: Shopper | null,
  recorded: Parameters<typeof consentChanged>[2],
): ShopEvent[] {
  const changed = known === null || known.adConsent !== row.adConsent
  return [
    ...(changed ? [consentChanged(row.memberId, row.adConsent, recorded)] : []),
    ...(row.lastLoginAt ? [visited(row.memberId, row.lastLoginAt, recorded)] : []),
  ]
}

function vanished(
  known: Shopper | undefined,
  carts: CartLineRow[],
  recorded: Parameters<typeof cartRemoved>[2],
): ShopEvent[] {
  if (!known || known.cart.length === 0) return []
  const there = new Set(carts.flatMap((line) => (line.memberId === known.memberId ? [line.lineKey] : [])))
  return known.cart
    .filter((line) => !there.has(line.lineKey))
    .map((line) => cartRemoved(known.memberId, line, recorded))
}
