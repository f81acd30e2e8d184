import * as fc from 'fast-check'
import type { Connection } from 'mongoose'
import { Schema } from 'mongoose'
import { addDays, kstDay, startOfKstDay } from '../../server/core/seoul'
import { mallCollection, type Stored, toStored } from '../../server/malls/mall-scope-store'
import type { ShopperFilter } from '../../server/segments/condition-kind'
import type { Condition, ConditionTree } from '../../server/segments/segment'
import type { Shopper } from '../../server/shoppers/shopper'
import { shopperStore } from '../../server/shoppers/shopper-store'

export const MALL = 'cafe24-testshop'
export const CAMPAIGN = 'c1'
/** 00:30 on 22 November 2026 in Seoul: half an hour after a day border. */
export const NOW = new Date('2026-11-21T15:30:00Z')
export const CONTEXT = { day: kstDay(NOW), now: NOW, campaignId: CAMPAIGN }

/** A shopper whom every check of a plan lets pass, changed by `facts`. */
export function shopperOf(memberId: string, facts: Partial<Shopper> = {}): Shopper {
  const latestAddAt = facts.latestAddAt === undefined ? daysBefore(7) : facts.latestAddAt
  return {
    id: `${MALL}:${memberId}`,
    mallId: MALL,
    memberId,
    nameSealed: 'v1.name',
    phoneKey: `key-${memberId}`,
    phoneSealed: `v1.phone-${memberId}`,
    adConsent: true,
    adConsentAt: null,
    optedOutAt: null,
    restricted: false,
    joinedAt: new Date('2025-01-01T00:00:00Z'),
    lastVisitAt: null,
    cart: [lineOf('1', '무쇠 주물 냄비 24cm', 43_700)],
    cartWon: 43_700,
    latestOrderAt: null,
    updatedAt: NOW,
    ...facts,
    latestAddAt,
    latestAddDay: latestAddAt && kstDay(latestAddAt),
  }
}

/** One sellable line of a cart. */
export function lineOf(lineKey: string, name: string, priceWon: number): Shopper['cart'][number] {
  return { lineKey, productNo: Number(lineKey), name, quantity: 1, priceWon, addedAt: NOW, sellable: true }
}

/** Noon of the Seoul day `days` before today. */
export function daysBefore(days: number): Date {
  return new Date(startOfKstDay(addDays(CONTEXT.day, -days)).getTime() + 12 * 3_600_000)
}

/** Instants within twelve days, most of them within two seconds of a Seoul midnight. */
export const instants = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: -2_000, max: 2_000 }))
      .map(([days, ms]) => new Date(startOfKstDay(addDays(CONTEXT.day, -days)).getTime() + ms)),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 0, max: 12 * 86_400 }).map((s) => new Date(NOW.getTime() - s * 1_000)),
  },
)

/** Shoppers of every kind; `memberId` is the place in the list. */
export function shoppers(count: number): fc.Arbitrary<Shopper[]> {
  const facts = fc.record({
    latestAddAt: fc.option(instants, { freq: 6 }),
    latestOrderAt: fc.option(instants, { freq: 2 }),
    sameInstant: fc.boolean(),
    cartWon: fc.constantFrom(0, 29_999, 30_000, 30_001, 100_000),
    adConsent: fc.boolean(),
  })
  return fc
    .array(facts, { minLength: count, maxLength: count })
    .map((all) =>
      all.map(({ sameInstant, ...each }, i) =>
        shopperOf(
          String(i),
          sameInstant && each.latestOrderAt ? { ...each, latestOrderAt: each.latestAddAt } : each,
        ),
      ),
    )
}

const days = fc.integer({ min: 0, max: 12 })
const hours = fc.integer({ min: 0, max: 300 })
const wons = fc.constantFrom(0, 30_000, 30_001, 100_000)

/** Every kind of condition. */
export const conditions: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    kind: fc.constant('latest-add' as const),
    mode: fc.constantFrom('exactly' as const, 'within' as const),
    days,
  }),
  fc.tuple(hours, hours).map(([a, b]) => ({
    kind: 'hours-since-add' as const,
    atLeast: Math.min(a, b),
    atMost: Math.max(a, b),
  })),
  fc.record({
    kind: fc.constant('cart-total' as const),
    atLeastWon: wons,
    atMostWon: fc.option(wons),
  }),
  fc.record({ kind: fc.constant('ad-consent' as const), is: fc.boolean() }),
  fc.record({ kind: fc.constant('bought-since' as const), is: fc.boolean() }),
  fc.constant({ kind: 'never-received' as const }),
)

/** Trees of conditions, three groups deep at most. */
export const trees: fc.Arbitrary<ConditionTree> = fc.letrec<{ tree: ConditionTree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    conditions,
    fc.array(tie('tree'), { maxLength: 4 }).map((all) => ({ all })),
    fc.array(tie('tree'), { minLength: 1, maxLength: 4 }).map((any) => ({ any })),
  ),
})).tree

/** A collection of shoppers in a test database. */
export function shopperCollection(connection: Connection) {
  // With the indexes of the product: what a query finds through one may differ from what it finds without.
  shopperStore(connection)
  const collection = mallCollection<Stored<Shopper>>(connection, 'shoppers', new Schema({}))
  return {
    async put(all: readonly Shopper[]): Promise<void> {
      await collection.deleteMany(MALL, {})
      await collection.insertMany(MALL, all.map(toStored))
    },
    async idsOf(filter: ShopperFilter): Promise<string[]> {
      const found = await collection.find(MALL, { ...filter }, { projection: { _id: 1 } }).toArray()
      return found.map(({ _id }) => _id).sort()
    },
  }
}
