import type { Connection } from 'mongoose'
import { Schema } from 'mongoose'
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
const DUPLICATE_KEY = 11_000

const schema = new Schema(
  { _id: String, mallId: String, memberId: String },
  { strict: false, versionKey: false },
)
schema.index({ mallId: 1, memberId: 1 })

/** The history in the collection `events`. */
export function eventStore(connection: Connection): EventStore {
  const events = mallCollection<EventDoc>(connection, 'events', schema)

  async function appendGroup(mallId: MallId, group: ShopEvent[]): Promise<ShopEvent[]> {
    const ids = group.map((event) => event.id)
    const known = await events.find(mallId, { _id: { $in: ids } }, { projection: { _id: 1 } }).toArray()
    const knownIds = new Set(known.map((doc) => doc._id))
    const fresh = group.filter((event) => !knownIds.has(event.id))
    if (fresh.length === 0) return []
    await events.insertMany(mallId, fresh.map(toStored) as EventDoc[], { ordered: false }).catch(unlessKnown)
    return fresh
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
      for await (const doc of events.find(mallId, { memberId: { $in: memberIds } })) {
        byMember.get(doc.memberId)?.push(fromStored(doc as never))
      }
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

/** Somebody else stored the same event between our look and our write: that is what we wanted. */
function unlessKnown(cause: unknown): void {
  if (!(cause instanceof Error && 'code' in cause && cause.code === DUPLICATE_KEY)) throw cause
}
