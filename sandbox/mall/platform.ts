import { randomBytes } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import type { SandboxClock } from '../clock'
import { createBuckets } from './bucket'
import { createFaults } from './faults'
import { createJournal } from './journal'
import { createOAuth } from './oauth'
import type { CartLine, Order, Shop } from './shop'
import { addToCart, cancelOrder, orderFromCart } from './shop-actions'
import { appDeletedResource, cartAddedResource, EVENT, orderResource } from './webhook-events'
import { createWebhooks } from './webhooks'

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

/** A visitor of a storefront: who is logged in, and what lies in the cart before that. */
export interface Session {
  memberId: string | null
  guestLines: { productNo: number; quantity: number }[]
}

/** All parts of one play mall, shared by its API, its pages and its fake controls. */
export function createPlatform(options: PlayMallOptions) {
  const nowMs = () => options.clock.now().getTime()
  const faults = createFaults(nowMs)
  const webhooks = createWebhooks(options.app, faults, nowMs)
  const oauth = createOAuth(options.app.clientId, nowMs, () => performance.now())
  const shops = new Map<string, Shop>()

  function notify(mallId: string, eventNo: number, resource: Record<string, unknown>): void {
    if (oauth.isInstalled(mallId)) void webhooks.deliver(mallId, eventNo, resource)
  }

  return {
    options,
    nowMs,
    faults,
    webhooks,
    oauth,
    shops,
    buckets: createBuckets(nowMs),
    journal: createJournal(),
    /** By session id. */
    sessions: new Map<string, Session>(),
    newId: () => randomBytes(18).toString('base64url'),
    /** A shopper puts something into the cart; the app hears of it. */
    shopperAdds(shop: Shop, memberId: string, wanted: { productNo: number; quantity: number }): CartLine {
      const line = addToCart(shop, memberId, wanted, nowMs())
      notify(shop.fixture.mallId, EVENT.cartAdded, cartAddedResource(shop, memberId, wanted))
      return line
    },
    /** Someone who is not logged in puts something into the cart; the app hears of it without a member. */
    guestAdds(shop: Shop, session: Session, wanted: { productNo: number; quantity: number }): void {
      session.guestLines.push(wanted)
      notify(shop.fixture.mallId, EVENT.cartAdded, cartAddedResource(shop, null, wanted))
    },
    /** A shopper orders cart rows; the app hears of it. Null when nothing of them can be bought. */
    shopperOrders(shop: Shop, memberId: string, lines: CartLine[]): Order | null {
      const order = orderFromCart(shop, memberId, lines, nowMs())
      if (order !== null) notify(shop.fixture.mallId, EVENT.orderPlaced, orderResource(shop, order))
      return order
    },
    /** An order is cancelled; the app hears of it once. */
    orderIsCanceled(shop: Shop, order: Order): void {
      if (cancelOrder(shop, order, nowMs()))
        notify(shop.fixture.mallId, EVENT.orderCanceled, orderResource(shop, order))
    },
    notify,
    /** The shop deletes the app: tokens die, the app hears of it. */
    uninstall(mallId: string) {
      oauth.uninstall(mallId)
      return webhooks.deliver(
        mallId,
        EVENT.appDeleted,
        appDeletedResource(mallId, options.app.clientId, nowMs()),
      )
    },
  }
}
export type Platform = ReturnType<typeof createPlatform>
