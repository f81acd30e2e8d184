import type { Clock } from '../core/clock'
import type { Keyring } from '../core/crypto'
import type { ShopEvent } from '../events/event'
import {
  cartAdded,
  cartRemoved,
  consentChanged,
  orderEvents,
  type Recording,
  visited,
} from '../events/event-rules'
import type { EventStore } from '../events/event-store'
import type { Mall } from '../malls/mall'
import type { CartLineRow, MemberRow, OrderRow, ProductRow } from '../malls/mall-client'
import {
  foldReading,
  identityOf,
  latestOrderIn,
  NO_FACTS,
  type ProductFact,
  type Reading,
} from './facts-rules'
import type { OptOutStore } from './opt-out-store'
import type { OrderTally } from './order-tally'
import type { ProductStore } from './product-store'
import type { Shopper } from './shopper'
import { type ShopperStore, shopperId } from './shopper-store'

/** Members as just read together with their whole carts, and where the rest of what is asked of them stands. */
export interface MembersRead {
  rows: readonly MemberRow[]
  carts: readonly CartLineRow[]
  products: ReadonlyMap<number, ProductFact>
  /** Null: the history tells. */
  orders: OrderTally | null
  source: ShopEvent['source']
}

/** Turns rows of a mall's API into history and facts; the same rows twice change nothing. */
export interface LearnService {
  /** Orders into history; the listeners hear of all of them. */
  orders(mall: Mall, rows: OrderRow[], source: ShopEvent['source']): Promise<void>
  /** Products into the store; gives them as carts need them. */
  products(mall: Mall, rows: ProductRow[]): Promise<Map<number, ProductFact>>
  /** Gives how many shoppers really changed; a line that we knew and that is not there any more was removed. */
  members(mall: Mall, read: MembersRead): Promise<number>
  /** The whole cart of one known member, read again. False when we do not know the member. */
  cart(
    mall: Mall,
    memberId: string,
    lines: readonly CartLineRow[],
    products: ReadonlyMap<number, ProductFact>,
  ): Promise<boolean>
  /** Looks the newest purchase of known members up in their history, after orders of theirs arrived. */
  recount(mall: Mall, memberIds: string[]): Promise<number>
}

