import { Agent } from 'node:http'
import { Agent as TlsAgent } from 'node:https'
import axios, { type AxiosResponse } from 'axios'
import type { MovableClock } from '../../../core/clock'
import { AppError } from '../../../core/errors'
import { MallApiError, type ShopAccess } from '../../../malls/mall-client'
import { type CallLimiter, createCallLimiter } from './limiter'

/** Where the mall's API is and as whom we call it. */
export interface Cafe24Config {
  clientId: string
  clientSecret: string
  redirectUri: string
  scopes: readonly string[]
  /** Template with `{mall_id}`, without a trailing slash. */
  apiUrl: string
  /** `YYYY-MM-DD` */
  apiVersion: string
  /** Machine milliseconds that one call may take; 15,000 when left out. */
  timeoutMs?: number
  /** Told of each answer by its HTTP status, and `none` without one. */
  onAnswer?: (status: string) => void
}

export type Query = Readonly<Record<string, string | number>>

/** Calls of Cafe24's API inside its limits; each throws MallApiError. */
export interface Cafe24Http {
  /** The body of a GET below `/api/v2/admin`; null for 404. */
  get(shop: ShopAccess, path: string, query?: Query): Promise<unknown>
  /** The answer of a POST below `/api/v2/oauth` with the app's own credentials, never repeated here. */
  oauth(
    shopId: string,
    path: 'token' | 'revoke',
    form: Record<string, string>,
  ): Promise<AxiosResponse<unknown>>
}

const TRIES = 3
const RETRY_MS = 200
const RATE_RETRY_MS = 1000
const TIMEOUT_MS = 15_000
const SHOP_ID = /^[a-z0-9-]{3,50}$/

/** The host of one shop's API; throws AppError `bad-shop-id` for what could name another host. */
export function apiBase(config: Cafe24Config, shopId: string): string {
  if (!SHOP_ID.test(shopId)) throw new AppError('bad-shop-id', 'A Cafe24 mall id has 3 to 50 of a-z, 0-9, -')
  return `${config.apiUrl.replaceAll('{mall_id}', shopId)}/api/v2`
}

