import { type Connection, Schema } from 'mongoose'
import type { FrequencyCap } from './frequency-cap'
import type { Mall, MallId, MallState, SyncProgress } from './mall'
import type { ShopInfo } from './mall-client'
import { fromStored, mallCollection, type Stored } from './mall-scope-store'

/** What a shop's consent brings; everything else begins anew or stays as it was. */
export interface Installation {
  id: MallId
  shopId: string
  shopNo: number
  scopes: string[]
  at: Date
}

/** The installed shops. */
export interface MallStore {
  find(mallId: MallId): Promise<Mall | null>
  /** Connects a mall, for the first time or again; its sync begins from the start. */
  connect(installation: Installation): Promise<void>
  setShopInfo(mallId: MallId, info: ShopInfo): Promise<void>
  /** False when the mall is not in one of the states `from`. */
  setState(mallId: MallId, from: readonly MallState[], to: MallState, at: Date): Promise<boolean>
  /** Writes where a sync stands, unless a later holder of the lease has written. */
  setSync(mallId: MallId, fence: number, sync: SyncProgress): Promise<void>
  /** Makes a full pull due at once. */
  requestSync(mallId: MallId, at: Date): Promise<void>
  /** Sets the mall-wide frequency cap; null switches it off. */
  setFrequency(mallId: MallId, frequency: FrequencyCap | null): Promise<void>
  /** Every mall from which the app was not removed. */
  present(): Promise<Mall[]>
  /** Every mall that works may be done for. */
  connected(): Promise<Mall[]>
}

interface MallDoc extends Stored<Mall> {
  mallId: MallId
  syncFence: number
}

const schema = new Schema(
  {
    _id: String,
    mallId: String,
    platform: String,
    shopId: String,
    shopNo: Number,
    name: String,
    domain: String,
    state: String,
    scopes: [String],
    cartDays: Number,
    installedAt: Date,
    uninstalledAt: Date,
    sync: {},
    syncFence: Number,
    syncRequestedAt: Date,
    frequency: {},
  },
  { versionKey: false },
)
schema.index({ state: 1 })

/** A sync that has yet to begin. */
export const NO_SYNC: SyncProgress = {
  state: 'never',
  step: null,
  done: 0,
  total: null,
  startedAt: null,
  finishesAt: null,
  finishedAt: null,
  fullPullAt: null,
  problem: null,
}

/** Malls in the collection `malls`. */
export function mallStore(connection: Connection): MallStore {
  const malls = mallCollection<MallDoc>(connection, 'malls', schema)
  return {
    async find(mallId) {
      const doc = await malls.findOne(mallId, { _id: mallId })
      return doc ? toMall(doc) : null
    },
    async connect({ id, shopId, shopNo, scopes, at }) {
      await malls.updateOne(
        id,
        { _id: id },
        {
          $set: { state: 'connected', shopNo, scopes, installedAt: at, uninstalledAt: null, sync: NO_SYNC },
          $setOnInsert: {
            platform: 'cafe24',
            shopId,
            name: shopId,
            domain: '',
            cartDays: null,
            syncFence: 0,
          },
        },
        { upsert: true },
      )
    },
    async setShopInfo(mallId, { name, domain, cartDays }) {
      await malls.updateOne(mallId, { _id: mallId }, { $set: { name, domain, cartDays } })
    },
    async setState(mallId, from, to, at) {
      const gone = to === 'uninstalled' ? { uninstalledAt: at } : {}
      const changed = await malls.updateOne(
        mallId,
        { _id: mallId, state: { $in: [...from] } },
        { $set: { state: to, ...gone } },
      )
      return changed.modifiedCount === 1
    },
    async setSync(mallId, fence, sync) {
      await malls.updateOne(
        mallId,
        { _id: mallId, syncFence: { $lte: fence } },
        { $set: { sync, syncFence: fence } },
      )
    },
    async requestSync(mallId, at) {
      await malls.updateOne(mallId, { _id: mallId }, { $set: { syncRequestedAt: at } })
    },
    async setFrequency(mallId, frequency) {
      await malls.updateOne(mallId, { _id: mallId }, { $set: { frequency } })
    },
    async present() {
      const docs = malls
        .acrossMalls('watchers look at every mall')
        .find({ state: { $in: ['pending', 'connected', 'reauth-required'] } })
      return (await docs.toArray()).map(toMall)
    },
    async connected() {
      const docs = await malls
        .acrossMalls('sweepers look for what is due at any mall')
        .find({ state: 'connected' })
        .toArray()
      return docs.map(toMall)
    },
  }
}

function toMall({ mallId: _same, syncFence: _fence, ...doc }: MallDoc): Mall {
  return fromStored<Mall>(doc)
}
