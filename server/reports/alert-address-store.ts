import { type Connection, Schema } from 'mongoose'
import type { Sealed } from '../core/crypto'
import type { MallId } from '../malls/mall'
import { mallCollection } from '../malls/mall-scope-store'

interface AddressDoc {
  _id: MallId
  mallId: MallId
  sealed: Sealed
}

/** Where each mall wants to be told that sending stands still; sealed with the mall's key. */
export interface AlertAddressStore {
  find(mallId: MallId): Promise<Sealed | null>
  /** Null: nobody is told by mail any more. */
  put(mallId: MallId, sealed: Sealed | null): Promise<void>
}

const schema = new Schema({ _id: String, mallId: String, sealed: String }, { versionKey: false })

/** Addresses in the collection `alert-addresses`. */
export function alertAddressStore(connection: Connection): AlertAddressStore {
  const addresses = mallCollection<AddressDoc>(connection, 'alert-addresses', schema)
  return {
    find: async (mallId) => (await addresses.findOne(mallId, { _id: mallId }))?.sealed ?? null,
    async put(mallId, sealed) {
      if (sealed === null) await addresses.deleteMany(mallId, { _id: mallId })
      else await addresses.updateOne(mallId, { _id: mallId }, { $set: { sealed } }, { upsert: true })
    },
  }
}
