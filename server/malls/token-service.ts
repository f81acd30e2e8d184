import type { Clock } from '../core/clock'
import type { Leases } from './lease-store'
import type { Mall, MallId } from './mall'
import { MallApiError, type MallClient, type ShopAccess } from './mall-client'
import type { MallStore } from './mall-store'
import type { TokenStore, Tokens } from './token-store'

/** What keeps every mall's tokens alive and fresh. */
export interface TokenService {
  /** Access to one shop whose token is refreshed when it is needed. */
  accessOf(mall: Mall): ShopAccess
  /** Refreshes every mall's pair that is older than seven days: an unused refresh token dies after fourteen. */
  keepAlive(): Promise<void>
  /** Forgets a mall's tokens in this process. */
  forget(mallId: MallId): void
}

const REFRESH_BEFORE_MS = 5 * 60_000
const KEEP_ALIVE_MS = 7 * 86_400_000
const LEASE_MS = 45_000
const WAIT_MS = 50

/** Tokens are refreshed under a lease, so that any number of callers in any process make one token call. */
export function createTokenService(parts: {
  malls: MallStore
  tokens: TokenStore
  leases: Leases
  client: MallClient
  /** Business time: token lifetimes run on it. */
  clock: Clock
}): TokenService {
  const { malls, tokens, leases, client, clock } = parts
  const under = new Map<MallId, Promise<Tokens>>()
  const known = new Map<MallId, Tokens>()

  async function read(mall: Mall): Promise<Tokens> {
    const found = await tokens.find(mall.id)
    if (!found) throw new MallApiError('reauth-required', 'The mall has no tokens', { mallId: mall.id })
    known.set(mall.id, found)
    return found
  }

  const isWorn = (pair: Tokens, stale: string | undefined) =>
    pair.access === stale || pair.accessExpiresAt.getTime() - clock.now().getTime() < REFRESH_BEFORE_MS

  /** The pair that `isDone` accepts, refreshed by us or by whoever holds the lease. */
  async function refresh(mall: Mall, isDone: (pair: Tokens) => boolean): Promise<Tokens> {
    for (;;) {
      const pair = await read(mall)
      if (isDone(pair)) return pair
      const mine = await leases.hold(`token:${mall.id}`, LEASE_MS, async () => {
        const latest = await read(mall)
        return isDone(latest) ? latest : spend(mall, latest)
      })
      if (mine) return mine
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS))
    }
  }

  async function spend(mall: Mall, pair: Tokens): Promise<Tokens> {
    try {
      const granted = await askTwice(mall.shopId, pair.refresh)
      // Written before anybody uses it: the old refresh token is dead from here on.
      await tokens.save(mall.id, granted, clock.now())
      return await read(mall)
    } catch (cause) {
      known.delete(mall.id)
      if (cause instanceof MallApiError && cause.refusal === 'reauth-required')
        await malls.setState(mall.id, ['connected'], 'reauth-required', clock.now())
      throw cause
    }
  }

  /** A lost answer may have used up the token or not: one repeat tells. */
  async function askTwice(shopId: string, refreshToken: string) {
    try {
      return await client.refresh(shopId, refreshToken)
    } catch (cause) {
      if (!(cause instanceof MallApiError) || cause.refusal !== 'transient') throw cause
      return client.refresh(shopId, refreshToken)
    }
  }

  function refreshOnce(mall: Mall, isDone: (pair: Tokens) => boolean): Promise<Tokens> {
    const running = under.get(mall.id)
    if (running) return running
    const mine = refresh(mall, isDone).finally(() => under.delete(mall.id))
    under.set(mall.id, mine)
    return mine
  }

  return {
    accessOf: (mall) => ({
      shopId: mall.shopId,
      shopNo: mall.shopNo,
      scopes: mall.scopes,
      async accessToken(stale) {
        const pair = known.get(mall.id) ?? (await read(mall))
        if (!isWorn(pair, stale)) return pair.access
        return (await refreshOnce(mall, (found) => !isWorn(found, stale))).access
      },
    }),
    forget: (mallId) => void known.delete(mallId),
    async keepAlive() {
      for (const mall of await malls.connected()) {
        const oldest = new Date(clock.now().getTime() - KEEP_ALIVE_MS)
        const pair = await tokens.find(mall.id)
        if (!pair || pair.grantedAt > oldest) continue
        // A mall that does not answer now is asked again at the next call.
        await refreshOnce(mall, (found) => found.grantedAt > oldest).catch(() => undefined)
      }
    },
  }
}
