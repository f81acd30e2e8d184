import { createLaunchTry, createPassport, signIn } from './accounts/accounts-passport'
import type { AccountsService } from './accounts/accounts-service'
import { homeRoutes } from './accounts/home-routes'
import { loginRoutes } from './accounts/login-routes'
import { settingsRoutes } from './accounts/settings-routes'
import { sessionUserOf } from './accounts/user'
import type { Mount } from './app'
import type { Base } from './base'
import { campaignRoutes } from './campaigns/campaign-routes'
import { createCampaignService } from './campaigns/campaign-service'
import { readMallContact } from './campaigns/contact-reader'
import { createPreviewService } from './campaigns/preview-service'
import { sendIdOf } from './core/ids'
import { measureRequest } from './http/metrics-routes'
import { installRoutes } from './malls/install-routes'
import type { InstallService } from './malls/install-service'
import type { MallService } from './malls/mall-service'
import { storefrontRoutes, webhookRoutes } from './malls/webhook-routes'
import type { MessageRelay } from './messages/message-relay'
import { sendingAccountRoutes } from './messages/sending-account-routes'
import type { SendingAccountService } from './messages/sending-account-service'
import { alertRoutes } from './reports/alert-routes'
import type { AlertService } from './reports/alert-service'
import { createHomeFacts } from './reports/home-facts'
import { createPeopleService } from './reports/people-service'
import { reportRoutes } from './reports/report-routes'
import { createReportService } from './reports/report-service'
import type { SpendCurveService } from './reports/spend-curve-service'
import type { TrailService } from './reports/trail-service'
import type { Sending } from './sends/create-sends'
import { receiptRoutes } from './sends/receipt-routes'
import { supportRoutes } from './support/support-routes'
import { createSupportService } from './support/support-service'
import type { ClickRecorder } from './tracking/click-recorder'
import { createLinkListener, type LinkListener, type LinkParts } from './tracking/link-listener'
import { createLinkLookup } from './tracking/link-lookup'
import { linkToken } from './tracking/link-token'
import { createReturnUrl } from './tracking/return-url'

/** What routes call of what the container built. */
export interface Services {
  accounts: AccountsService
  install: InstallService
  mallService: Pick<MallService, 'shopName'>
  sendingAccounts: SendingAccountService
  sending: Sending
  relay: MessageRelay
  trails: TrailService
  curves: SpendCurveService
  recorder: ClickRecorder
  alerts: AlertService
}

/** Who is logged in: by the mall's signed launch or with id and password. */
export function createWebPassport({ accounts, install }: Pick<Services, 'accounts' | 'install'>) {
  return createPassport({ accounts, verifyLaunch: (rawQuery) => install.verifyLaunch(rawQuery) })
}

type WebPassport = ReturnType<typeof createWebPassport>

/** The routes of every domain with the place where each is mounted; raw ones first, they are the busy ones. */
export function createMounts(base: Base, services: Services, passport: WebPassport): Mount[] {
  return [...rawMounts(base, services), ...doorMounts(services, passport), ...adminMounts(base, services)]
}

/** The tracked links of every mall. */
export function createMallLinks(base: Base, { recorder }: Pick<Services, 'recorder'>): LinkListener {
  const { config, clock, machine, keyring, logger, metrics, stores } = base
  const find = async (runId: string) => {
    const run = await stores.runs.anywhere(runId)
    const mall = run && (await stores.malls.find(run.mallId))
    if (!run || !mall) return null
    const shop = { platform: mall.platform, domain: mall.domain, storefront: config.cafe24.storefrontUrl }
    const trail = { utm_source: 'kakao', utm_medium: 'brandmessage', utm_campaign: run.campaignId }
    return { mallId: run.mallId, urlOf: createReturnUrl(shop, 'cart', trail), test: run.kind === 'test' }
  }
  const lookup = createLinkLookup({ find, machine })
  const watch: LinkParts['watch'] = (req, res) => measureRequest(metrics, req, res, () => '/t/:token')
  const measured = config.metricsToken ? { watch } : {}
  return createLinkListener({ keyring, lookup, recorder, clock, logger, ...measured })
}

function rawMounts(base: Base, services: Services): Mount[] {
  const { config, clock, machine, logger, stores } = base
  const hooks = { malls: stores.malls, hints: stores.hints, clock, machine }
  return [
    {
      path: '/',
      router: webhookRoutes({ ...hooks, webhookKey: config.cafe24.app?.webhookKey ?? base.worker }),
      kind: 'public-raw',
    },
    { path: '/', router: storefrontRoutes(hooks), kind: 'public-raw' },
    {
      path: '/webhooks/solapi',
      router: receiptRoutes({
        accounts: services.sendingAccounts,
        relay: services.relay,
        receipts: services.sending,
        logger,
      }),
      kind: 'public-raw',
    },
  ]
}

