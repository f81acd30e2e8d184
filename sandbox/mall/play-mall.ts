import express from 'express'
import { storefrontApp } from '../storefront/storefront'
import { adminApi } from './admin-api'
import { fakeRoutes } from './fake-routes'
import { ownerLaunchUrl } from './launch'
import { mallAdmin } from './mall-admin'
import { dumpMall, loadMall } from './mall-state'
import { oauthRoutes } from './oauth-routes'
import { FONT_PATH, sendFont } from './page-font'
import { createPlatform, type Platform, type PlayMallOptions } from './platform'
import { openShop, type Shop } from './shop'
import type { ShopFixture } from './shop-fixture'
import type { WebhookDelivery } from './webhooks'

/** One platform with its shops: admin API, shop pages, webhooks. */
export interface PlayMall {
  /** Serves `/{mall_id}/api/v2/...`, `/{mall_id}/admin` and `/__fake/*`; mount at the root of its own port. */
  api: express.Express
  /** The shop's web pages, to be mounted at the root of a port of their own; the shop may be loaded later. */
  storefront(mallId: string): express.Express
  loadShop(shop: ShopFixture): void
  hasShop(mallId: string): boolean
  /** Throws when the shop is not loaded. */
  setPrimaryDomain(mallId: string, hostAndPort: string): void
  /** A freshly signed App URL, as the mall's admin opens it; throws when the shop is not loaded. */
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
export function createPlayMall(options: PlayMallOptions): PlayMall {
  const platform = createPlatform(options)
  return {
    api: apiApp(platform),
    storefront: (mallId) => storefrontApp(platform, mallId),
    loadShop: (shop) => void platform.shops.set(shop.mallId, openShop(shop)),
    hasShop: (mallId) => platform.shops.has(mallId),
    setPrimaryDomain: (mallId, hostAndPort) => {
      shopOf(platform, mallId).fixture.primaryDomain = hostAndPort
    },
    launchUrl: (mallId) =>
      ownerLaunchUrl(options.app, mallId, shopOf(platform, mallId).fixture.shopName, platform.nowMs()),
    deliverWebhook: (mallId, eventNo, resource) => platform.webhooks.deliver(mallId, eventNo, resource),
    settled: () => platform.webhooks.settled(),
    stats: () => platform.journal.stats(),
    snapshot: () => dumpMall(platform),
    restore: (state) => loadMall(platform, state),
  }
}

function shopOf(platform: Platform, mallId: string): Shop {
  const shop = platform.shops.get(mallId)
  if (shop === undefined) throw new Error(`Play mall: shop ${mallId} is not loaded`)
  return shop
}

function apiApp(platform: Platform): express.Express {
  const api = express()
  // Answers of a megabyte are read once; hashing each would only cost time.
  api.disable('etag')
  api.disable('x-powered-by')
  api.get(FONT_PATH, sendFont)
  api.use('/__fake', fakeRoutes(platform))
  api.use('/:mallId/api/v2/oauth', oauthRoutes(platform))
  api.use('/:mallId/api/v2/admin', adminApi(platform))
  api.use('/:mallId/admin', mallAdmin(platform))
  return api
}
