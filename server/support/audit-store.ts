import { type Connection, Schema } from 'mongoose'
import type { MallId } from '../malls/mall'
import { fromStored, mallCollection, type Stored, toStored } from '../malls/mall-scope-store'
import type { AuditEntry } from './audit'

const schema = new Schema({ _id: String, mallId: String, memberId: String, batchId: String })
schema.index({ mallId: 1, memberId: 1 })
schema.index({ mallId: 1, batchId: 1 })

/** Who looked, what was done, and why; written once and never changed. */
export interface AuditStore {
  add(entry: AuditEntry): Promise<void>
  /** What was done with one member's data, newest first, at most 50. */
  ofMember(mallId: MallId, memberId: string): Promise<AuditEntry[]>
  /** Who closed these batches without an answer of the relay. */
  ofBatches(mallId: MallId, batchIds: string[]): Promise<AuditEntry[]>
}

/** The audit trail in the collection `audit`. */
export function auditStore(connection: Connection): AuditStore {
  const entries = mallCollection<Stored<AuditEntry>>(connection, 'audit', schema)
  return {
    async add(entry) {
      await entries.insertMany(entry.mallId, [toStored(entry)])
    },
    async ofMember(mallId, memberId) {
      const docs = await entries.find(mallId, { memberId }, { sort: { _id: -1 }, limit: 50 }).toArray()
      return docs.map((doc) => fromStored<AuditEntry>(doc))
    },
    async ofBatches(mallId, batchIds) {
      if (batchIds.length === 0) return []
      const docs = await entries.find(mallId, { batchId: { $in: batchIds } }).toArray()
      return docs.map((doc) => fromStored<AuditEntry>(doc))
    },
  }
}