function doorMounts({ accounts, install }: Services, passport: WebPassport): Mount[] {
  const doors = installRoutes({
    install,
    tryLaunch: createLaunchTry(passport),
    logIn: signIn,
    signInOwner: async (req, admin) =>
      signIn(req, sessionUserOf(await accounts.admitAdmin(admin.mallId, admin))),
  })
  return [
    { path: '/', router: doors, kind: 'public' },
    { path: '/', router: loginRoutes({ passport }), kind: 'public' },
  ]
}

function adminMounts(base: Base, services: Services): Mount[] {
  const { config, clock, keyring, stores } = base
  const { accounts, alerts, curves, sending, sendingAccounts, trails } = services
  const people = createPeopleService({ ...stores, keyring })
  const reports = createReportService({
    ...stores,
    trails,
    curves,
    progressOf: (mallId, runId) => sending.progressOf(mallId, runId),
  })
  const facts = createHomeFacts({ ...stores, reports, alerts, clock })
  const campaigns = createCampaignService({
    campaigns: stores.campaigns,
    revisions: stores.revisions,
    runs: stores.runs,
    clock,
    readiness: (mallId) => facts.sendReadiness(mallId),
    pendingSends: (mallId, campaignId) => sending.pendingSends(mallId, campaignId),
    cancelPending: (mallId, campaignId) => sending.stopCampaign(mallId, campaignId),
    wakePending: (mallId, campaignId) => sending.wake(mallId, campaignId),
  })
  const previews = createPreviewService({
    shoppers: stores.shoppers,
    recentSends: (mallId, fromDay, phoneKeys) => stores.sends.recentSends(mallId, fromDay, phoneKeys),
    contact: (mallId) => readMallContact(stores, mallId),
    price: async (mallId) => (await sendingAccounts.current(mallId))?.prices ?? null,
    keys: keyring,
    clock,
  })
  const shopFace = async (mallId: string) => {
    const [mall, account] = await Promise.all([stores.malls.find(mallId), sendingAccounts.current(mallId)])
    return { name: mall?.name ?? null, number080: account?.account.number080 ?? null }
  }
  const support = createSupportService({
    ...stores,
    keyring,
    closeUnknown: (mallId, batchId) => sending.closeUnknown(mallId, batchId),
    async optOut(mallId, phoneKey, at) {
      await stores.optOuts.put({ mallId, phoneKey, at, source: 'support' })
      await stores.shoppers.markOptedOut(mallId, phoneKey, at)
    },
  })
  const campaignPages = campaignRoutes({
    campaigns,
    previews,
    clock,
    shopFace,
    linkExample: `${config.baseUrl}/t/${linkToken(keyring, sendIdOf('0'.repeat(24), 0))}`,
    lastRunFigures: (mallId, campaignIds) => facts.lastRunFigures(mallId, campaignIds),
    sendTest: (mallId, campaignId, memberId, phone) => sending.sendTest(mallId, campaignId, memberId, phone),
  })
  const settings = settingsRoutes({
    accounts,
    clock,
    mallOf: (mallId) => stores.malls.find(mallId),
    syncNow: (mallId) => stores.malls.requestSync(mallId, clock.now()),
    setFrequency: (mallId, frequency) => stores.malls.setFrequency(mallId, frequency),
  })
  const account = sendingAccountRoutes({
    accounts: sendingAccounts,
    onMended: (mallId) => sending.wake(mallId, null),
    practice: practiceAccount(config.sandbox),
  })
  return [
    { path: '/', router: homeRoutes({ facts, clock }), kind: 'admin' },
    { path: '/settings/sending-account', router: account, kind: 'admin' },
    { path: '/settings/alerts', router: alertRoutes({ alerts }), kind: 'admin' },
    { path: '/settings', router: settings, kind: 'admin' },
    { path: '/campaigns', router: campaignPages, kind: 'admin' },
    { path: '/reports', router: reportRoutes({ reports, people, sending, campaigns, clock }), kind: 'admin' },
    { path: '/support', router: supportRoutes({ support, shopFace, clock }), kind: 'admin' },
  ]
}

function practiceAccount({ isOn, sendingAccount }: Base['config']['sandbox']) {
  if (!isOn || !sendingAccount) return null
  const { relayKey, relaySecret, ...rest } = sendingAccount
  return { apiKey: relayKey, apiSecret: relaySecret, ...rest }
}
