import { type ClientSession, type Connection, mongo, Schema } from 'mongoose'
import { addDays, type KstDay } from '../core/seoul'
import type { MallId } from '../malls/mall'
import { fromStored, mallCollection, type Stored, toStored } from '../malls/mall-scope-store'
import type { Run, RunState } from './run'

const DUPLICATE_KEY = 11_000

const schema = new Schema(
  { _id: String, mallId: String, campaignId: String, occurrence: String, day: String, state: String },
  { strict: false, collection: 'runs' },
)
  .index({ campaignId: 1, occurrence: 1 }, { unique: true })
  .index({ mallId: 1, campaignId: 1, day: -1, _id: -1 })
  .index({ mallId: 1, day: -1, _id: -1 })
  .index({ state: 1 })

/** `attempt` counts the times that a plan was begun or broken; only the last one may publish. */
type StoredRun = Stored<Run> & { attempt?: number }

/** Runs: one for each campaign and occurrence. */
export function runStore(connection: Connection) {
  const runs = mallCollection<StoredRun>(connection, 'runs', schema)

  /** The next attempt, which is the caller's alone; null when nothing is planned any more, or fewer than `least` were begun. */
  async function raiseAttempt(mallId: MallId, id: string, least: number): Promise<number | null> {
    for (;;) {
      const run = await runs.findOne(mallId, { _id: id })
      const attempt = run?.attempt ?? 0
      if (run?.state !== 'planning' || attempt < least) return null
      const known = attempt === 0 ? { $exists: false } : attempt
      const raised = await runs.updateOne(
        mallId,
        { _id: id, state: 'planning', attempt: known },
        { $set: { attempt: attempt + 1 } },
      )
      if (raised.matchedCount === 1) return attempt + 1
    }
  }

  return {
    /** False when the campaign has a run of this occurrence already. */
    async insert(run: Run, session?: ClientSession): Promise<boolean> {
      try {
        await runs.insertMany(run.mallId, [toStored(run)], session ? { session } : {})
        return true
      } catch (cause) {
        if (cause instanceof mongo.MongoServerError && cause.code === DUPLICATE_KEY) return false
        throw cause
      }
    },

    async find(mallId: MallId, id: string): Promise<Run | null> {
      const found = await runs.findOne(mallId, { _id: id })
      return found && fromStored<Run>(found)
    },

    /** The run that a tracked link names; its mall is in the answer. */
    async anywhere(id: string): Promise<Run | null> {
      const found = await runs.acrossMalls('a link names its run, and the run its mall').findOne({ _id: id })
      return found && fromStored<Run>(found as StoredRun)
    },

    async byOccurrence(mallId: MallId, campaignId: string, occurrence: string): Promise<Run | null> {
      const found = await runs.findOne(mallId, { campaignId, occurrence })
      return found && fromStored<Run>(found)
    },

    /** Runs newest day first, of one campaign or of the whole mall; `before` is the last row of the page before. */
    async list(
      mallId: MallId,
      options: { campaignId?: string; limit: number; before?: { day: KstDay; id: string } },
    ): Promise<Run[]> {
      const { campaignId, before, limit } = options
      const older = before && {
        $or: [{ day: { $lt: before.day } }, { day: before.day, _id: { $lt: before.id } }],
      }
      const filter = { ...(campaignId ? { campaignId } : {}), ...older }
      const found = await runs.find(mallId, filter, { sort: { day: -1, _id: -1 }, limit }).toArray()
      return found.map(fromStored<Run>)
    },

    /** The days since `from` for which a campaign has a scheduled run in any state. */
    async daysWithRun(mallId: MallId, campaignId: string, from: KstDay): Promise<Set<KstDay>> {
      // After the day before: secantusd-py leaves out what equals an inclusive lower bound of this descending index.
      const since = { $gt: addDays(from, -1) }
      const found = await runs
        .find(mallId, { campaignId, kind: 'scheduled', day: since }, { projection: { day: 1 } })
        .toArray()
      return new Set(found.map(({ day }) => day))
    },

    /** Runs of all malls in one of `states`, oldest first, for sweepers. */
    async inState(states: readonly RunState[], limit: number): Promise<Run[]> {
      const found = runs
        .acrossMalls('sweepers look for runs to go on with')
        .find({ state: { $in: [...states] } }, { sort: { _id: 1 }, limit })
      return (await found.toArray()).map(fromStored<Run>)
    },

    /** Runs of all malls whose id is not below `fromId`: those made since an instant. */
    async since(fromId: string): Promise<Run[]> {
      const found = runs.acrossMalls('watchers look at all runs of a day').find({ _id: { $gte: fromId } })
      return (await found.toArray()).map(fromStored<Run>)
    },

    /** Begins a plan anew and gives its number; null when the run is not being planned any more. */
    beginAttempt: (mallId: MallId, id: string): Promise<number | null> => raiseAttempt(mallId, id, 0),

    /**
     * Makes a plan that was begun and not published powerless, and gives a number above all of its rows; null when none
     * was begun, or nothing is planned any more.
     */
    breakAttempt: (mallId: MallId, id: string): Promise<number | null> => raiseAttempt(mallId, id, 1),

    /** Makes a plan visible; false when another planner began after this one, or the run is not being planned any more. */
    async publish(
      mallId: MallId,
      id: string,
      attempt: number,
      set: Partial<Omit<Run, 'id' | 'mallId'>>,
      session: ClientSession,
    ): Promise<boolean> {
      const filter = { _id: id, state: 'planning' as const, attempt }
      const result = await runs.updateOne(mallId, filter, { $set: set }, { session })
      return result.matchedCount === 1
    },

    /** Writes `set` only while the run is in one of `from`; false when it is in none of them. */
    async move(
      mallId: MallId,
      id: string,
      from: readonly RunState[],
      set: Partial<Omit<Run, 'id' | 'mallId'>>,
      session?: ClientSession,
    ): Promise<boolean> {
      const filter = { _id: id, state: { $in: [...from] } }
      const result = await runs.updateOne(mallId, filter, { $set: set }, session ? { session } : {})
      return result.matchedCount === 1
    },
  }
}

export type RunStore = ReturnType<typeof runStore>
