import { type Connection, Schema } from 'mongoose'
import type { Keyring } from '../core/crypto'
import type { MallId, StoredTokens } from './mall'
import type { GrantedTokens } from './mall-client'
import { mallCollection } from './mall-scope-store'

/** Tokens in clear, as they are used; they live in memory only. */
export interface Tokens {
  access: string
  refresh: string
  accessExpiresAt: Date
  refreshExpiresAt: Date
  /** When this pair was granted, in business time. */
  grantedAt: Date
}

/** The OAuth tokens of all malls, sealed with each mall's own key. */
export interface TokenStore {
  find(mallId: MallId): Promise<Tokens | null>
  save(mallId: MallId, granted: GrantedTokens, at: Date): Promise<void>
  drop(mallId: MallId): Promise<void>
}

interface TokenDoc extends StoredTokens {
  _id: MallId
  mallId: MallId
  grantedAt: Date
}

const schema = new Schema(
  {
    _id: String,
    mallId: String,
    access: String,
    refresh: String,
    accessExpiresAt: Date,
    refreshExpiresAt: Date,
    grantedAt: Date,
  },
  { versionKey: false },
)

/** The collection `mall-tokens` itself, whose texts are sealed. */
export function tokenCollection(connection: Connection) {
  return mallCollection<TokenDoc>(connection, 'mall-tokens', schema)
}

/** Tokens in the collection `mall-tokens`. */
export function tokenStore(connection: Connection, keyring: Keyring): TokenStore {
  const tokens = tokenCollection(connection)
  return {
    async find(mallId) {
      const doc = await tokens.findOne(mallId, { _id: mallId })
      if (!doc) return null
      const keys = keyring.forMall(mallId)
      const { accessExpiresAt, refreshExpiresAt, grantedAt } = doc
      return {
        access: keys.open(doc.access),
        refresh: keys.open(doc.refresh),
        accessExpiresAt,
        refreshExpiresAt,
        grantedAt,
      }
    },
    async save(mallId, { access, refresh, accessExpiresAt, refreshExpiresAt }, grantedAt) {
      const keys = keyring.forMall(mallId)
      const sealed = { access: keys.seal(access), refresh: keys.seal(refresh) }
      await tokens.updateOne(
        mallId,
        { _id: mallId },
        { $set: { ...sealed, accessExpiresAt, refreshExpiresAt, grantedAt } },
        { upsert: true },
      )
    },
    async drop(mallId) {
      await tokens.deleteMany(mallId, { _id: mallId })
    },
  }
}
