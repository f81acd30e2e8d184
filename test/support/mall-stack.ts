import { createCafe24Client } from '../../server/adapters/malls/cafe24/client'
import { type MovableClock, machineClock } from '../../server/core/clock'
import { createKeyring } from '../../server/core/crypto'
import { createLogger } from '../../server/core/logger'
import { eventStore } from '../../server/events/event-store'
import { hintStore } from '../../server/malls/hint-store'
import { createInstallService } from '../../server/malls/install-service'
import { installStore } from '../../server/malls/install-store'
import { leaseStore } from '../../server/malls/lease-store'
import { mallIdOf } from '../../server/malls/mall'
import type { MallClient, OrderRow } from '../../server/malls/mall-client'
import { createMallService } from '../../server/malls/mall-service'
import { mallStore } from '../../server/malls/mall-store'
import { createTokenService } from '../../server/malls/token-service'
import { tokenStore } from '../../server/malls/token-store'
import { createHintService } from '../../server/shoppers/hint-service'
import { createLearnService } from '../../server/shoppers/learn-service'
import { optOutStore } from '../../server/shoppers/opt-out-store'
import { productStore } from '../../server/shoppers/product-store'
import { shopperStore } from '../../server/shoppers/shopper-store'
import { createSyncService } from '../../server/shoppers/sync-service'
import { cafe24Config, followInProcess } from '../contract/cafe24-kit'
import { CLIENT, consent, MALL_ID, type MallKit } from '../contract/play-mall-kit'
import type { TestDatabase } from './database'

/** The mall of the kit's shop. */
export const MALL = mallIdOf('cafe24', MALL_ID)

/** Everything between a play mall and a database, built as the container builds it, without pages. */
export function mallStack(database: TestDatabase, kit: MallKit, change: Partial<MallClient> = {}) {
  const { connection } = database
  const clock: MovableClock = followInProcess(kit.clock)
  const machine = machineClock
  const logger = createLogger({ level: 'silent', part: 'test' })
  const keyring = createKeyring(Buffer.alloc(32, 7))
  const client: MallClient = { ...createCafe24Client(cafe24Config(kit), clock), ...change }
  const malls = mallStore(connection)
  const tokens = tokenStore(connection, keyring)
  const leases = leaseStore(connection, machine)
  const hints = hintStore(connection, machine)
  const access = createTokenService({ malls, tokens, leases, client, clock })
  const mallService = createMallService({ malls, tokens, access, client, clock, logger })
  const config = { clientSecret: CLIENT.secret, launchSkewSeconds: 3600 }
  const installs = installStore(connection)
  const install = createInstallService({
    ...{ config, installs, malls, tokens, mallService, client, keyring, clock, machine, logger },
  })
  const events = eventStore(connection)
  const shoppers = shopperStore(connection)
  const heard = { orders: [] as OrderRow[], trails: [] as { orderId: string; token: string }[] }
  const learn = createLearnService({
    ...{ events, shoppers, keyring, clock },
    products: productStore(connection),
    optOuts: optOutStore(connection),
    onOrders: async (_mallId, rows) => void heard.orders.push(...rows),
  })
  const shared = { clientOf: () => client, accessOf: access.accessOf, learn, leases, clock, logger }
  return {
    ...{ clock, client, malls, tokens, leases, hints, access, mallService, install, events, shoppers, heard },
    sync: createSyncService({ malls, ...shared }),
    hintWork: createHintService({
      ...shared,
      hints,
      malls: { find: malls.find, uninstall: mallService.uninstall },
      onTrail: async (_mallId, trail) => void heard.trails.push(trail),
    }),
    /** Installs without pages: a consent at the mall, its tokens, a connected mall. */
    async connect() {
      const granted = await client.exchangeCode(MALL_ID, await consent(kit.api))
      await tokens.save(MALL, granted, clock.now())
      await malls.connect({ id: MALL, shopId: MALL_ID, shopNo: 1, scopes: granted.scopes, at: clock.now() })
      return mustFind(malls)
    },
    mall: () => mustFind(malls),
  }
}

/** What `mallStack` builds. */
export type MallStack = ReturnType<typeof mallStack>

async function mustFind(malls: ReturnType<typeof mallStore>) {
  const mall = await malls.find(MALL)
  if (!mall) throw new Error('The kit shop is not there')
  return mall
}
