import { type Connection, Schema } from 'mongoose'
import type { MallId } from '../malls/mall'
import { fromStored, mallCollection, type Stored, toStored } from '../malls/mall-scope-store'
import type { Session } from '../spend/transaction-store'
import type { Tally } from './lane'
import type { Send, SendEnd } from './send'

const schema = new Schema({ _id: String, mallId: String })

/** How a tally moves; what is left out stays. */
export interface TallyMove {
  waiting?: number
  out?: number
  unsettled?: number
  refused?: number
  contradicted?: number
  ended?: { end: SendEnd; reason: Send['endReason']; step: 1 | 2; count: number }[]
  /** First tries that failed and went on to a text. */
  moved?: { reason: string; count: number }[]
}

/** The tallies of all published runs. */
export interface TallyStore {
  open(session: Session, tally: Tally): Promise<void>
  move(session: Session, mallId: MallId, runId: string, move: TallyMove): Promise<void>
  byRun(mallId: MallId, runId: string): Promise<Tally | null>
  byRuns(mallId: MallId, runIds: string[]): Promise<Tally[]>
  /** Tallies of the runs of any mall whose id is not below `fromId`. */
  since(fromId: string): Promise<Tally[]>
}

/** A tally before anything left. */
export function emptyTally(runId: string, mallId: MallId, waiting: number, unsettled: number): Tally {
  const ended = { delivered: 0, failed: 0, cancelled: 0, capped: 0, expired: 0 }
  return { id: runId, mallId, waiting, out: 0, ended, refused: 0, reasons: {}, unsettled }
}

/** Tallies in the collection `tallies`. */
export function tallyStore(connection: Connection): TallyStore {
  const tallies = mallCollection<Stored<Tally>>(connection, 'tallies', schema)
  return {
    async open(session, tally) {
      await tallies.insertMany(tally.mallId, [toStored(tally)], { session })
    },
    async move(session, mallId, runId, { ended = [], moved = [], ...plain }) {
      const steps = new Map<string, number>(Object.entries(plain))
      const add = (field: string, count: number) => steps.set(field, (steps.get(field) ?? 0) + count)
      for (const { reason, count } of moved) add(`firstFailures.${reason}`, count)
      for (const { end, reason, step, count } of ended) {
        add(`ended.${end}`, count)
        if (step === 2) add(`textsEnded.${end}`, count)
        if (reason !== null) add(`reasons.${end}:${reason}`, count)
      }
      await tallies.updateOne(mallId, { _id: runId }, { $inc: Object.fromEntries(steps) }, { session })
    },
    async byRun(mallId, runId) {
      const doc = await tallies.findOne(mallId, { _id: runId })
      return doc ? fromStored<Tally>(doc) : null
    },
    async since(fromId) {
      const docs = tallies
        .acrossMalls('the operator watches all runs of a day')
        .find({ _id: { $gte: fromId } })
      return (await docs.toArray()).map((doc) => fromStored<Tally>(doc))
    },
    async byRuns(mallId, runIds) {
      const docs = await tallies.findByIds(mallId, runIds)
      return docs.map((doc) => fromStored<Tally>(doc))
    },
  }
}
