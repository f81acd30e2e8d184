import { type Connection, Schema } from 'mongoose'
import { ignoringDuplicates } from '../malls/duplicate-rules'
import type { MallId } from '../malls/mall'
import { fromStored, mallCollection, type Stored, toStored } from '../malls/mall-scope-store'
import type { Click } from './tracking'

const schema = new Schema(
  { _id: String, mallId: String, runId: String, sendId: String, at: Date, device: String },
  { versionKey: false },
)
// A send id begins with its run id, so one index finds the clicks of a send, of a run and of a mall.
schema.index({ mallId: 1, sendId: 1 })

/** Clicks of one run: how many in all, and each send's first click counted by the Seoul hour it fell in. */
export interface RunClicks {
  clicks: number
  people: number
  /** `YYYY-MM-DDTHH` in Seoul → people who clicked first in that hour. */
  byHour: Record<string, number>
}

/** Clicks as stored; see tracking.ts. */
export interface ClickStore {
  /** Stores clicks of any malls in one write; a click stored before stays as it is. */
  insert(clicks: readonly Click[]): Promise<void>
  hasAny(mallId: MallId): Promise<boolean>
  /** All clicks of these sends, oldest first. */
  ofSends(mallId: MallId, sendIds: readonly string[]): Promise<Click[]>
  ofRun(mallId: MallId, runId: string): Promise<RunClicks>
}

/** The click collection of this connection. */
export function clickStore(connection: Connection): ClickStore {
  const clicks = mallCollection<Stored<Click>>(connection, 'clicks', schema)
  return {
    async insert(rows) {
      const all = clicks.acrossMalls('clicks of all malls go together into one write; each names its own')
      await ignoringDuplicates(all.insertMany(rows.map(toStored), { ordered: false }))
    },
    hasAny: async (mallId) => (await clicks.findOne(mallId, {}, { projection: { _id: 1 } })) !== null,
    async ofSends(mallId, sendIds) {
      const rows = await clicks.findByKeys(mallId, 'sendId', sendIds)
      return rows.map((row) => fromStored<Click>(row)).sort(byTime)
    },
    async ofRun(mallId, runId) {
      const hours = await clicks.aggregate<{ _id: string; people: number; clicks: number }>(mallId, [
        { $match: { sendId: { $gt: runId, $lt: `${runId}g` } } },
        { $group: { _id: '$sendId', at: { $min: '$at' }, clicks: { $sum: 1 } } },
        {
          $group: {
            _id: { $dateToString: { date: '$at', format: '%Y-%m-%dT%H', timezone: 'Asia/Seoul' } },
            people: { $sum: 1 },
            clicks: { $sum: '$clicks' },
          },
        },
      ])
      return {
        clicks: hours.reduce((sum, hour) => sum + hour.clicks, 0),
        people: hours.reduce((sum, hour) => sum + hour.people, 0),
        byHour: Object.fromEntries(hours.map((hour) => [hour._id, hour.people])),
      }
    },
  }
}

function byTime(a: Click, b: Click): number {
  return a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1)
}
