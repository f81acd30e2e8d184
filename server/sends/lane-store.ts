import { type Connection, Schema } from 'mongoose'
import type { MallId } from '../malls/mall'
import { fromStored, mallCollection, type Stored, toStored } from '../malls/mall-scope-store'
import type { Session } from '../spend/transaction-store'
import type { HoldReason, Lane } from './lane'
import type { CancelReason } from './send'

const schema = new Schema({ _id: String, mallId: String, campaignId: String, next: Date, finished: Boolean })
schema.index({ finished: 1, next: 1 })
schema.index({ mallId: 1, campaignId: 1 })

/** The lanes of all published runs. */
export interface LaneStore {
  /** Makes a run visible to workers, inside the transaction that publishes it. */
  open(session: Session, lane: Lane): Promise<void>
  byRun(mallId: MallId, runId: string): Promise<Lane | null>
  /** Lanes of any mall at which a worker should look now. */
  due(now: Date, limit: number): Promise<Lane[]>
  /** Gives the next untouched batch number to one worker; null when another one took it or none is left. */
  take(lane: Lane): Promise<number | null>
  /** A number for one more batch of the run. */
  addBatch(mallId: MallId, runId: string): Promise<number>
  /** Nothing leaves before `until`, and pages say why. */
  hold(mallId: MallId, runId: string, reason: HoldReason, until: Date, now: Date): Promise<void>
  /** The same for every lane of a mall that would look earlier. */
  holdMall(mallId: MallId, reason: HoldReason, until: Date, now: Date): Promise<void>
  release(mallId: MallId, runId: string): Promise<void>
  /** Looks again at `next` (null = when something is put back), unless something was put back since `lane` was read. */
  rest(lane: Lane, next: Date | null): Promise<void>
  /** Something was put back: look at `at`. */
  wake(mallId: MallId, runId: string, at: Date): Promise<void>
  /** Ends the wait of a mall's lanes that are held for one of `reasons`. */
  wakeHeld(mallId: MallId, reasons: HoldReason[], now: Date): Promise<void>
  /** Looks at once at all lanes of a campaign, or of a mall. */
  wakeAll(mallId: MallId, campaignId: string | null, now: Date): Promise<void>
  /** Marks a campaign's lanes, or all of a mall's (null), as stopped and lets workers call off what waits. */
  stop(mallId: MallId, campaignId: string | null, reason: CancelReason, now: Date): Promise<void>
  finish(mallId: MallId, runId: string): Promise<void>
  /** Lanes of any mall that are not finished. */
  unfinished(): Promise<Lane[]>
  unfinishedOf(mallId: MallId, campaignId?: string): Promise<Lane[]>
}

/** Lanes in the collection `lanes`. */
export function laneStore(connection: Connection): LaneStore {
  const lanes = mallCollection<Stored<Lane>>(connection, 'lanes', schema)
  const anywhere = () => lanes.acrossMalls('workers look for lanes that are due anywhere')
  const domain = (doc: Stored<Lane>) => fromStored<Lane>(doc)

  return {
    async open(session, lane) {
      await lanes.insertMany(lane.mallId, [toStored(lane)], { session })
    },
    async byRun(mallId, runId) {
      const doc = await lanes.findOne(mallId, { _id: runId })
      return doc ? domain(doc) : null
    },
    async due(now, limit) {
      const docs = await anywhere()
        .find({ finished: false, next: { $lte: now } })
        .limit(limit)
        .toArray()
      return docs.map(domain)
    },
    async take({ mallId, id, cursor, batches }) {
      if (cursor > batches) return null
      const { modifiedCount } = await lanes.updateOne(mallId, { _id: id, cursor }, { $inc: { cursor: 1 } })
      return modifiedCount === 1 ? cursor : null
    },
    async addBatch(mallId, runId) {
      const before = await lanes.findOne(mallId, { _id: runId }, { projection: { batches: 1 } })
      const batches = before?.batches ?? 0
      const { modifiedCount } = await lanes.updateOne(
        mallId,
        { _id: runId, batches },
        { $inc: { batches: 1 } },
      )
      return modifiedCount === 1 ? batches + 1 : this.addBatch(mallId, runId)
    },
    async hold(mallId, runId, reason, until, now) {
      const same = { _id: runId, 'hold.reason': reason }
      const kept = await lanes.updateOne(mallId, same, { $set: { next: until }, $inc: { rev: 1 } })
      if (kept.matchedCount > 0) return
      const set = { next: until, hold: { reason, since: now } }
      await lanes.updateOne(mallId, { _id: runId, finished: false }, { $set: set, $inc: { rev: 1 } })
    },
    async holdMall(mallId, reason, until, now) {
      await lanes.updateMany(
        mallId,
        { finished: false, next: { $lte: until } },
        { $set: { next: until, hold: { reason, since: now } }, $inc: { rev: 1 } },
      )
    },
    async release(mallId, runId) {
      await lanes.updateOne(mallId, { _id: runId }, { $set: { hold: null } })
    },
    async rest({ mallId, id, rev }, next) {
      await lanes.updateOne(mallId, { _id: id, rev }, { $set: { next } })
    },
    async wake(mallId, runId, at) {
      await lanes.updateOne(mallId, { _id: runId, finished: false }, [
        { $set: { rev: { $add: ['$rev', 1] }, next: { $min: [{ $ifNull: ['$next', at] }, at] } } },
      ])
    },
    async wakeHeld(mallId, reasons, now) {
      await lanes.updateMany(
        mallId,
        { finished: false, 'hold.reason': { $in: reasons }, next: { $gt: now } },
        { $set: { next: now }, $inc: { rev: 1 } },
      )
    },
    async wakeAll(mallId, campaignId, now) {
      await lanes.updateMany(
        mallId,
        { finished: false, ...(campaignId === null ? {} : { campaignId }) },
        { $set: { next: now }, $inc: { rev: 1 } },
      )
    },
    async stop(mallId, campaignId, reason, now) {
      await lanes.updateMany(
        mallId,
        { finished: false, stopped: null, ...(campaignId === null ? {} : { campaignId }) },
        { $set: { stopped: reason, next: now, hold: null }, $inc: { rev: 1 } },
      )
    },
    async finish(mallId, runId) {
      await lanes.updateOne(mallId, { _id: runId }, { $set: { finished: true, next: null, hold: null } })
    },
    async unfinished() {
      return (await anywhere().find({ finished: false }).toArray()).map(domain)
    },
    async unfinishedOf(mallId, campaignId) {
      const filter = { finished: false, ...(campaignId === undefined ? {} : { campaignId }) }
      return (await lanes.find(mallId, filter).toArray()).map(domain)
    },
  }
}
