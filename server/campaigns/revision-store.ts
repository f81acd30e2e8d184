import { type Connection, Schema } from 'mongoose'
import type { MallId } from '../malls/mall'
import { mallCollection } from '../malls/mall-scope-store'
import { type Revision, SPEC_DEFAULTS } from './campaign'

type StoredRevision = Revision & { _id: string }

const schema = new Schema({ _id: String, mallId: String }, { strict: false, collection: 'revisions' }).index({
  mallId: 1,
})

/** Revisions, each written once and never changed (law 12). */
export function revisionStore(connection: Connection) {
  const revisions = mallCollection<StoredRevision>(connection, 'revisions', schema)
  return {
    /** False when this number is taken. */
    async insert(revision: Revision): Promise<boolean> {
      const result = await revisions.updateOne(
        revision.mallId,
        { _id: keyOf(revision.campaignId, revision.number) },
        { $setOnInsert: revision },
        { upsert: true },
      )
      return result.upsertedCount === 1
    },

    async find(mallId: MallId, campaignId: string, number: number): Promise<Revision | null> {
      const found = await revisions.findOne(mallId, { _id: keyOf(campaignId, number) })
      if (!found) return null
      const { _id, ...revision } = found
      return { ...revision, spec: { ...SPEC_DEFAULTS, ...revision.spec } }
    },
  }
}

export type RevisionStore = ReturnType<typeof revisionStore>

function keyOf(campaignId: string, number: number): string {
  return `${campaignId}:${number}`
}
