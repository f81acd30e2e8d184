import { type Connection, Schema } from 'mongoose'
import type { MallId } from '../malls/mall'
import { fromStored, mallCollection, type Stored, toStored } from '../malls/mall-scope-store'
import type { Session } from '../spend/transaction-store'
import { type BatchEvent, mustTransition } from './batch-rules'
import { type Batch, type BatchState, batchIdOf } from './send'

const schema = new Schema({ _id: String, mallId: String, runId: String, state: String, dueAt: Date })
schema.index({ mallId: 1, runId: 1, state: 1, dueAt: 1 })
schema.index({ state: 1, dueAt: 1 })

/** A batch whose lease a worker holds, as far as it knows. */
export interface Held {
  mallId: MallId
  id: string
  fence: number
}

/** What a transition changes besides the state; `fence: true` takes the batch from whoever holds it. */
export interface Move {
  from: BatchState
  event: BatchEvent
  set?: Partial<
    Pick<
      Batch,
      | 'dueAt'
      | 'intent'
      | 'handedOverAt'
      | 'acceptedAt'
      | 'sendIds'
      | 'open'
      | 'lease'
      | 'asked'
      | 'takenBack'
      | 'keptEachWon'
    >
  >
  fence?: boolean
}

/** A leased batch and what its intent changes about it. */
export interface HandedOver {
  held: Held
  set: Pick<Batch, 'intent' | 'open' | 'handedOverAt' | 'lease'> & Partial<Pick<Batch, 'sendIds'>>
}

/** What a batch lost to ends and moves: it has `open` sends left, for which `reservedWon` is kept. */
export interface BatchRest {
  id: string
  from: BatchState
  open: number
  reservedWon: number | null
  /** True for a leased batch that changed behind its worker: it is planned again, and that worker hands nothing over. */
  takeAway: boolean
}

/** The batches of all runs. No findOneAndUpdate: one of the databases scans the whole collection for it. */
export interface BatchStore {
  insert(mallId: MallId, batches: Batch[], session?: Session): Promise<void>
  /** Removes what planning attempts below `attempt` wrote. */
  wipeRun(mallId: MallId, runId: string, attempt: number): Promise<void>
  byId(mallId: MallId, id: string): Promise<Batch | null>
  byIds(session: Session, mallId: MallId, ids: string[]): Promise<Batch[]>
  /** Leases those of `ids` that are planned and due, in their order; others took the rest. `owner` names this one lease. */
  lease(
    mallId: MallId,
    ids: readonly string[],
    lease: { owner: string; until: Date },
    now: Date,
  ): Promise<Batch[]>
  /** False when the lease is no longer ours. */
  renew(held: Held, until: Date): Promise<boolean>
  /** Moves a batch whose fence is still `held.fence`; false when it is not, or not in `move.from`. */
  move(held: Held, move: Move, session?: Session): Promise<boolean>
  /** Hands over leased batches; false when one of them is no longer its worker's: abort the transaction. */
  handOver(session: Session, mallId: MallId, all: readonly HandedOver[]): Promise<boolean>
  /** The relay took these batches, all of one fence; those that are not handed over any more stay as they are. */
  accept(
    mallId: MallId,
    held: { ids: readonly string[]; fence: number },
    set: Pick<Batch, 'acceptedAt' | 'dueAt'>,
  ): Promise<void>
  /** Writes what is left of batches read in the same transaction; without open sends they are settled. */
  reduce(session: Session, mallId: MallId, rests: BatchRest[]): Promise<void>
  /** Puts more sends into a planned batch read in the same transaction; false when it is not planned any more. */
  append(session: Session, batch: Batch, sendIds: readonly string[]): Promise<boolean>
  /** Numbers of planned batches of a run that are due, and the instant at which the next of the others is. */
  plannedOf(mallId: MallId, runId: string, now: Date): Promise<{ due: number[]; nextAt: Date | null }>
  /** Ids of all planned batches of a run. */
  plannedIds(mallId: MallId, runId: string): Promise<string[]>
  /** Batches of any mall in `state` whose next step is due. */
  due(state: 'accepted' | 'unknown', now: Date, limit: number): Promise<Batch[]>
  /** Puts off the next step of a batch; false when another worker did so first. */
  putOff(batch: Batch, dueAt: Date): Promise<boolean>
  /** Batches of any mall whose lease ran out. */
  orphans(machineNow: Date): Promise<Batch[]>
  /** Batches of any mall in `state`, of the planned those that are due by `now`; counts up to `most`. */
  countIn(state: BatchState, now: Date, most: number): Promise<number>
  /** Sends without an end whose batch is in one of `states`, of one run. */
  openIn(mallId: MallId, runId: string, states: readonly BatchState[]): Promise<number>
  /** Batches of any mall that the relay has not told about, at most `limit`. */
  unknown(limit: number): Promise<Pick<Batch, 'runId' | 'dueAt'>[]>
  /** Batches of one run that the relay has not told about. */
  unknownOf(mallId: MallId, runId: string): Promise<Batch[]>
}

