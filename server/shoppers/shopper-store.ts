import type { Filter } from 'mongodb'
import type { Connection } from 'mongoose'
import { Schema } from 'mongoose'
import type { MallId } from '../malls/mall'
import { fromStored, mallCollection, type Stored, toStored } from '../malls/mall-scope-store'
import { sameShopper } from './facts-rules'
import type { ContactFacts, Shopper } from './shopper'
import { soundContact, soundShopper } from './sound-shopper'

/**
 * A shopper as stored: queries of segments run against this shape. `hasSellable` says in one word what the last look wants to
 * know of the cart, since a list costs the database as much as all other facts together (1.5 of 3.4 ms for 100, 2026-11-28).
 */
export type ShopperDoc = Stored<Shopper> & { hasSellable: boolean }

/** The members of each mall with their facts. */
export interface ShopperStore {
  /** Everybody whom `filter` matches, in chunks of at most 1,000; with `dearestFirst` the dearest carts come first. */
  population(mallId: MallId, filter: object, options?: { dearestFirst?: boolean }): AsyncIterable<Shopper[]>
  byMemberIds(mallId: MallId, memberIds: string[]): Promise<Shopper[]>
  /** What the last look reads of them, and nothing else: it is read for every message. */
  contactFacts(mallId: MallId, memberIds: string[]): Promise<ContactFacts[]>
  byPhoneKeys(mallId: MallId, phoneKeys: string[]): Promise<Shopper[]>
  /** Stores what is new or really differs, and says how many that were. */
  putChanged(mallId: MallId, shoppers: Shopper[], known: ReadonlyMap<string, Shopper>): Promise<number>
  /** Writes a refusal onto every member with this phone. */
  markOptedOut(mallId: MallId, phoneKey: string, at: Date): Promise<void>
  /** Member ids in chunks, in id order. */
  memberIds(mallId: MallId): AsyncIterable<string[]>
}

const CHUNK = 1_000
const CONTACT_FACTS = {
  _id: 0,
  memberId: 1,
  phoneKey: 1,
  restricted: 1,
  adConsent: 1,
  optedOutAt: 1,
  latestAddAt: 1,
  latestOrderAt: 1,
  hasSellable: 1,
}

const schema = new Schema({ _id: String, mallId: String }, { strict: false, versionKey: false })
schema.index({ mallId: 1, latestAddDay: 1, cartWon: -1, _id: 1 })
schema.index({ mallId: 1, phoneKey: 1 })

/** The shoppers in the collection `shoppers`; `_id` is `{mallId}:{memberId}`. */
export function shopperStore(connection: Connection): ShopperStore {
  const shoppers = mallCollection<ShopperDoc>(connection, 'shoppers', schema)
  const idsOf = (mallId: MallId, memberIds: string[]) =>
    memberIds.map((memberId) => shopperId(mallId, memberId))

  return {
    async *population(mallId, filter, options = {}) {
      const cursor = shoppers.find(mallId, filter as Filter<ShopperDoc>, { batchSize: CHUNK })
      if (options.dearestFirst) cursor.sort({ cartWon: -1, _id: 1 })
      yield* inChunks(cursor, domain)
    },
    async byMemberIds(mallId, memberIds) {
      return (await shoppers.findByIds(mallId, idsOf(mallId, memberIds))).map(domain)
    },
    async contactFacts(mallId, memberIds) {
      const ids = idsOf(mallId, memberIds)
      const docs = await shoppers.findByIds(mallId, ids, { projection: CONTACT_FACTS })
      return docs.map(soundContact)
    },
    async byPhoneKeys(mallId, phoneKeys) {
      return (await shoppers.findByKeys(mallId, 'phoneKey', phoneKeys)).map(domain)
    },
    async putChanged(mallId, all, known) {
      const fresh = all.filter((shopper) => !known.has(shopper.memberId))
      const changed = all.filter((shopper) => {
        const before = known.get(shopper.memberId)
        return before !== undefined && !sameShopper(before, shopper)
      })
      if (fresh.length > 0) await shoppers.insertMany(mallId, fresh.map(docOf), { ordered: false })
      if (changed.length > 0) {
        const operations = changed.map((shopper) => {
          // What others write (refusals) is theirs: a sync never puts its older copy over it.
          const { _id, optedOutAt, ...facts } = docOf(shopper)
          return { updateOne: { filter: { _id }, update: { $set: facts } } }
        })
        await shoppers.bulkWrite(mallId, operations as never, { ordered: false })
      }
      return fresh.length + changed.length
    },
    async markOptedOut(mallId, phoneKey, at) {
      await shoppers.updateMany(mallId, { phoneKey, optedOutAt: null }, { $set: { optedOutAt: at } })
    },
    async *memberIds(mallId) {
      const cursor = shoppers.find(mallId, {}, { projection: { memberId: 1 }, batchSize: CHUNK })
      yield* inChunks(cursor, (doc) => doc.memberId)
    },
  }
}

function docOf(shopper: Shopper): ShopperDoc {
  return { ...toStored(shopper), hasSellable: shopper.cart.some(({ sellable }) => sellable) }
}

function domain({ hasSellable: _derived, ...doc }: ShopperDoc): Shopper {
  return soundShopper(fromStored<Shopper>(doc))
}

/** The id of a member's row. */
export function shopperId(mallId: MallId, memberId: string): string {
  return `${mallId}:${memberId}`
}

async function* inChunks<D, T>(cursor: AsyncIterable<D>, read: (doc: D) => T): AsyncIterable<T[]> {
  let chunk: T[] = []
  for await (const doc of cursor) {
    chunk.push(read(doc))
    if (chunk.length < CHUNK) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}
