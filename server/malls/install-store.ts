import { type Connection, Schema } from 'mongoose'
import type { Sealed } from '../core/crypto'
import type { MallId } from './mall'
import { mallCollection } from './mall-scope-store'

/** A consent under way: who began it, and in which session. */
export interface PendingConsent {
  /** Hash of the `state` that went out. */
  id: string
  mallId: MallId
  shopId: string
  shopNo: number
  /** Hash of the session that began it. */
  session: string
  adminId: string
  nameSealed: Sealed
  /** Machine time. */
  expiresAt: Date
}

/** What makes App URLs and consent states work once. */
export interface InstallStore {
  /** False when this App URL was used before. */
  useLaunch(mallId: MallId, useKey: string, forgetAt: Date): Promise<boolean>
  addConsent(consent: PendingConsent): Promise<void>
  findConsent(id: string): Promise<PendingConsent | null>
  /** True for the one caller that takes it. */
  takeConsent(consent: PendingConsent): Promise<boolean>
}

const DUPLICATE_KEY = 11_000

const launchSchema = new Schema({ _id: String, mallId: String, forgetAt: Date }, { versionKey: false })
launchSchema.index({ forgetAt: 1 }, { expireAfterSeconds: 0 })

const consentSchema = new Schema(
  {
    _id: String,
    mallId: String,
    shopId: String,
    shopNo: Number,
    session: String,
    adminId: String,
    nameSealed: String,
    expiresAt: Date,
  },
  { versionKey: false },
)
consentSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 })

/** The collections `launch-uses` and `consents`; rows leave by themselves. */
export function installStore(connection: Connection): InstallStore {
  const launches = mallCollection<{ _id: string; mallId: MallId; forgetAt: Date }>(
    connection,
    'launch-uses',
    launchSchema,
  )
  const consents = mallCollection<Omit<PendingConsent, 'id'> & { _id: string }>(
    connection,
    'consents',
    consentSchema,
  )
  return {
    async useLaunch(mallId, useKey, forgetAt) {
      try {
        await launches.insertMany(mallId, [{ _id: useKey, mallId, forgetAt }])
        return true
      } catch (cause) {
        if (cause instanceof Error && 'code' in cause && cause.code === DUPLICATE_KEY) return false
        throw cause
      }
    },
    async addConsent({ id, ...consent }) {
      await consents.insertMany(consent.mallId, [{ _id: id, ...consent }])
    },
    async findConsent(id) {
      const found = await consents.acrossMalls('the mall sends back the state alone').findOne({ _id: id })
      if (!found) return null
      const { _id, ...consent } = found
      return { id: _id, ...consent }
    },
    takeConsent: async ({ id, mallId }) => (await consents.deleteMany(mallId, { _id: id })) === 1,
  }
}
