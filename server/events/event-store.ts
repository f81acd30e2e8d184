import type { Connection } from 'mongoose'
import { Schema } from 'mongoose'
import { duplicatesOf } from '../malls/duplicate-rules'
import type { MallId } from '../malls/mall'
import { fromStored, mallCollection, type Stored, toStored } from '../malls/mall-scope-store'
import type { ShopEvent } from './event'

type EventDoc = Stored<ShopEvent>

/** Append-only history of carts, orders, visits and consents. */
export interface EventStore {
  /** Stores the events that were not known, and gives those back; the same event twice is stored once. */
  appendNew(mallId: MallId, events: ShopEvent[]): Promise<ShopEvent[]>
  /** All history of these members, oldest first within a member. */
  ofMembers(mallId: MallId, memberIds: string[]): Promise<Map<string, ShopEvent[]>>
  /** Whose order this is; null when we never learned of it. */
  memberOfOrder(mallId: MallId, orderId: string): Promise<string | null>
}

const GROUP = 1_000

const schema = new Schema(
  { _id: String, mallId: String, memberId: String },
  { strict: false, versionKey: false },
)
schema.index({ mallId: 1, memberId: 1 })

/** The history in the collection `events`. */
export function eventStore(connection: Connection): EventStore {
  const events = mallCollection<EventDoc>(connection, 'events', schema)

  async function appendGroup(mallId: MallId, group: ShopEvent[]): Promise<ShopEvent[]> {
    // Looking first would cost more than a refused insert: most groups are all new or all known.
    const write = events.insertMany(mallId, group.map(toStored) as EventDoc[], { ordered: false })
    const known = new Set(await duplicatesOf(write))
    return group.filter((_event, place) => !known.has(place))
  }

  return {
    async appendNew(mallId, all) {
      const fresh: ShopEvent[] = []
      const unique = [...new Map(all.map((event) => [event.id, event])).values()]
      for (let at = 0; at < unique.length; at += GROUP) {
        fresh.push(...(await appendGroup(mallId, unique.slice(at, at + GROUP))))
      }
      return fresh
    },
    async ofMembers(mallId, memberIds) {
      const byMember = new Map<string, ShopEvent[]>(memberIds.map((id) => [id, []]))
      for (const doc of await events.findByKeys(mallId, 'memberId', memberIds))
        byMember.get(doc.memberId)?.push(fromStored(doc as never))
      for (const history of byMember.values()) history.sort((a, b) => a.at.getTime() - b.at.getTime())
      return byMember
    },
    async memberOfOrder(mallId, orderId) {
      const doc = await events.findOne(
        mallId,
        { _id: `${mallId}:o:${orderId}` },
        { projection: { memberId: 1 } },
      )
      return doc?.memberId ?? null
    },
  }
}
