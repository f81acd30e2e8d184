import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSandboxClock, type SandboxClock } from '../../sandbox/clock'
import { createPlayMall, type PlayMall } from '../../sandbox/mall/play-mall'
import type { ShopFixture } from '../../sandbox/mall/shop-fixture'

/** A play mall on real ports with one small shop, a receiver for its webhooks, and a clock that stands still. */
export interface MallKit {
  mall: PlayMall
  clock: SandboxClock
  /** Base address of the shop's API, `http://127.0.0.1:port/kitshop/api/v2`. */
  api: string
  /** Base address of the mall without the shop. */
  root: string
  /** Address of the storefront. */
  shop: string
  hooks: Hook[]
  /** Runs the whole OAuth flow and returns the token answer. */
  install(): Promise<TokenAnswer>
  get(path: string, accessToken: string, headers?: Record<string, string>): Promise<Response>
  fake(path: string, body: object): Promise<Response>
  /** Moves the clock on by so many seconds. */
  pass(seconds: number): void
  stop(): Promise<void>
}

export interface Hook {
  path: string
  headers: IncomingHttpHeaders
  body: string
}

export interface TokenAnswer {
  access_token: string
  refresh_token: string
  expires_at: string
  refresh_token_expires_at: string
  issued_at: string
  scopes: string[]
  mall_id: string
  shop_no: string
}

export const MALL_ID = 'kitshop'
export const CLIENT = { id: 'kit-client-id', secret: 'kit-client-secret' }
export const CALLBACK = 'https://baguni.example/callback'
export const WEBHOOK_KEY = '11111111-2222-3333-4444-555555555555'
export const SCOPES = ['application', 'store', 'personal', 'customer', 'order', 'product', 'privacy'].map(
  (name) => `mall.read_${name}`,
)

/** 2026-11-22 10:00 in Seoul. */
export const START = new Date('2026-11-22T10:00:00+09:00')

export async function startMallKit(shop: Partial<ShopFixture> = {}): Promise<MallKit> {
  const hooks: Hook[] = []
  const receiver = await listen(
    createServer((req, res) => {
      let body = ''
      req.on('data', (piece) => {
        body += piece
      })
      req.on('end', () => {
        hooks.push({ path: req.url ?? '', headers: req.headers, body })
        res.end('ok')
      })
    }),
  )
  const clock = createSandboxClock(START, 0)
  const mall = createPlayMall({
    clock,
    app: {
      clientId: CLIENT.id,
      clientSecret: CLIENT.secret,
      redirectUris: [CALLBACK],
      launchUrl: 'https://baguni.example/launch',
      webhookUrl: `${receiver.url}/hooks`,
      webhookKey: WEBHOOK_KEY,
      scopes: SCOPES,
    },
    storefrontEventsUrl: `${receiver.url}/events`,
  })
  const api = await listen(createServer(mall.api))
  const pages = await listen(createServer(mall.storefront(MALL_ID)))
  mall.loadShop({ ...smallShop(), ...shop, primaryDomain: pages.url.slice('http://'.length) })
  const base = `${api.url}/${MALL_ID}/api/v2`
  return {
    mall,
    clock,
    api: base,
    root: api.url,
    shop: pages.url,
    hooks,
    install: async () => tokenAnswer(await exchange(base, await consent(base))),
    get: (path, accessToken, headers = {}) =>
      fetch(`${base}/admin${path}`, { headers: { authorization: `Bearer ${accessToken}`, ...headers } }),
    fake: (path, body) =>
      fetch(`${api.url}/__fake${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ mall_id: MALL_ID, ...body }),
      }),
    pass: (seconds) => void clock.set({ now: new Date(clock.now().getTime() + seconds * 1000) }),
    stop: async () => {
      await mall.settled()
      for (const server of [receiver, api, pages]) await server.stop()
    },
  }
}

/** The authorize address of the kit's app, with changes. */
export function authorizeUrl(base: string, change: Record<string, string> = {}): string {
  const asked = {
    response_type: 'code',
    client_id: CLIENT.id,
    redirect_uri: CALLBACK,
    scope: SCOPES.join(','),
    state: 'kit-state',
    ...change,
  }
  return `${base}/oauth/authorize?${new URLSearchParams(asked)}`
}

/** Consents as the shop's owner and returns the code. */
export async function consent(base: string): Promise<string> {
  const answer = await fetch(authorizeUrl(base), { method: 'POST', redirect: 'manual' })
  return new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? ''
}

export function exchange(base: string, code: string): Promise<Response> {
  return postToken(base, { grant_type: 'authorization_code', code, redirect_uri: CALLBACK })
}

export function refresh(base: string, token: string): Promise<Response> {
  return postToken(base, { grant_type: 'refresh_token', refresh_token: token })
}

export function postToken(
  base: string,
  form: Record<string, string>,
  secret = CLIENT.secret,
): Promise<Response> {
  return fetch(`${base}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${CLIENT.id}:${secret}`).toString('base64')}` },
    body: new URLSearchParams(form),
  })
}

export function tokenAnswer(answer: Response): Promise<TokenAnswer> {
  return jsonOf<TokenAnswer>(answer)
}

/** The body of an answer, taken for what the test expects of it. */
export async function jsonOf<T = Record<string, Record<string, unknown>>>(answer: Response): Promise<T> {
  return (await answer.json()) as T
}

/** Twelve members who joined a minute apart, three products, a few carts and an order an hour for a day. */
function smallShop(): ShopFixture {
  const joined = Date.parse('2026-10-01T00:00:00+09:00')
  const ordered = Date.parse('2026-11-20T00:00:00+09:00')
  const product = (no: number, name: string, priceWon: number) =>
    ({
      no,
      name,
      priceWon,
      category: '컵',
      summary: '좋아요.',
      display: 'T',
      selling: 'T',
      soldOut: 'F',
      createdAtMs: joined,
    }) as const
  return {
    mallId: MALL_ID,
    shopName: '작은 가게',
    primaryDomain: '',
    cartPeriodDays: null,
    orderClearsCart: true,
    members: Array.from({ length: 12 }, (_, index) => ({
      id: `member${index}`,
      name: '김하나',
      cellphone: `010-0000-00${String(index).padStart(2, '0')}`,
      email: `member${index}@shopper.example`,
      sms: index === 3 ? 'F' : 'T',
      newsMail: 'T',
      authentication: index === 4 ? 'J' : 'T',
      blacklisted: index === 5,
      gender: 'F',
      createdAtMs: joined + index * 60_000,
      lastLoginAtMs: index === 6 ? null : ordered + index * 3_600_000,
    })),
    products: [
      product(11, '머그컵', 12_000),
      product(12, '찻잔', 9000),
      { ...product(13, '유리컵', 5000), soldOut: 'T' },
    ],
    carts: Array.from({ length: 25 }, (_, index) => ({
      memberId: `member${index % 2}`,
      productNo: 11 + (index % 3),
      quantity: 1,
      addedAtMs: ordered + index * 1000,
    })),
    orders: Array.from({ length: 24 }, (_, hour) => ({
      memberId: `member${hour % 12}`,
      orderedAtMs: ordered + hour * 3_600_000,
      canceledAtMs: hour === 5 ? ordered + 30 * 3_600_000 : null,
      items: [
        { productNo: 11, quantity: 2, priceWon: 12_000 },
        { productNo: 12, quantity: 1, priceWon: 9000 },
      ],
    })),
  }
}

async function listen(server: Server): Promise<{ url: string; stop(): Promise<void> }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
