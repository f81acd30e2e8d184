import type { Config } from '../config/config'
import type { Connection } from '../config/database'
import { createAccountsService } from './accounts/accounts-service'
import { followSandboxClock } from './adapters/clock/sandbox-clock'
import { createSmtpMail } from './adapters/mail/smtp'
import { createCafe24Client } from './adapters/malls/cafe24/client'
import { measuredRelay } from './adapters/relays/measured-relay'
import { createSolapiRelay } from './adapters/relays/solapi/solapi-relay'
import type { Base } from './base'
import { createScheduleService } from './campaigns/schedule-service'
import { createBusinessClock, machineClock } from './core/clock'
import { createKeyring } from './core/crypto'
import { newSecret } from './core/ids'
import { createLogger } from './core/logger'
import { createMetrics } from './core/metrics'
import { createHealth } from './health'
import { createInstallService } from './malls/install-service'
import type { Mall } from './malls/mall'
import { createMallService } from './malls/mall-service'
import { createTokenService } from './malls/token-service'
import { tokenStore } from './malls/token-store'
import { compose } from './messages/compose'
import { createSendingAccountService } from './messages/sending-account-service'
import { openStores, type Stores } from './models'
import { createAlertFacts } from './reports/alert-facts'
import { createAlertService } from './reports/alert-service'
import { readLedgerGauges } from './reports/ledger-gauges'
import { createSpendCurveService } from './reports/spend-curve-service'
import { createTrailService } from './reports/trail-service'
import { createSends, type SendsParts } from './sends/create-sends'
import { createSentReader } from './sends/sent-reader'
import { createHintService } from './shoppers/hint-service'
import { createLearnService } from './shoppers/learn-service'
import { createSyncService } from './shoppers/sync-service'
import { createTransactions } from './spend/transaction-store'
import { createClickRecorder } from './tracking/click-recorder'
import { linkToken } from './tracking/link-token'
import { createOrderService } from './tracking/order-service'

export type Container = Awaited<ReturnType<typeof buildContainer>>

/** Gives the parts that sending is built from, changed or as they were. */
export type WrapSending = (parts: SendsParts) => SendsParts

/** Builds everything once, by hand; resolves when the business clock is set. */
export async function buildContainer(options: {
  config: Config
  connection: Connection
  part: 'web' | 'worker'
  wrapSending?: WrapSending
}) {
  const { config, connection, part } = options
  const clock = createBusinessClock()
  const follower = config.sandbox.clockUrl
    ? followSandboxClock({ url: config.sandbox.clockUrl, clock })
    : null
  await follower?.ready
  const stores = openStores(connection)
  const isWatched = part === 'worker' ? config.worker.httpPort !== null : config.metricsToken !== null
  const base: Base = {
    config,
    clock,
    machine: machineClock,
    keyring: createKeyring(config.masterKey),
    logger: createLogger({ level: config.logLevel, part }),
    stores,
    connection,
    metrics: createMetrics({
      readGauges: () => readLedgerGauges({ ...stores, clock }),
      withProcess: isWatched,
    }),
    health: createHealth(connection, clock),
    worker: `${part}-${newSecret(6)}`,
  }
  const sending = wireSending(base, options.wrapSending)
  const malls = wireMalls(base, sending)
  const recorder = createClickRecorder({
    async insert(found) {
      await stores.clicks.insert(found)
      base.metrics.clicks(found.length)
    },
    logger: base.logger,
  })
  const services = { ...malls, ...sending, recorder, alerts: wireAlerts(base) }
  const { logger, metrics, health } = base
  return {
    ...services,
    logger,
    clock,
    metrics,
    health,
    /** Loaded when asked for: pages and charts would double what a worker holds in memory. */
    webApp: async () => (await import('./web-app')).createWebApp(base, services),
    /** Stores what is still in memory; the database connection stays open. */
    async close() {
      await recorder.close()
      follower?.stop()
    },
  }
}

function wireAlerts(base: Base) {
  const { config, stores } = base
  return createAlertService({
    ...base,
    facts: createAlertFacts({ ...stores, accounts: stores.sendingAccounts }),
    alerts: stores.alerts,
    addresses: stores.alertAddresses,
    campaigns: stores.campaigns,
    leases: stores.leases,
    mail: config.mail && createSmtpMail(config.mail),
    baseUrl: config.baseUrl,
  })
}

