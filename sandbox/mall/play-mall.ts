import express from 'express'
import type { SandboxClock } from '../clock'
import type { ShopFixture } from './shop-fixture'

/** How one play mall stands in for the hosted mall's platform towards one app. */
export interface PlayMallOptions {
  clock: SandboxClock
  app: {
    clientId: string
    clientSecret: string
    redirectUris: string[]
    launchUrl: string
    webhookUrl: string
    webhookKey: string
    scopes: string[]
  }
  /** Where a storefront reports `{mall_id, cid, order_id, member_id}` after an order that came in by a tracked link. */
  storefrontEventsUrl?: string
}

/** What became of one webhook: as the mall's log shows it; `statusCode` 0 when nothing answered. */
export interface WebhookDelivery {
  traceId: string
  success: boolean
  statusCode: number
}

/** One platform with its shops: admin API, shop pages, webhooks. */
export interface PlayMall {
  /** Serves `/{mall_id}/api/v2/...`, `/{mall_id}/admin` and `/__fake/*`; mount at the root of its own port. */
  api: express.Express
  /** The shop's web pages, to be mounted at the root of a port of their own; the shop may be loaded later. */
  storefront(mallId: string): express.Express
  loadShop(shop: ShopFixture): void
  hasShop(mallId: string): boolean
  setPrimaryDomain(mallId: string, hostAndPort: string): void
  /** A freshly signed App URL, as the mall's admin opens it. */
  launchUrl(mallId: string): string
  deliverWebhook(
    mallId: string,
    eventNo: number,
    resource: Record<string, unknown>,
  ): Promise<WebhookDelivery[]>
  /** Resolves when every webhook under way has been answered or given up. */
  settled(): Promise<void>
  stats(): { calls: number; answered429: number; byPath: Record<string, number> }
  /** JSON of all that must outlive a restart: shops, tokens, sessions, webhook log. */
  snapshot(): unknown
  restore(state: unknown): void
}

/** Builds a play mall without any shop. */
export function createPlayMall(_options: PlayMallOptions): PlayMall {
  const api = express()
  return {
    api,
    storefront: () => express(),
    loadShop: () => undefined,
    hasShop: () => false,
    setPrimaryDomain: () => undefined,
    launchUrl: () => '',
    deliverWebhook: async () => [],
    settled: async () => undefined,
    stats: () => ({ calls: 0, answered429: 0, byPath: {} }),
    snapshot: () => ({}),
    restore: () => undefined,
  }
}
