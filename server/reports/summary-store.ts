import { type Connection, Schema } from 'mongoose'
import type { MallId } from '../malls/mall'
import { fromStored, mallCollection, type Stored, toStored } from '../malls/mall-scope-store'
import type { RunSummary } from './report'

const schema = new Schema({ _id: String, mallId: String, campaignId: String, day: String, dueAt: Date })
schema.index({ dueAt: 1 })

/** Counted trails of runs, so that no page counts over a large collection. */
export interface SummaryStore {
  byRuns(mallId: MallId, runIds: readonly string[]): Promise<RunSummary[]>
  save(summary: RunSummary): Promise<void>
  /** Summaries of any mall that are due to be counted again, longest due first. */
  due(now: Date, limit: number): Promise<RunSummary[]>
}

/** Summaries in the collection `run-summaries`. */
export function summaryStore(connection: Connection): SummaryStore {
  const summaries = mallCollection<Stored<RunSummary>>(connection, 'run-summaries', schema)
  return {
    async byRuns(mallId, runIds) {
      const docs = await summaries.findByIds(mallId, runIds)
      return docs.map((doc) => fromStored<RunSummary>(doc))
    },
    async save(summary) {
      const { _id, ...set } = toStored(summary)
      await summaries.updateOne(summary.mallId, { _id }, { $set: set }, { upsert: true })
    },
    async due(now, limit) {
      const docs = await summaries
        .acrossMalls('the sweeper counts what is due in any mall')
        .find({ dueAt: { $lte: now } }, { sort: { dueAt: 1 }, limit })
        .toArray()
      return docs.map((doc) => fromStored<RunSummary>(doc))
    },
  }
}