function wireMalls(
  base: Base,
  { orders, sending }: Pick<ReturnType<typeof wireSending>, 'orders' | 'sending'>,
) {
  const { config, clock, machine, keyring, logger, stores } = base
  const { cafe24 } = config
  const client = createCafe24Client(
    {
      clientId: cafe24.app?.clientId ?? '',
      clientSecret: cafe24.app?.clientSecret ?? '',
      redirectUri: `${config.baseUrl}/oauth/cafe24/callback`,
      scopes: cafe24.scopes,
      apiUrl: cafe24.apiUrl,
      apiVersion: cafe24.apiVersion,
      onAnswer: (status) => base.metrics.mallCall(status),
    },
    clock,
  )
  const tokens = tokenStore(base.connection, keyring)
  const access = createTokenService({ malls: stores.malls, tokens, leases: stores.leases, client, clock })
  const mallService = createMallService({
    malls: stores.malls,
    tokens,
    access,
    client,
    clock,
    logger,
    onUninstalled: (mallId) => sending.stopMall(mallId),
  })
  const install = createInstallService({
    config: { clientSecret: cafe24.app?.clientSecret ?? '', launchSkewSeconds: cafe24.launchSkewSeconds },
    installs: stores.installs,
    malls: stores.malls,
    tokens,
    mallService,
    client,
    keyring,
    clock,
    machine,
    logger,
  })
  const learn = createLearnService({
    events: stores.events,
    shoppers: stores.shoppers,
    products: stores.products,
    optOuts: stores.optOuts,
    keyring,
    clock,
    onOrders: (mallId, rows) => orders.recordOrders(mallId, rows),
  })
  const pull = {
    clientOf: () => client,
    accessOf: (mall: Mall) => access.accessOf(mall),
    learn,
    leases: stores.leases,
  }
  const sync = createSyncService({ ...pull, malls: stores.malls, clock, logger })
  const hints = createHintService({
    ...pull,
    hints: stores.hints,
    clock,
    logger,
    malls: { find: (mallId) => stores.malls.find(mallId), uninstall: (mall) => mallService.uninstall(mall) },
    async onTrail(mallId, { orderId, token }) {
      await orders.recordStorefrontOrder({ mallId, orderId, token })
    },
  })
  const accounts = createAccountsService({ users: stores.users, clock })
  return { access, mallService, install, sync, hints, accounts }
}

function wireSending(base: Base, wrap: WrapSending = (parts) => parts) {
  const { config, clock, machine, keyring, logger, stores, worker } = base
  const { campaigns, clicks, revisions, runs, sends, shoppers, spend, summaries } = stores
  const relay = measuredRelay(
    createSolapiRelay({ ...config.solapi, timeoutMs: config.worker.relayTimeoutMs }, machine),
    (sample) => base.metrics.relayCall(sample),
  )
  const accounts = createSendingAccountService({
    accounts: stores.sendingAccounts,
    relay,
    keyring,
    clock,
    baseUrl: config.baseUrl,
  })
  const transactions = createTransactions(base.connection)
  const schedule = createScheduleService({ campaigns, revisions, runs, clock })
  const sending = createSends(
    wrap({
      ...stores,
      clock,
      machine,
      worker,
      keyring,
      logger,
      relay,
      accounts,
      transactions,
      compose,
      times: { leaseMs: config.worker.leaseMs, callMs: config.worker.relayTimeoutMs },
      linkFor: ({ id }) => `${config.baseUrl}/t/${linkToken(keyring, id)}`,
      due: () => schedule.due(),
    }),
  )
  const orders = createOrderService({
    ...{ orders: stores.orders, clicks, sends: createSentReader({ sends, shoppers }), keyring, clock },
    windowDays: (mallId, campaignIds) => attributionDays(stores, mallId, campaignIds),
  })
  const trails = createTrailService({ clicks, orders: stores.orders, spend, summaries, runs })
  const curves = createSpendCurveService(stores)
  return { relay, sendingAccounts: accounts, schedule, sending, orders, trails, curves, transactions }
}

async function attributionDays(
  { campaigns, revisions }: Stores,
  mallId: string,
  campaignIds: readonly string[],
): Promise<Record<string, number>> {
  const pairs = await Promise.all(
    campaignIds.map(async (id): Promise<[string, number][]> => {
      const campaign = await campaigns.find(mallId, id)
      const revision = campaign && (await revisions.find(mallId, id, campaign.revision))
      return revision ? [[id, revision.spec.attributionDays]] : []
    }),
  )
  return Object.fromEntries(pairs.flat())
}
