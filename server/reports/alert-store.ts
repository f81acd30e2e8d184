import { type Connection, Schema } from 'mongoose'
import type { MallId } from '../malls/mall'
import { fromStored, mallCollection, type Stored } from '../malls/mall-scope-store'
import { type Alert, type AlertRecord, alertIdOf } from './alert'

/** Which alerts of all malls are open, and of which the owner was told. */
export interface AlertStore {
  /** Open alerts of every mall. */
  open(): Promise<AlertRecord[]>
  /**
   * Opens an alert; the record then. One that was over for less than `flickerMs` goes on as the old one, so that the owner
   * is not told twice of what only flickered.
   */
  begin(mallId: MallId, alert: Alert, now: Date, flickerMs: number): Promise<AlertRecord | null>
  end(mallId: MallId, id: string, now: Date): Promise<void>
  /** Claims the next try of a mail, for which nobody else tries before `nextTryAt`; false when somebody was faster. */
  claimMail(alert: AlertRecord, nextTryAt: Date): Promise<boolean>
  mailed(mallId: MallId, id: string, at: Date): Promise<void>
  /** Forgets alerts that were over before `before`. */
  forget(before: Date): Promise<void>
}

type AlertDoc = Stored<AlertRecord>

const DUPLICATE_KEY = 11_000

const schema = new Schema(
  { _id: String, mallId: String, overAt: Date },
  { strict: false, versionKey: false },
).index({ overAt: 1 })

/** Alerts in the collection `alerts`, one document each as long as it may come back. */
export function alertStore(connection: Connection): AlertStore {
  const alerts = mallCollection<AlertDoc>(connection, 'alerts', schema)
  const anywhere = () => alerts.acrossMalls('one watcher looks after the alerts of every mall')
  const find = async (mallId: MallId, id: string) => {
    const doc = await alerts.findOne(mallId, { _id: id })
    return doc && fromStored<AlertRecord>(doc)
  }

  async function insert(mallId: MallId, { kind, subject }: Alert, now: Date): Promise<void> {
    const fresh = { openedAt: now, overAt: null, mailedAt: null, tries: 0, nextTryAt: new Date(0) }
    const doc = { _id: alertIdOf(mallId, { kind, subject }), mallId, kind, subject, ...fresh }
    await alerts.insertMany(mallId, [doc]).catch((cause: unknown) => {
      // Another watcher opened it in this moment.
      if (!(cause instanceof Error && 'code' in cause && cause.code === DUPLICATE_KEY)) throw cause
    })
  }

  return {
    async open() {
      const docs = await anywhere().find({ overAt: null }).toArray()
      return docs.map((doc) => fromStored<AlertRecord>(doc))
    },
    async begin(mallId, alert, now, flickerMs) {
      const id = alertIdOf(mallId, alert)
      const known = await find(mallId, id)
      if (!known) await insert(mallId, alert, now)
      else if (known.overAt) {
        const flickered = now.getTime() - known.overAt.getTime() < flickerMs
        const anew = { openedAt: now, mailedAt: null, tries: 0, nextTryAt: new Date(0) }
        await alerts.updateOne(
          mallId,
          { _id: id, overAt: known.overAt },
          { $set: { overAt: null, ...(flickered ? {} : anew) } },
        )
      }
      return find(mallId, id)
    },
    async end(mallId, id, now) {
      await alerts.updateOne(mallId, { _id: id, overAt: null }, { $set: { overAt: now } })
    },
    async claimMail({ mallId, id, tries }, nextTryAt) {
      const claimed = await alerts.updateOne(
        mallId,
        { _id: id, overAt: null, mailedAt: null, tries },
        { $set: { nextTryAt }, $inc: { tries: 1 } },
      )
      return claimed.modifiedCount === 1
    },
    async mailed(mallId, id, at) {
      await alerts.updateOne(mallId, { _id: id }, { $set: { mailedAt: at } })
    },
    async forget(before) {
      await anywhere().deleteMany({ overAt: { $lt: before } })
    },
  }
}
