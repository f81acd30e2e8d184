import type { RequestListener } from 'node:http'
import request from 'supertest'
import { loadConfig } from '../../config/config'
import { type RunningSandbox, startSandbox } from '../../sandbox/main'
import type { ShopFixture } from '../../sandbox/mall/shop-fixture'
import { buildContainer, type Container } from '../../server/container'
import { addDays, kstInstant } from '../../server/core/seoul'
import { mallIdOf } from '../../server/malls/mall'
import { openStores, type Stores } from '../../server/models'
import { connectTestDatabase } from './database'

/** Where the sandbox believes Baguni to be; nothing listens there, requests reach the app through supertest. */
const BAGUNI = 'http://127.0.0.1:9'
/** The Seoul day on which a house opens, at 09:00. */
export const TODAY = '2026-11-22'

/** What every key of a house is derived from. */
export const MASTER_KEY = Buffer.alloc(32, 7)

const CLIENT = { clientId: 'house-client-id', clientSecret: 'house-client-secret', webhookKey: 'house-key' }
const RELAY = {
  apiKey: 'HOUSEKEY00000001',
  apiSecret: 'house-secret-not-a-real-one',
  pfId: 'KA01PFHOUSE',
  number080: '0800000000',
}
const SENDER = '0200000000'

/** Bookkeeping that a refused visit may leave behind: an anonymous session, a used-up launch, a consumed consent. */
export const BOOKKEEPING = ['sessions', 'launch-uses', 'consents']

/** Everything that the product is, in this process: the container's web app, a sandbox over HTTP, a database. */
export interface House {
  app: RequestListener
  container: Container
  sandbox: RunningSandbox
  stores: Stores
  webhookKey: string
  /** A fresh App URL of a shop at our app, with its query changed by `change` before the mall signs it. */
  launchPath(shopId: string, change?: Record<string, unknown>): Promise<string>
  visitor(): Visitor
  /** The owner of a shop that is installed now, in a browser. */
  install(shopId: string): Promise<Visitor>
  /** Reads everything that a shop's mall tells. */
  sync(shopId: string): Promise<void>
  moveTo(day: string, minute: number): Promise<void>
  /** Every document of every collection but `without`, by collection: two equal dumps = nothing changed. */
  dump(without?: readonly string[]): Promise<Record<string, string[]>>
  close(): Promise<void>
}

/** A browser: keeps its cookies, follows nothing by itself, posts forms with the token of a page before. */
export interface Visitor {
  get(path: string): request.Test
  post(path: string, fields?: Record<string, string | string[]>): Promise<request.Response>
}

