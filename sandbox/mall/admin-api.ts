import { type Request, type Response, Router } from 'express'
import { cartEndpoints } from './admin-carts'
import { type Endpoint, isRefusal } from './admin-endpoint'
import { memberEndpoints } from './admin-members'
import { orderEndpoints } from './admin-orders'
import { DEFAULT_VERSION, storeEndpoints } from './admin-store'
import type { Platform } from './platform'
import type { Shop } from './shop'

const VERSIONS = ['2025-12-01', '2026-03-01', '2026-06-01', DEFAULT_VERSION, '2026-12-01']
const ENDPOINTS = [...memberEndpoints, ...cartEndpoints, ...orderEndpoints, ...storeEndpoints]

/** The answer of one admin call: a status and the body of its envelope. */
interface Answer {
  status: number
  body: object
}

/** The shop's admin API; each request passes the checks in the order of cafe24.md §9. */
export function adminApi(platform: Platform): Router {
  const router = Router({ mergeParams: true })
  for (const endpoint of ENDPOINTS) {
    router.get(endpoint.path, (req, res) => send(platform, req, res, endpoint))
  }
  router.use((req, res) => send(platform, req, res, null))
  return router
}

function send(platform: Platform, req: Request, res: Response, endpoint: Endpoint | null): void {
  const mallId = String(req.params['mallId'])
  const path = endpoint?.path ?? '(unknown)'
  const fault = platform.faults.takeNext(mallId, req.path)
  const answer = fault === null ? answerOf(platform, req, res, endpoint) : failure(fault, 'Injected fault.')
  platform.journal.add({
    atMs: platform.nowMs(),
    mallId,
    method: req.method,
    path,
    params: Object.keys(req.query).sort(),
    status: answer.status,
  })
  if (answer.status === 0) {
    req.socket.destroy()
    return
  }
  res
    .status(answer.status)
    .setHeader('content-type', 'application/json; charset=utf-8')
    .end(JSON.stringify(answer.body))
}

function answerOf(platform: Platform, req: Request, res: Response, endpoint: Endpoint | null): Answer {
  const mallId = String(req.params['mallId'])
  const shop = platform.shops.get(mallId)
  if (shop === undefined) return failure(404, 'Unknown mall.')
  return (
    authFailure(platform, req, mallId, endpoint) ??
    versionFailure(req) ??
    rateFailure(platform, res, mallId) ??
    (endpoint === null ? failure(404, 'No such path.') : handled(platform, req, shop, endpoint))
  )
}

function authFailure(
  platform: Platform,
  req: Request,
  mallId: string,
  endpoint: Endpoint | null,
): Answer | null {
  const bearer = /^Bearer (\S+)$/.exec(req.get('authorization') ?? '')?.[1] ?? ''
  const access = platform.oauth.check(mallId, bearer)
  if (typeof access === 'string') return failure(401, access)
  if (!platform.oauth.isInstalled(mallId)) return failure(403, 'The app is not installed.')
  if (endpoint !== null && !access.scopes.includes(endpoint.scope))
    return failure(403, 'Insufficient scope. (insufficient_scope)')
  return null
}

function versionFailure(req: Request): Answer | null {
  const version = req.get('x-cafe24-api-version') ?? DEFAULT_VERSION
  if (!VERSIONS.includes(version))
    return failure(400, `The API version is not available. The default version is ${DEFAULT_VERSION}.`)
  const type = req.get('content-type') ?? 'application/json'
  return type.startsWith('application/json') ? null : failure(400, 'Content-Type must be application/json.')
}

function rateFailure(platform: Platform, res: Response, mallId: string): Answer | null {
  const place = platform.buckets.take(mallId)
  const seconds = platform.faults.quotaSecondsLeft(mallId)
  res.setHeader('X-Api-Call-Limit', place.header)
  res.setHeader('X-Cafe24-Call-Usage', seconds > 0 ? '100' : '1')
  res.setHeader('X-Cafe24-Time-Usage', '1')
  if (seconds > 0) res.setHeader('X-Cafe24-Call-Remain', String(seconds))
  return place.allowed && seconds === 0 ? null : failure(429, 'Too Many Requests')
}

function handled(platform: Platform, req: Request, shop: Shop, endpoint: Endpoint): Answer {
  const path = Object.fromEntries(Object.entries(req.params).map(([key, value]) => [key, String(value)]))
  const answer = endpoint.handle({ platform, shop, query: req.query, path })
  return isRefusal(answer) ? failure(answer.refused, answer.message) : { status: 200, body: answer }
}

function failure(status: number, message: string): Answer {
  return { status, body: { error: { code: status, message, more_info: {} } } }
}
