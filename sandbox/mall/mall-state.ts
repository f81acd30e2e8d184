import { z } from 'zod'
import { OAuthState } from './oauth'
import type { Platform } from './platform'
import { closeShop, openShop } from './shop'
import { ShopFixture } from './shop-fixture'
import { WebhookLog } from './webhooks'

const MallState = z.object({
  shops: z.array(ShopFixture),
  oauth: OAuthState,
  sessions: z.array(
    z.tuple([
      z.string(),
      z.object({
        memberId: z.string().nullable(),
        guestLines: z.array(z.object({ productNo: z.number(), quantity: z.number() })),
      }),
    ]),
  ),
  webhookLogs: z.array(WebhookLog),
})

/** All that must outlive a restart, as JSON. */
export function dumpMall(platform: Platform): z.infer<typeof MallState> {
  return {
    shops: [...platform.shops.values()].map(closeShop),
    oauth: platform.oauth.dump(),
    sessions: [...platform.sessions],
    webhookLogs: platform.webhooks.dump(),
  }
}

/** Takes up a dumped state; throws a ZodError when it is not one. */
export function loadMall(platform: Platform, state: unknown): void {
  const { shops, oauth, sessions, webhookLogs } = MallState.parse(state)
  for (const shop of shops) platform.shops.set(shop.mallId, openShop(shop))
  platform.oauth.load(oauth)
  for (const [id, session] of sessions) platform.sessions.set(id, session)
  platform.webhooks.load(webhookLogs)
}
