import { type Connection, Schema } from 'mongoose'
import type { MallId } from '../malls/mall'
import { mallCollection } from '../malls/mall-scope-store'
import { type Revision, SPEC_DEFAULTS } from './campaign'

const KNOWN_MAX = 500

type StoredRevision = Revision & { _id: string }

const schema = new Schema({ _id: String, mallId: String }, { strict: false, collection: 'revisions' }).index({
  mallId: 1,
})

/** Revisions, each written once and never changed (law 12). */
export function revisionStore(connection: Connection) {
  const revisions = mallCollection<StoredRevision>(connection, 'revisions', schema)
  // Never changed once stored (law 12), and asked for with every batch.
  const known = new Map<string, Revision>()
  const remember = (key: string, revision: Revision) => {
    if (known.size >= KNOWN_MAX) known.clear()
    known.set(key, revision)
    return revision
  }
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
      const key = keyOf(campaignId, number)
      const remembered = known.get(`${mallId}:${key}`)
      if (remembered) return remembered
      const found = await revisions.findOne(mallId, { _id: key })
      if (!found) return null
      const { _id, ...revision } = found
      return remember(`${mallId}:${key}`, { ...revision, spec: { ...SPEC_DEFAULTS, ...revision.spec } })
    },
  }
}

export type RevisionStore = ReturnType<typeof revisionStore>

function keyOf(campaignId: string, number: number): string {
  return `${campaignId}:${number}`
}