/** A thin client: no redirects, no blind repeats, one limiter a mall. */
export function createCafe24Http(config: Cafe24Config, clock: MovableClock): Cafe24Http {
  const web = axios.create({
    timeout: config.timeoutMs ?? TIMEOUT_MS,
    maxRedirects: 0,
    proxy: false,
    validateStatus: () => true,
    httpAgent: new Agent({ keepAlive: true }),
    httpsAgent: new TlsAgent({ keepAlive: true }),
  })
  web.interceptors.response.use(
    (answer) => {
      config.onAnswer?.(String(answer.status))
      return answer
    },
    (cause: unknown) => {
      config.onAnswer?.('none')
      throw cause
    },
  )
  const limiters = new Map<string, CallLimiter>()
  const limiterOf = (shopId: string): CallLimiter => {
    const limiter = limiters.get(shopId) ?? createCallLimiter(clock)
    limiters.set(shopId, limiter)
    return limiter
  }

  async function getOnce(shop: ShopAccess, path: string, query: Query, token: string) {
    const limiter = limiterOf(shop.shopId)
    return limiter.run(async () => {
      const answer = await web.get<unknown>(`${apiBase(config, shop.shopId)}/admin${path}`, {
        params: query,
        headers: {
          Authorization: `Bearer ${token}`,
          'Content-Type': 'application/json',
          'X-Cafe24-Api-Version': config.apiVersion,
        },
      })
      limiter.observe(answer.headers)
      if (answer.status === 429) limiter.pause(pauseAfter429(answer.headers))
      return answer
    })
  }

  /** A GET with a token that works: after a 401 the token is refreshed and the call repeated, once. */
  async function getWithToken(shop: ShopAccess, path: string, query: Query) {
    const token = await shop.accessToken()
    const answer = await getOnce(shop, path, query, token)
    if (answer.status !== 401) return answer
    return getOnce(shop, path, query, await shop.accessToken(token))
  }

  /** A GET that outlasts what passes: server trouble, a lost connection, a full bucket. */
  async function getPatiently(shop: ShopAccess, path: string, query: Query) {
    for (let attempt = 1; ; attempt += 1) {
      const last = attempt === TRIES
      try {
        const answer = await getWithToken(shop, path, query)
        const passes = [429, 500, 502, 503, 504].includes(answer.status)
        if (!passes || last) return answer
        if (answer.status === 429) continue
      } catch (cause) {
        if (cause instanceof AppError) throw cause
        if (last)
          throw new MallApiError('transient', 'The mall did not answer', about(shop, path), {
            cause: bare(cause),
          })
      }
      await machineSleep(RETRY_MS * 2 ** attempt * (1 + Math.random() * 0.3))
    }
  }

  async function get(shop: ShopAccess, path: string, query: Query = {}): Promise<unknown> {
    const { status, data } = await getPatiently(shop, path, query)
    if (status >= 200 && status < 300) return data
    if (status === 404) return null
    throw await refusal(shop, path, status, data)
  }

  async function refusal(
    shop: ShopAccess,
    path: string,
    status: number,
    data: unknown,
  ): Promise<MallApiError> {
    const context = { ...about(shop, path), status, parameter: parameterOf(data) }
    if (status === 401) return new MallApiError('reauth-required', 'The mall refuses our tokens', context)
    if (status === 429 || status >= 500)
      return new MallApiError('transient', 'The mall is busy or down', context)
    if (status !== 403) return new MallApiError('rejected', 'The mall refuses this call', context)
    // 403 is a missing scope or a deleted app; only the app's own endpoint tells them apart (reference §2.1).
    const probe = path === '/apps' ? status : (await getPatiently(shop, '/apps', {})).status
    return probe === 403
      ? new MallApiError('uninstalled', 'The app is not installed at this mall', context)
      : new MallApiError('rejected', 'The mall does not allow this call', context)
  }

  return {
    get,
    async oauth(shopId, path, form) {
      const credentials = Buffer.from(`${config.clientId}:${config.clientSecret}`).toString('base64')
      try {
        return await web.post<unknown>(
          `${apiBase(config, shopId)}/oauth/${path}`,
          new URLSearchParams(form).toString(),
          {
            headers: {
              Authorization: `Basic ${credentials}`,
              'Content-Type': 'application/x-www-form-urlencoded',
            },
          },
        )
      } catch (cause) {
        if (cause instanceof AppError) throw cause
        throw new MallApiError(
          'transient',
          'The mall did not answer',
          { shopId, path },
          { cause: bare(cause) },
        )
      }
    },
  }
}

function about(shop: ShopAccess, path: string) {
  // Paths may end in a member id.
  return { shopId: shop.shopId, path: path.split('/').slice(0, 2).join('/') }
}

/** An error of axios carries the request with its token; only what happened is kept. */
function bare(cause: unknown): Error {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'unknown'
  return new Error(`request failed: ${code}`)
}

/** Business milliseconds until the mall takes calls again. */
function pauseAfter429(headers: Readonly<Record<string, unknown>>): number {
  const seconds = Math.max(
    Number(headers['x-cafe24-call-remain'] ?? 0) || 0,
    Number(headers['x-cafe24-time-remain'] ?? 0) || 0,
  )
  return (seconds > 0 ? seconds * 1000 : RATE_RETRY_MS) * (1 + Math.random() * 0.1)
}

/** Parameter errors end in `(parameter.x)`; the rest of the text may hold values. */
function parameterOf(data: unknown): string | null {
  const error = typeof data === 'object' && data !== null && 'error' in data ? data.error : null
  const message =
    typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : ''
  return /\(parameter\.(\w+)\)\s*$/.exec(message)?.[1] ?? null
}

function machineSleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