/** `clock` is business time: when we learned of something. */
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
  const { events, shoppers, optOuts, keyring, clock } = parts
  const recordingOf = (mall: Mall, source: ShopEvent['source']): Recording => ({
    mallId: mall.id,
    recordedAt: clock.now(),
    source,
  })
  const knownOf = async (mall: Mall, memberIds: string[]) =>
    new Map((await shoppers.byMemberIds(mall.id, memberIds)).map((shopper) => [shopper.memberId, shopper]))

  /** The newest purchase of each of these members: from what was just read where that can tell, else from history. */
  async function newestOrders(mall: Mall, read: MembersRead, known: ReadonlyMap<string, Shopper>) {
    const newest = new Map<string, Date | null>()
    const unsure: string[] = []
    for (const { memberId } of read.rows) {
      const at = read.orders?.newest(memberId, known.get(memberId)?.latestOrderAt ?? null) ?? null
      if (at === 'unsure' || read.orders === null) unsure.push(memberId)
      else newest.set(memberId, at)
    }
    const histories = await events.ofMembers(mall.id, unsure)
    for (const [memberId, history] of histories) newest.set(memberId, latestOrderIn(history))
    return newest
  }

  /** When each phone was refused, for members who are new or have another phone. */
  async function refusals(
    mall: Mall,
    rows: readonly Pick<Shopper, 'memberId' | 'phoneKey'>[],
    known: ReadonlyMap<string, Shopper>,
  ) {
    const phones = rows.flatMap(({ memberId, phoneKey }) =>
      phoneKey && phoneKey !== known.get(memberId)?.phoneKey ? [phoneKey] : [],
    )
    return optOuts.of(mall.id, phones)
  }

  return {
    async orders(mall, rows, source) {
      const recording = recordingOf(mall, source)
      const happened = rows.flatMap((row) => orderEvents(row, recording))
      await Promise.all([events.appendNew(mall.id, happened), parts.onOrders(mall.id, rows)])
    },
    async products(mall, rows) {
      await parts.products.put(mall.id, rows)
      return new Map(rows.map(({ productNo, name, sellable }) => [productNo, { name, sellable }]))
    },
    async members(mall, read) {
      const recording = recordingOf(mall, read.source)
      const known = await knownOf(
        mall,
        read.rows.map((row) => row.memberId),
      )
      const carts = cartsByMember(read.carts)
      const keys = keyring.forMall(mall.id)
      const identities = read.rows.map((row) => ({
        memberId: row.memberId,
        ...identityOf(row, known.get(row.memberId) ?? null, keys),
      }))
      const newest = await newestOrders(mall, read, known)
      const refused = await refusals(mall, identities, known)
      const happened: ShopEvent[] = []
      const folded = read.rows.map((row, place): Shopper => {
        const before = known.get(row.memberId)
        const lines = carts.get(row.memberId) ?? []
        happened.push(
          ...memberEvents(row, before, recording),
          ...cartEvents(row.memberId, before, lines, recording),
        )
        const identity = identities[place] ?? { memberId: row.memberId, ...identityOf(row, null, keys) }
        const reading: Reading = {
          lines,
          visitedAt: row.lastLoginAt,
          consentAt: isNewConsent(row, before) ? recording.recordedAt : null,
          latestOrderAt: newest.get(row.memberId) ?? null,
        }
        return {
          id: shopperId(mall.id, row.memberId),
          mallId: mall.id,
          ...identity,
          optedOutAt: before?.optedOutAt ?? refused.get(identity.phoneKey ?? '') ?? null,
          ...foldReading(before ?? NO_FACTS, reading, read.products),
          updatedAt: recording.recordedAt,
        }
      })
      // History first: facts without it could not be explained, and the fold meets it again after a crash.
      await events.appendNew(mall.id, happened)
      return shoppers.putChanged(mall.id, folded, known)
    },
    async cart(mall, memberId, lines, products) {
      const known = await knownOf(mall, [memberId])
      const before = known.get(memberId)
      if (!before) return false
      const recording = recordingOf(mall, 'webhook')
      await events.appendNew(mall.id, cartEvents(memberId, before, lines, recording))
      const facts = foldReading(before, { lines, visitedAt: null, consentAt: null }, products)
      await shoppers.putChanged(mall.id, [{ ...before, ...facts, updatedAt: recording.recordedAt }], known)
      return true
    },
    async recount(mall, memberIds) {
      const known = await knownOf(mall, memberIds)
      const histories = await events.ofMembers(mall.id, [...known.keys()])
      const updatedAt = clock.now()
      const folded = [...known.values()].map((before) => ({
        ...before,
        latestOrderAt: latestOrderIn(histories.get(before.memberId) ?? []),
        updatedAt,
      }))
      return shoppers.putChanged(mall.id, folded, known)
    },
  }
}

function isNewConsent(row: MemberRow, before: Shopper | undefined): boolean {
  return before === undefined || before.adConsent !== row.adConsent
}

function memberEvents(row: MemberRow, before: Shopper | undefined, recording: Recording): ShopEvent[] {
  const { memberId, lastLoginAt } = row
  const isNewVisit = lastLoginAt !== null && !(before?.lastVisitAt && before.lastVisitAt >= lastLoginAt)
  return [
    ...(isNewConsent(row, before)
      ? [consentChanged(memberId, row.adConsent, before?.adConsentAt ?? null, recording)]
      : []),
    ...(isNewVisit ? [visited(memberId, lastLoginAt, recording)] : []),
  ]
}

/** What a whole cart tells that the one before did not. */
function cartEvents(
  memberId: string,
  before: Shopper | undefined,
  lines: readonly CartLineRow[],
  recording: Recording,
): ShopEvent[] {
  const knownLines = new Map((before?.cart ?? []).map((line) => [line.lineKey, line.addedAt.getTime()]))
  const there = new Set(lines.map((line) => line.lineKey))
  return [
    ...lines
      .filter((line) => knownLines.get(line.lineKey) !== line.addedAt.getTime())
      .map((line) => cartAdded(line, recording)),
    ...(before?.cart ?? [])
      .filter((line) => !there.has(line.lineKey))
      .map((line) => cartRemoved(memberId, line, recording)),
  ]
}

function cartsByMember(lines: readonly CartLineRow[]): Map<string, CartLineRow[]> {
  // A line may come twice when a cart changes while its pages are read.
  const byKey = new Map(lines.map((line) => [line.lineKey, line]))
  const carts = new Map<string, CartLineRow[]>()
  for (const line of byKey.values()) {
    const cart = carts.get(line.memberId)
    if (cart) cart.push(line)
    else carts.set(line.memberId, [line])
  }
  return carts
}