/** Batches in the collection `batches`. */
export function batchStore(connection: Connection): BatchStore {
  const batches = mallCollection<Stored<Batch>>(connection, 'batches', schema)
  const anywhere = () => batches.acrossMalls('workers look for batches that are due anywhere')
  const domain = (doc: Stored<Batch>) => fromStored<Batch>(doc)

  return {
    async insert(mallId, all, session) {
      await batches.insertMany(mallId, all.map(toStored<Batch>), session ? { session } : {})
    },
    async wipeRun(mallId, runId, attempt) {
      await batches.deleteMany(mallId, { runId, attempt: { $lt: attempt } })
    },
    async byId(mallId, id) {
      const doc = await batches.findOne(mallId, { _id: id })
      return doc ? domain(doc) : null
    },
    async byIds(session, mallId, ids) {
      return (await batches.findByIds(mallId, ids, { session })).map(domain)
    },
    async lease(mallId, ids, lease, now) {
      const { modifiedCount } = await batches.updateMany(
        mallId,
        { _id: { $in: [...ids] }, state: 'planned', dueAt: { $lte: now } },
        { $set: { state: mustTransition('planned', 'leased'), lease }, $inc: { fence: 1 } },
      )
      if (modifiedCount === 0) return []
      const found = await batches.findByIds(mallId, ids)
      return found
        .map(domain)
        .filter((batch) => batch.lease?.owner === lease.owner)
        .sort((a, b) => a.number - b.number)
    },
    async renew({ mallId, id, fence }, until) {
      const { matchedCount } = await batches.updateOne(
        mallId,
        { _id: id, fence, state: { $in: ['leased', 'handed-over'] } },
        { $set: { 'lease.until': until } },
      )
      return matchedCount === 1
    },
    async move({ mallId, id, fence }, { from, event, set, fence: takesAway }, session) {
      const { matchedCount } = await batches.updateOne(
        mallId,
        { _id: id, fence, state: from },
        {
          $set: { state: mustTransition(from, event), ...set },
          ...(takesAway ? { $inc: { fence: 1 } } : {}),
        },
        session ? { session } : {},
      )
      return matchedCount === 1
    },
    async handOver(session, mallId, all) {
      const state = mustTransition('leased', 'handed-over')
      const operations = all.map(({ held: { id, fence }, set }) => ({
        updateOne: {
          filter: { _id: id, fence, state: 'leased' as const },
          update: { $set: { state, ...set } },
        },
      }))
      const { matchedCount } = await batches.bulkWrite(mallId, operations, { session })
      return matchedCount === all.length
    },
    async accept(mallId, { ids, fence }, set) {
      const state = mustTransition('handed-over', 'accepted')
      await batches.updateMany(
        mallId,
        { _id: { $in: [...ids] }, fence, state: 'handed-over' },
        { $set: { state, asked: 0, lease: null, ...set } },
      )
    },
    async reduce(session, mallId, rests) {
      const operations = rests.map((rest) => ({
        updateOne: {
          filter: { _id: rest.id, state: rest.from },
          update: {
            $set: { open: rest.open, ...wonLeft(rest), ...stateLeft(rest) },
            ...(rest.takeAway ? { $inc: { fence: 1 } } : {}),
          },
        },
      }))
      if (operations.length > 0) await batches.bulkWrite(mallId, operations, { session })
    },
    async append(session, { mallId, id, fence, sendIds: before, open }, sendIds) {
      const { matchedCount } = await batches.updateOne(
        mallId,
        { _id: id, state: 'planned', fence, open },
        { $set: { sendIds: [...before, ...sendIds], open: open + sendIds.length } },
        { session },
      )
      return matchedCount === 1
    },
    async plannedOf(mallId, runId, now) {
      const planned = { runId, state: 'planned' as const }
      const due = await batches
        .find(mallId, { ...planned, dueAt: { $lte: now } }, { projection: { number: 1 } })
        .limit(16)
        .toArray()
      if (due.length > 0) return { due: due.map(({ number }) => number), nextAt: null }
      const [next] = await batches
        .find(mallId, planned, { projection: { dueAt: 1 } })
        .sort({ dueAt: 1 })
        .limit(1)
        .toArray()
      return { due: [], nextAt: next?.dueAt ?? null }
    },
    async plannedIds(mallId, runId) {
      const docs = await batches
        .find(mallId, { runId, state: 'planned' }, { projection: { _id: 1 } })
        .toArray()
      return docs.map(({ _id }) => _id)
    },
    async due(state, now, limit) {
      return (
        await anywhere()
          .find({ state, dueAt: { $lte: now } })
          .limit(limit)
          .toArray()
      ).map(domain)
    },
    async putOff({ mallId, id, state, asked }, dueAt) {
      const { matchedCount } = await batches.updateOne(
        mallId,
        { _id: id, state, asked },
        { $set: { dueAt }, $inc: { asked: 1 } },
      )
      return matchedCount === 1
    },
    async orphans(machineNow) {
      const docs = await anywhere()
        .find({ state: { $in: ['leased', 'handed-over'] } })
        .limit(500)
        .toArray()
      return docs.map(domain).filter(({ lease }) => !lease || lease.until < machineNow)
    },
    countIn: (state, now, most) =>
      anywhere().countDocuments(
        { state, ...(state === 'planned' ? { dueAt: { $lte: now } } : {}) },
        { limit: most },
      ),
    async openIn(mallId, runId, states) {
      const found = batches.find(mallId, { runId, state: { $in: [...states] } }, { projection: { open: 1 } })
      return (await found.toArray()).reduce((sum, { open }) => sum + open, 0)
    },
    async unknown(limit) {
      return anywhere()
        .find({ state: 'unknown' }, { projection: { _id: 0, runId: 1, dueAt: 1 } })
        .limit(limit)
        .toArray()
    },
    async unknownOf(mallId, runId) {
      return (await batches.find(mallId, { runId, state: 'unknown' }).toArray()).map(domain)
    },
  }
}

function wonLeft({ reservedWon }: BatchRest): Record<string, number> {
  return reservedWon === null ? {} : { 'intent.reservedWon': reservedWon }
}

function stateLeft({ from, open, takeAway }: BatchRest): { state?: BatchState; lease?: null } {
  if (open === 0) return { state: mustTransition(from, 'all-ended'), lease: null }
  return takeAway ? { state: mustTransition(from, 'lease-ended'), lease: null } : {}
}

/** The batch ids of a run for `numbers`. */
export function batchIdsOf(runId: string, numbers: Iterable<number>): string[] {
  return [...new Set(numbers)].map((number) => batchIdOf(runId, number))
}
