import type { Connection } from 'mongoose'
import { Schema } from 'mongoose'
import type { MallId } from '../malls/mall'
import { mallCollection } from '../malls/mall-scope-store'

/** One refusal: it beats every consent and survives every sync. `source` says where it was spoken. */
export interface OptOut {
  mallId: MallId
  phoneKey: string
  at: Date
  source: 'relay' | 'support'
}

type OptOutDoc = OptOut & { _id: string }

/** Refusals by phone. */
export interface OptOutStore {
  /** The first refusal of a phone stays as it is. */
  put(optOut: OptOut): Promise<void>
  of(mallId: MallId, phoneKeys: string[]): Promise<Map<string, Date>>
}

const schema = new Schema({ _id: String, mallId: String }, { strict: false, versionKey: false })

/** The refusals in the collection `opt-outs`; `_id` is `{mallId}:{phoneKey}`. */
export function optOutStore(connection: Connection): OptOutStore {
  const optOuts = mallCollection<OptOutDoc>(connection, 'opt-outs', schema)
  const idOf = (mallId: MallId, phoneKey: string) => `${mallId}:${phoneKey}`
  return {
    async put(optOut) {
      const { mallId, ...refusal } = optOut
      const _id = idOf(mallId, optOut.phoneKey)
      await optOuts.updateOne(mallId, { _id }, { $setOnInsert: refusal }, { upsert: true })
    },
    async of(mallId, phoneKeys) {
      const ids = phoneKeys.map((phoneKey) => idOf(mallId, phoneKey))
      const docs = await optOuts.findByIds(mallId, ids)
      return new Map(docs.map((doc) => [doc.phoneKey, doc.at]))
    },
  }
}
