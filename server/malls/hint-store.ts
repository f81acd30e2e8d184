import { type Connection, Schema } from 'mongoose'
import type { Clock } from '../core/clock'
import type { Hint } from './hint'
import type { MallId } from './mall'
import { fromStored, mallCollection, type Stored } from './mall-scope-store'

/** Hints that wait to be worked; they outlive a crash. */
export interface HintStore {
  /** Stores the hints that are new. */
  add(mallId: MallId, hints: readonly Hint[]): Promise<void>
  /** Hints of any mall whose turn has come, oldest first, at most `limit`. */
  due(limit: number): Promise<Hint[]>
  /** Ends hints; they are remembered for three days, so that a delivery that comes again changes nothing. */
  finish(mallId: MallId, ids: readonly string[]): Promise<void>
  /** Gives hints another turn after `delayMs` of machine time; `failed` counts it as an attempt. */
  postpone(mallId: MallId, ids: readonly string[], delayMs: number, failed: boolean): Promise<void>
}

interface HintDoc extends Stored<Hint> {
  /** Machine time of the next turn; null once it is finished. */
  dueAt: Date | null
  forgetAt: Date | null
}

const REMEMBER_MS = 3 * 86_400_000
const DUPLICATE_KEY = 11_000

const schema = new Schema(
  {
    _id: String,
    mallId: String,
    kind: String,
    subject: String,
    trail: String,
    receivedAt: Date,
    attempts: Number,
    dueAt: Date,
    forgetAt: Date,
  },
  { versionKey: false },
)
schema.index({ dueAt: 1 })
schema.index({ forgetAt: 1 }, { expireAfterSeconds: 0 })

/** Hints in the collection `mall-hints`; turns run on machine time. */
export function hintStore(connection: Connection, machine: Clock): HintStore {
  const hints = mallCollection<HintDoc>(connection, 'mall-hints', schema)
  const inMs = (ms: number) => new Date(machine.now().getTime() + ms)
  return {
    async add(mallId, found) {
      if (found.length === 0) return
      const docs = found.map(({ id, ...hint }) => ({
        _id: id,
        ...hint,
        dueAt: machine.now(),
        forgetAt: null,
      }))
      await hints.insertMany(mallId, docs, { ordered: false }).catch(unlessKnown)
    },
    async due(limit) {
      const waiting = hints.acrossMalls('the worker takes hints of any mall')
      const docs = await waiting
        .find({ dueAt: { $gt: new Date(0), $lte: machine.now() } })
        .sort({ dueAt: 1 })
        .limit(limit)
        .toArray()
      return docs.map(({ dueAt: _dueAt, forgetAt: _forgetAt, ...hint }) => fromStored<Hint>(hint))
    },
    async finish(mallId, ids) {
      if (ids.length === 0) return
      await hints.updateMany(
        mallId,
        { _id: { $in: [...ids] } },
        { $set: { dueAt: null, forgetAt: inMs(REMEMBER_MS) } },
      )
    },
    async postpone(mallId, ids, delayMs, failed) {
      if (ids.length === 0) return
      await hints.updateMany(
        mallId,
        { _id: { $in: [...ids] } },
        { $set: { dueAt: inMs(delayMs) }, $inc: { attempts: failed ? 1 : 0 } },
      )
    },
  }
}

function unlessKnown(cause: unknown): void {
  if (!(cause instanceof Error && 'code' in cause && cause.code === DUPLICATE_KEY)) throw cause
}
