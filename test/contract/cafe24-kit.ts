import type { SandboxClock } from '../../sandbox/clock'
import type { ShopFixture } from '../../sandbox/mall/shop-fixture'
import { createCafe24Client } from '../../server/adapters/malls/cafe24/client'
import type { Cafe24Config } from '../../server/adapters/malls/cafe24/http'
import { createBusinessClock, type MovableClock, machineClock } from '../../server/core/clock'
import type { MallClient, ShopAccess } from '../../server/malls/mall-client'
import { CALLBACK, CLIENT, consent, MALL_ID, type MallKit, SCOPES, startMallKit } from './play-mall-kit'

/** A play mall with our client at it. */
export interface Cafe24Kit extends MallKit {
  client: MallClient
  business: MovableClock
  /** Access with the kit's own token, refreshed when it is refused; `refreshes` counts that. */
  shopAccess: ShopAccess & { refreshes: number }
}

export function cafe24Config(kit: Pick<MallKit, 'root'>): Cafe24Config {
  return {
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    redirectUri: CALLBACK,
    scopes: SCOPES,
    apiUrl: `${kit.root}/{mall_id}`,
    apiVersion: '2026-09-01',
  }
}

/** A business clock that is always at the sandbox's. */
export function followInProcess(sandbox: SandboxClock): MovableClock {
  const clock = createBusinessClock()
  const follow = (state: { version: number; now: string; speed: number }) =>
    clock.follow({
      version: state.version,
      businessMs: Date.parse(state.now),
      machineMs: machineClock.now().getTime(),
      speed: state.speed,
    })
  sandbox.onChange(follow)
  follow(sandbox.state())
  return clock
}

/** Starts a play mall, installs the app and speeds the clock up. */
export async function startCafe24Kit(shop: Partial<ShopFixture> = {}, speed = 100): Promise<Cafe24Kit> {
  const kit = await startMallKit(shop)
  const business = followInProcess(kit.clock)
  const client = createCafe24Client(cafe24Config(kit), business)
  let tokens = await client.exchangeCode(MALL_ID, await consent(kit.api))
  const shopAccess = {
    shopId: MALL_ID,
    shopNo: 1,
    scopes: tokens.scopes,
    refreshes: 0,
    async accessToken(stale?: string) {
      if (stale === tokens.access) {
        shopAccess.refreshes += 1
        tokens = await client.refresh(MALL_ID, tokens.refresh)
      }
      return tokens.access
    },
  }
  kit.clock.set({ speed })
  return { ...kit, client, business, shopAccess }
}