/** Opens a house with one small shop for each of `shopIds`, not yet installed; `settings` are environment variables of its own. */
export async function openHouse(
  shopIds: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<House> {
  const database = await connectTestDatabase()
  const sandbox = await startSandbox({
    start: kstInstant(TODAY, 9 * 60),
    app: { ...CLIENT, baguniUrl: BAGUNI, scopes: [...loadConfig(keys()).cafe24.scopes] },
    relayAccount: { ...RELAY, senderNumbers: [SENDER] },
    shops: shopIds.map(smallShop),
  })
  const config = loadConfig({ ...environment(database.uri, sandbox), ...settings })
  const container = await buildContainer({ config, connection: database.connection, part: 'web' })
  const app = await container.webApp()
  const stores = openStores(database.connection)
  return {
    app,
    container,
    sandbox,
    stores,
    webhookKey: CLIENT.webhookKey,
    ...doorsOf(app, sandbox),
    async sync(shopId) {
      const mall = await stores.malls.find(mallIdOf('cafe24', shopId))
      if (!mall || !(await container.sync.fullPull(mall))) throw new Error('The shop cannot be read')
    },
    async moveTo(day, minute) {
      const { version } = sandbox.clock.set({ now: kstInstant(day, minute) })
      while (container.clock.version() < version) await new Promise((resolve) => setTimeout(resolve, 10))
    },
    dump: (without = BOOKKEEPING) => dump(database.connection, without),
    async close() {
      await container.close()
      await sandbox.stop()
      await database.close()
    },
  }
}

function doorsOf(
  app: RequestListener,
  sandbox: RunningSandbox,
): Pick<House, 'launchPath' | 'visitor' | 'install'> {
  const visitor = () => visitorOf(request.agent(app))
  const launchPath = async (shopId: string, change: Record<string, unknown> = {}) => {
    const answer = await fetch(`${sandbox.mallApiUrl}/__fake/launch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ mall_id: shopId, ...change }),
    })
    const told: unknown = await answer.json()
    return pathOf(typeof told === 'object' && told && 'url' in told ? String(told.url) : '')
  }
  return {
    visitor,
    launchPath,
    async install(shopId) {
      const owner = visitor()
      const launched = await owner.get(await launchPath(shopId))
      await owner.get(await consent(launched.headers['location'] ?? '')).expect(302)
      return owner
    },
  }
}

/** Consents at the mall's page; the path at our app that the mall then sends the browser to. */
export async function consent(authorizeUrl: string): Promise<string> {
  const answer = await fetch(authorizeUrl, { method: 'POST', redirect: 'manual' })
  return pathOf(answer.headers.get('location') ?? '')
}

function pathOf(url: string): string {
  if (!url.startsWith(BAGUNI)) throw new Error('That address is not ours')
  return url.slice(BAGUNI.length)
}

function visitorOf(agent: ReturnType<typeof request.agent>): Visitor {
  const get = (path: string) => agent.get(path).set('Accept', 'text/html')
  return {
    get,
    async post(path, fields = {}) {
      const page = await get('/settings')
      const token = /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
      return agent
        .post(path)
        .set('Accept', 'text/html')
        .type('form')
        .send({ ...fields, _csrf: token })
    },
  }
}

function keys(): Record<string, string> {
  return {
    MASTER_KEY: MASTER_KEY.toString('base64'),
    SESSION_SECRET: 'a-session-secret-for-tests-of-the-house',
  }
}

function environment(uri: string, sandbox: RunningSandbox): Record<string, string> {
  return {
    ...keys(),
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    MONGODB_URI: uri,
    BASE_URL: BAGUNI,
    CAFE24_CLIENT_ID: CLIENT.clientId,
    CAFE24_CLIENT_SECRET: CLIENT.clientSecret,
    CAFE24_WEBHOOK_KEY: CLIENT.webhookKey,
    CAFE24_API_URL: `${sandbox.mallApiUrl}/{mall_id}`,
    CAFE24_STOREFRONT_URL: 'http://{domain}',
    SOLAPI_API_URL: sandbox.relayUrl,
    SANDBOX: 'true',
    CLOCK_URL: sandbox.controlUrl,
    SANDBOX_SENDING_ACCOUNT_JSON: JSON.stringify({
      relayKey: RELAY.apiKey,
      relaySecret: RELAY.apiSecret,
      pfId: RELAY.pfId,
      senderNumber: SENDER,
      number080: RELAY.number080,
    }),
  }
}

async function dump(
  connection: Awaited<ReturnType<typeof connectTestDatabase>>['connection'],
  without: readonly string[],
): Promise<Record<string, string[]>> {
  const names = (await connection.listCollections()).map(({ name }) => name)
  const all: Record<string, string[]> = {}
  for (const name of names.filter((each) => !without.includes(each)).sort()) {
    const docs = await connection.collection(name).find({}).toArray()
    all[name] = docs.map((doc) => JSON.stringify(doc)).sort()
  }
  return all
}

/** Twelve members with consent who added something a week ago; ids and phones are this shop's own. */
function smallShop(mallId: string, rank: number): ShopFixture {
  const at = kstInstant(addDays(TODAY, -7), 10 * 60).getTime()
  const month = 30 * 86_400_000
  const members = Array.from({ length: 12 }, (_, i) => `${mallId}-member-${i}`)
  return {
    mallId,
    shopName: `${mallId} 가게`,
    primaryDomain: '',
    cartPeriodDays: null,
    orderClearsCart: true,
    members: members.map((id, i) => ({
      id,
      name: '김하나',
      cellphone: `010-0${rank}00-${String(1_000 + i)}`,
      email: `${id}@shopper.example`,
      sms: 'T',
      newsMail: 'T',
      authentication: 'T',
      blacklisted: false,
      gender: 'F',
      createdAtMs: at - month + i * 1_000,
      lastLoginAtMs: at,
    })),
    products: [
      {
        no: 11,
        name: '머그컵',
        priceWon: 12_000,
        category: '컵',
        summary: '좋아요.',
        display: 'T',
        selling: 'T',
        soldOut: 'F',
        createdAtMs: at - month,
      },
    ],
    carts: members.map((memberId, i) => ({
      memberId,
      productNo: 11,
      quantity: 1,
      addedAtMs: at + i * 1_000,
    })),
    orders: [],
  }
}
