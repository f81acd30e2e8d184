import { type Connection, Schema } from 'mongoose'
import type { MallId } from '../malls/mall'
import { fromStored, mallCollection, type Stored, toStored } from '../malls/mall-scope-store'
import type { Session } from '../spend/transaction-store'
import type { HoldReason, Lane, Mark, Results } from './lane'
import { nextByPace } from './pace-rules'
import type { CancelReason } from './send'

const schema = new Schema({ _id: String, mallId: String, campaignId: String, next: Date, finished: Boolean })
schema.index({ finished: 1, next: 1 })
schema.index({ mallId: 1, campaignId: 1 })

// More campaigns than this never send at once in one mall; if they do, the rest follow when these are done.
const LANES_OF_A_MALL = 500
const NOT_HALTED = { 'hold.reason': { $ne: 'failures' as const } }

/** The lanes of all published runs. */
export interface LaneStore {
  /** Makes a run visible to workers, inside the transaction that publishes it. */
  open(session: Session, lane: Lane): Promise<void>
  byRun(mallId: MallId, runId: string): Promise<Lane | null>
  /** Lanes of any mall at which a worker should look now; when there are more than `limit`, those of one mall picked by `choose`. */
  due(now: Date, limit: number, choose?: (mallIds: string[]) => string | undefined): Promise<Lane[]>
  /**
   * Gives the next batch numbers to one worker, at most `max`, those that came back first, and in a morning one, saying when
   * the one after it may go; none when another worker took them or none is left.
   */
  take(lane: Lane, now: Date, max: number): Promise<number[]>
  /** A number for one more batch of the run. */
  addBatch(mallId: MallId, runId: string): Promise<number>
  /**
   * Nothing leaves before `until`, and pages say why; batch `back` goes first then. A hold for the night remembers its edge.
   * Nothing but `goOn` and `stop` changes a hold for `failures`.
   */
  hold(
    mallId: MallId,
    runId: string,
    reason: HoldReason,
    until: Date,
    now: Date,
    back?: number,
  ): Promise<void>
  /** The same for every lane of a mall that would look earlier. */
  holdMall(mallId: MallId, reason: HoldReason, until: Date, now: Date): Promise<void>
  release(mallId: MallId, runId: string): Promise<void>
  /** Looks again at `next` (null = when something is put back), unless something was put back since `lane` was read. */
  rest(lane: Lane, next: Date | null): Promise<void>
  /** Something was put back: look at `at`. */
  wake(mallId: MallId, runId: string, at: Date): Promise<void>
  /** Ends the wait of a mall's lanes that are held for one of `reasons`. */
  wakeHeld(mallId: MallId, reasons: HoldReason[], now: Date): Promise<void>
  /** The breaker opened: nothing leaves until a person says so or the latest time is over. */
  halt(lane: Lane, now: Date): Promise<boolean>
  /** A person lets a halted lane go on; what went wrong before is not held against it again. */
  goOn(mallId: MallId, runId: string, forgotten: Results, now: Date): Promise<void>
  /** Remembers for the breaker and for the rate of sending; guides nobody. */
  remember(lane: Lane, set: { forgotten?: Results; marks?: Mark[] }): Promise<void>
  /** Looks at once at all lanes of a campaign, or of a mall, but for halted ones. */
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
    async due(now, limit, choose = ([first]) => first) {
      const isDue = { finished: false, next: { $lte: now } }
      const docs = await anywhere().find(isDue).limit(limit).toArray()
      if (docs.length < limit) return docs.map(domain)
      // What the limit cut off may be the only lane of a mall.
      const malls = await anywhere()
        .aggregate<{ _id: string }>([{ $match: isDue }, { $group: { _id: '$mallId' } }])
        .toArray()
      const mallId = choose(malls.map(({ _id }) => _id).sort())
      if (mallId === undefined) return []
      return (await lanes.find(mallId, isDue).limit(LANES_OF_A_MALL).toArray()).map(domain)
    },
    async take(lane, now, max) {
      const { mallId, id, cursor, batches, back = [] } = lane
      const fromBack = back.length > 0 ? Math.min(...back) : null
      if (fromBack === null && cursor > batches) return []
      const count = lane.morning ? 1 : Math.min(max, batches - cursor + 1)
      const { modifiedCount } = await lanes.updateOne(
        mallId,
        fromBack === null ? { _id: id, cursor } : { _id: id, back: fromBack },
        {
          ...(fromBack === null ? {} : { $pull: { back: fromBack } }),
          ...withPace(lane, fromBack === null ? { cursor: count } : {}, now),
        },
      )
      if (modifiedCount === 0) return []
      return fromBack === null ? Array.from({ length: count }, (_, i) => cursor + i) : [fromBack]
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
    async hold(mallId, runId, reason, until, now, back) {
      const open = { _id: runId, finished: false }
      const same = await lanes.updateOne(
        mallId,
        { ...open, 'hold.reason': reason },
        held({ next: until }, back),
      )
      if (same.matchedCount > 0) return
      const morning = reason === 'night' ? { morning: { edge: until, taken: 0 } } : {}
      const set = { next: until, hold: { reason, since: now }, ...morning }
      const changed = await lanes.updateOne(mallId, { ...open, ...NOT_HALTED }, held(set, back))
      // A halted lane stays halted, but it knows what comes first when it goes on.
      if (changed.matchedCount === 0 && back !== undefined)
        await lanes.updateOne(mallId, open, { $addToSet: { back } })
    },
    async holdMall(mallId, reason, until, now) {
      await lanes.updateMany(
        mallId,
        { finished: false, next: { $lte: until }, ...NOT_HALTED },
        { $set: { next: until, hold: { reason, since: now } }, $inc: { rev: 1 } },
      )
    },
    async release(mallId, runId) {
      await lanes.updateOne(mallId, { _id: runId, ...NOT_HALTED }, { $set: { hold: null } })
    },
    async halt({ mallId, id, latestAt }, now) {
      const { modifiedCount } = await lanes.updateOne(
        mallId,
        { _id: id, finished: false, stopped: null, ...NOT_HALTED },
        { $set: { next: latestAt, hold: { reason: 'failures', since: now } }, $inc: { rev: 1 } },
      )
      return modifiedCount === 1
    },
    async goOn(mallId, runId, forgotten, now) {
      await lanes.updateOne(
        mallId,
        { _id: runId, finished: false, 'hold.reason': 'failures' },
        { $set: { next: now, hold: null, forgotten }, $inc: { rev: 1 } },
      )
    },
    async remember({ mallId, id }, set) {
      await lanes.updateOne(mallId, { _id: id }, { $set: set })
    },
    async rest({ mallId, id, rev }, next) {
      await lanes.updateOne(mallId, { _id: id, rev }, { $set: { next } })
    },
    async wake(mallId, runId, at) {
      await lanes.updateOne(mallId, { _id: runId, finished: false, ...NOT_HALTED }, [
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
        { finished: false, ...NOT_HALTED, ...(campaignId === null ? {} : { campaignId }) },
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

/** One update of a lane that is held; `back` goes first when it goes on. */
function held(set: Partial<Stored<Lane>>, back: number | undefined) {
  return { $set: set, $inc: { rev: 1 }, ...(back === undefined ? {} : { $addToSet: { back } }) }
}

/** The update of taking one batch: all workers share the pace of a morning through the lane itself. */
function withPace(lane: Lane, inc: Record<string, number>, now: Date) {
  const { morning, latestAt, cursor, batches, back = [] } = lane
  if (!morning || now < morning.edge) return Object.keys(inc).length === 0 ? {} : { $inc: inc }
  const waiting = batches - cursor + back.length
  const taken = { ...morning, taken: morning.taken + 1 }
  const next = nextByPace({ morning: taken, waiting, latestAt, now })
  return {
    $inc: { ...inc, 'morning.taken': 1 },
    ...(next > now ? { $set: { next } } : {}),
  }
}
