import { type Connection, Schema } from 'mongoose'
import type { MallId } from '../malls/mall'
import { mallCollection } from '../malls/mall-scope-store'

interface CursorDoc {
  _id: string
  mallId: MallId
  /** Changes up to here have been read. */
  polledTo: Date | null
  nextAt: Date
}

const schema = new Schema({ _id: String, mallId: String, polledTo: Date, nextAt: Date })

/** How far the results of each sending account have been read. */
export interface CursorStore {
  /** Takes the next poll, to be repeated at `nextAt`; null when it is not due or another worker took it. */
  claim(mallId: MallId, account: number, now: Date, nextAt: Date): Promise<{ polledTo: Date | null } | null>
  advance(mallId: MallId, account: number, polledTo: Date): Promise<void>
  delay(mallId: MallId, account: number, nextAt: Date): Promise<void>
}

/** Cursors in the collection `receipt-cursors`. */
export function cursorStore(connection: Connection): CursorStore {
  const cursors = mallCollection<CursorDoc>(connection, 'receipt-cursors', schema)
  const idOf = (mallId: MallId, account: number) => `${mallId}:${account}`
  return {
    async claim(mallId, account, now, nextAt) {
      const _id = idOf(mallId, account)
      await cursors.updateOne(
        mallId,
        { _id },
        { $setOnInsert: { polledTo: null, nextAt: now } },
        { upsert: true },
      )
      const known = await cursors.findOne(mallId, { _id })
      if (!known) return null
      // Far in the future only after a business clock was set back.
      const isDue = known.nextAt <= now || known.nextAt > new Date(nextAt.getTime() + 60_000)
      if (!isDue) return null
      const claimed = await cursors.updateOne(mallId, { _id, nextAt: known.nextAt }, { $set: { nextAt } })
      return claimed.matchedCount === 1 ? { polledTo: known.polledTo } : null
    },
    async advance(mallId, account, polledTo) {
      await cursors.updateOne(mallId, { _id: idOf(mallId, account) }, { $set: { polledTo } })
    },
    async delay(mallId, account, nextAt) {
      await cursors.updateOne(mallId, { _id: idOf(mallId, account) }, { $set: { nextAt } })
    },
  }
}
