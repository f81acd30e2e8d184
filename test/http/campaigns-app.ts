import request from 'supertest'
import type { PendingSends, Readiness } from '../../server/campaigns/campaign-parts'
import { campaignRoutes } from '../../server/campaigns/campaign-routes'
import { createCampaignService } from '../../server/campaigns/campaign-service'
import { campaignStore } from '../../server/campaigns/campaign-store'
import { readMallContact } from '../../server/campaigns/contact-reader'
import type { RecentSend } from '../../server/campaigns/contact-rules'
import type { TestSendResult } from '../../server/campaigns/page-parts'
import { createPreviewService } from '../../server/campaigns/preview-service'
import { revisionStore } from '../../server/campaigns/revision-store'
import { runStore } from '../../server/campaigns/run-store'
import { createKeyring } from '../../server/core/crypto'
import { addDays, kstDay } from '../../server/core/seoul'
import { mallStore } from '../../server/malls/mall-store'
import type { Shopper } from '../../server/shoppers/shopper'
import { shopperStore } from '../../server/shoppers/shopper-store'
import { connectTestDatabase } from '../support/database'
import { frameApp } from './frame-app'

/** The mall of frameApp's users, and another one. */
export const MALL = 'm1'
export const OTHER_MALL = 'm2'
/** 10:00 Seoul time on Sunday 22 November 2026. */
export const TEN = new Date('2026-11-22T01:00:00.000Z')

const keyring = createKeyring(Buffer.alloc(32, 7))

/** The pages of campaigns on the real database, with what other rooms give replaced by `outside`. */
export async function campaignsApp() {
  const database = await connectTestDatabase(shopperStore, campaignStore, revisionStore, runStore, mallStore)
  const { connection } = database
  const clock = { at: TEN, now: () => clock.at }
  const outside = {
    readiness: { ready: true } as Readiness,
    pending: { waiting: 21, left: 12 } as PendingSends,
    recent: new Map<string, [RecentSend]>(),
    testResult: { state: 'sent' } as TestSendResult,
    tests: [] as unknown[][],
    cancelled: [] as string[],
  }
  const stores = {
    campaigns: campaignStore(connection),
    revisions: revisionStore(connection),
    runs: runStore(connection),
    shoppers: shopperStore(connection),
    malls: mallStore(connection),
  }
  const campaigns = createCampaignService({
    ...stores,
    clock,
    readiness: async () => outside.readiness,
    pendingSends: async () => outside.pending,
    cancelPending: async (_mallId, id) => outside.cancelled.push(id),
  })
  const previews = createPreviewService({
    shoppers: stores.shoppers,
    recentSends: async (_mallId, fromDay, keys) =>
      new Map([...outside.recent].filter(([key, [sent]]) => keys.includes(key) && sent.runDay >= fromDay)),
    contact: (mallId) => readMallContact(stores, mallId),
    price: async () => ({ brandTextWon: 25, smsWon: 18, lmsWon: 45 }),
    keys: keyring,
    clock,
  })
  const router = campaignRoutes({
    campaigns,
    previews,
    clock,
    shopFace: async () => ({ name: '오늘의식탁', number080: '080-000-0000' }),
    linkExample: 'https://baguni.example/t/0123456789abcdef0123456789abcdef01234567',
    lastRunFigures: async () => new Map(),
    async sendTest(...call) {
      outside.tests.push(call)
      return outside.testResult
    },
  })
  const app = frameApp([{ path: '/campaigns', router, kind: 'admin' }], { clock })
  return { app, database, stores, campaigns, previews, outside, clock }
}

/** A browser that is logged in and posts forms with the token of the page before. */
export async function visitor(app: Parameters<typeof request.agent>[0], as: 'owner' | 'support' = 'owner') {
  const agent = request.agent(app)
  await agent.get(`/test-login?as=${as}`).expect(200)
  const get = (path: string) => agent.get(path).set('Accept', 'text/html')
  return {
    get,
    async post(path: string, fields: Record<string, string | string[]>) {
      const page = await get('/campaigns/new')
      const token = /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
      return agent
        .post(path)
        .set('Accept', 'text/html')
        .type('form')
        .send({ ...fields, _csrf: token })
    },
  }
}

/** Names and values of a page's controls, as a browser would post them. */
export function fieldsOf(html: string): Record<string, string | string[]> {
  const form = /<form id="campaign"[\s\S]*?<\/form>/.exec(html)?.[0] ?? ''
  const fields: Record<string, string | string[]> = {}
  const put = (name: string, value: string) => {
    const before = fields[name]
    fields[name] = before === undefined ? value : [before, value].flat()
  }
  for (const [tag] of form.matchAll(/<input[^>]*>/g)) {
    const name = attribute(tag, 'name')
    if (name === '' || name === '_csrf') continue
    const ticked = /type="(checkbox|radio)"/.test(tag)
    if (!ticked || / checked/.test(tag)) put(name, attribute(tag, 'value'))
  }
  for (const [, name = '', inside = ''] of form.matchAll(
    /<select[^>]*name="([^"]+)"[^>]*>([\s\S]*?)<\/select>/g,
  ))
    put(name, attribute(/<option[^>]* selected[^>]*>/.exec(inside)?.[0] ?? '', 'value'))
  for (const [, name = '', text = ''] of form.matchAll(
    /<textarea[^>]*name="([^"]+)"[^>]*>\n?([\s\S]*?)<\/textarea>/g,
  ))
    put(name, text.replace(/\n/g, '\r\n'))
  return fields
}

function attribute(tag: string, name: string): string {
  return new RegExp(`${name}="([^"]*)"`).exec(tag)?.[1] ?? ''
}

/** A sendable shopper of `mallId` who added on the Seoul day `daysAgo` before 22 November, changed by `facts`. */
export function shopper(
  memberId: string,
  facts: Partial<Shopper> & { daysAgo?: number; phone?: string } = {},
): Shopper {
  const { daysAgo = 7, phone = `+82100${memberId.replace(/\D/g, '').padStart(7, '0')}`, ...rest } = facts
  const keys = keyring.forMall(rest.mallId ?? MALL)
  const at = new Date(TEN.getTime() - daysAgo * 86_400_000)
  const priceWon = rest.cartWon ?? 43_700
  return {
    id: `${rest.mallId ?? MALL}:${memberId}`,
    mallId: MALL,
    memberId,
    nameSealed: keys.seal(`김${memberId}은`),
    phoneKey: keys.phoneKey(phone),
    phoneSealed: keys.seal(phone),
    adConsent: true,
    adConsentAt: null,
    optedOutAt: null,
    restricted: false,
    joinedAt: at,
    lastVisitAt: null,
    latestAddAt: at,
    latestAddDay: addDays(kstDay(TEN), -daysAgo),
    cart: [
      {
        lineKey: '1',
        productNo: 1,
        name: '무쇠 주물 냄비',
        quantity: 1,
        priceWon,
        addedAt: at,
        sellable: true,
      },
    ],
    cartWon: priceWon,
    latestOrderAt: null,
    updatedAt: at,
    ...rest,
  }
}
