import { type Connection, Schema } from 'mongoose'
import type { MallId } from '../malls/mall'
import { fromStored, mallCollection, type Stored, toStored } from '../malls/mall-scope-store'
import type { SpendCurve } from './spend-curve'

const schema = new Schema({ _id: String, mallId: String, dueAt: Date })
schema.index({ dueAt: 1 })

/** Counted curves of won, so that no page reads all sends of a large run. */
export interface SpendCurveStore {
  byRun(mallId: MallId, runId: string): Promise<SpendCurve | null>
  save(curve: SpendCurve): Promise<void>
  /** Curves of any mall that are due to be counted again. */
  due(now: Date, limit: number): Promise<Pick<SpendCurve, 'id' | 'mallId'>[]>
}

/** Curves in the collection `spend-curves`. */
export function spendCurveStore(connection: Connection): SpendCurveStore {
  const curves = mallCollection<Stored<SpendCurve>>(connection, 'spend-curves', schema)
  return {
    async byRun(mallId, runId) {
      const doc = await curves.findOne(mallId, { _id: runId })
      return doc ? fromStored<SpendCurve>(doc) : null
    },
    async save(curve) {
      const { _id, ...set } = toStored(curve)
      await curves.updateOne(curve.mallId, { _id }, { $set: set }, { upsert: true })
    },
    async due(now, limit) {
      const docs = await curves
        .acrossMalls('the sweeper counts what is due in any mall')
        .find({ dueAt: { $lte: now } }, { projection: { _id: 1, mallId: 1 }, limit })
        .toArray()
      return docs.map(({ _id, mallId }) => ({ id: _id, mallId }))
    },
  }
}
