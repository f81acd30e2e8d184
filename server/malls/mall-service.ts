import type { Clock } from '../core/clock'
import type { Logger } from '../core/logger'
import type { Mall, MallId } from './mall'
import { MallApiError, type MallClient } from './mall-client'
import type { MallStore } from './mall-store'
import type { TokenService } from './token-service'
import type { TokenStore } from './token-store'

/** What happens to a mall after its installation. */
export interface MallService {
  /** Ends a mall: tokens dropped, nothing is synced or sent any more; its history stays. */
  uninstall(mall: Mall): Promise<void>
  /**
   * Reads the shop's name, domain and cart setting again. False when the mall says that the app is gone or that only a new
   * consent helps; the mall's state says so afterwards. A mall that does not answer changes nothing.
   */
  recheck(mall: Mall): Promise<boolean>
  /** Checks the malls whose last sync met a deleted app or dead tokens. */
  sweep(): Promise<void>
  /** Of the page head. */
  shopName(mallId: MallId): Promise<string | null>
}

/** Use cases of connected malls; `clock` is business time. */
export function createMallService(parts: {
  malls: MallStore
  tokens: TokenStore
  access: TokenService
  client: MallClient
  clock: Clock
  logger: Logger
  /** Calls off what has not left for the mall; without it the last look does so at each send's turn. */
  onUninstalled?: (mallId: MallId) => Promise<unknown>
}): MallService {
  const { malls, tokens, access, client, clock, logger } = parts

  async function uninstall(mall: Mall): Promise<void> {
    const ended = await malls.setState(
      mall.id,
      ['pending', 'connected', 'reauth-required'],
      'uninstalled',
      clock.now(),
    )
    await tokens.drop(mall.id)
    access.forget(mall.id)
    await parts.onUninstalled?.(mall.id)
    if (ended) logger.info({ mallId: mall.id }, 'mall uninstalled the app')
  }

  async function recheck(mall: Mall): Promise<boolean> {
    try {
      await malls.setShopInfo(mall.id, await client.shopInfo(access.accessOf(mall)))
      return true
    } catch (cause) {
      if (!(cause instanceof MallApiError)) throw cause
      if (cause.refusal === 'uninstalled') await uninstall(mall)
      else if (cause.refusal === 'reauth-required')
        await malls.setState(mall.id, ['connected'], 'reauth-required', clock.now())
      else return true
      return false
    }
  }

  return {
    uninstall,
    recheck,
    async sweep() {
      for (const mall of await malls.connected()) {
        const { problem } = mall.sync
        if (problem === 'uninstalled' || problem === 'reauth-required') await recheck(mall)
      }
    },
    shopName: async (mallId) => (await malls.find(mallId))?.name ?? null,
  }
}
