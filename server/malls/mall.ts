import type { Sealed } from '../core/crypto'
import type { FrequencyCap } from './frequency-cap'

/** A mall in every key and query: `{platform}-{shop}`, e.g. `cafe24-demoshop`. */
export type MallId = string

export type Platform = 'cafe24'

/** Only `connected` malls are synced and sent for. */
export type MallState = 'pending' | 'connected' | 'reauth-required' | 'uninstalled'

/** Where a mall's background sync stands; `finishesAt` is our estimate in business time. */
export interface SyncProgress {
  state: 'never' | 'running' | 'done' | 'failed'
  step: 'members' | 'carts' | 'orders' | 'products' | 'facts' | null
  done: number
  total: number | null
  startedAt: Date | null
  finishesAt: Date | null
  finishedAt: Date | null
  /** When the last complete pull of members, carts and orders began; law 5 measures staleness from it. */
  fullPullAt: Date | null
  problem: string | null
}

/** One installed shop. Tokens are sealed; `scopes` is what was really granted. */
export interface Mall {
  id: MallId
  platform: Platform
  shopId: string
  shopNo: number
  name: string
  domain: string
  state: MallState
  scopes: string[]
  /** Days after which the mall itself empties carts; null when it keeps them. */
  cartDays: number | null
  installedAt: Date
  uninstalledAt: Date | null
  sync: SyncProgress
  /** When a person last asked for a full pull, in business time. */
  syncRequestedAt?: Date | null
  /** How many messages one phone gets at most; left out = the default, null = switched off (`frequencyOf`). */
  frequency?: FrequencyCap | null
}

/** Sealed OAuth tokens with their expiry in business time. */
export interface StoredTokens {
  access: Sealed
  refresh: Sealed
  accessExpiresAt: Date
  refreshExpiresAt: Date
}

/** The id of a shop on a platform. */
export function mallIdOf(platform: Platform, shopId: string): MallId {
  return `${platform}-${shopId}`
}
