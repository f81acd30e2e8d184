import { randomBytes } from 'node:crypto'
import express, { type Request, type Response, Router } from 'express'
import { consentPage, refusedPage } from './consent-page'
import type { Platform } from './platform'
import type { Shop } from './shop'

interface Asked {
  shop: Shop
  redirectUri: string
  state: string
  scopes: string[]
}

/** Authorize, token and revoke of every mall, below `/{mall_id}/api/v2/oauth` (cafe24.md §1.3 to §1.5). */
export function oauthRoutes(platform: Platform): Router {
  const router = Router({ mergeParams: true })
  router.get('/authorize', (req, res) => {
    const asked = readAsked(platform, req, res)
    if (asked === null) return
    const known = platform.oauth.consentOf(asked.shop.fixture.mallId)
    if (known !== null && asked.scopes.every((scope) => known.includes(scope))) sendCode(platform, asked, res)
    else res.send(consentPage(asked.shop.fixture.shopName, asked.scopes))
  })
  router.post('/authorize', (req, res) => {
    const asked = readAsked(platform, req, res)
    if (asked === null) return
    platform.oauth.consent(asked.shop.fixture.mallId, asked.scopes)
    sendCode(platform, asked, res)
  })
  router.use(express.urlencoded({ extended: false }))
  router.post('/token', (req, res) => send(req, res, token(platform, req)))
  router.post('/revoke', (req, res) => {
    const known = isClient(platform, req)
    if (known) platform.oauth.revoke(field(req, 'token'))
    send(
      req,
      res,
      known ? { status: 200, body: {} } : tokenError(401, 'invalid_client', 'It is a wrong client_secret.'),
    )
  })
  return router
}

/** The request for consent, or null when it was answered with a page or an error redirect. */
function readAsked(platform: Platform, req: Request, res: Response): Asked | null {
  const { app } = platform.options
  const shop = platform.shops.get(String(req.params['mallId']))
  const redirectUri = param(req, 'redirect_uri')
  const shopName = shop?.fixture.shopName ?? ''
  const page = (status: number, reason: string) => {
    res.status(status).send(refusedPage(shopName, reason))
    return null
  }
  if (shop === undefined) return page(404, '쇼핑몰을 찾을 수 없어요.')
  if (param(req, 'client_id') !== app.clientId) return page(400, '등록되지 않은 앱이에요.')
  if (!app.redirectUris.includes(redirectUri)) return page(400, '앱에 등록되지 않은 주소로 돌아가려고 해요.')
  const state = param(req, 'state')
  const scopes = param(req, 'scope')
    .split(/[\s,]+/)
    .filter((scope) => scope !== '')
  const error = askedError(platform, req, scopes, shop.fixture.mallId)
  if (error === null) return { shop, redirectUri, state, scopes }
  const trace_id = randomBytes(16).toString('hex')
  res.redirect(302, `${redirectUri}?${new URLSearchParams({ error, state, trace_id })}`)
  return null
}

function askedError(platform: Platform, req: Request, scopes: string[], mallId: string): string | null {
  if (param(req, 'response_type') !== 'code') return 'unsupported_response_type'
  if (scopes.length === 0) return 'invalid_request'
  if (!scopes.every((scope) => platform.options.app.scopes.includes(scope))) return 'invalid_scope'
  return platform.faults.of(mallId).subOperator ? 'access_denied' : null
}

function sendCode(platform: Platform, asked: Asked, res: Response): void {
  const code = platform.oauth.issueCode(asked.shop.fixture.mallId, asked.scopes, asked.redirectUri)
  res.redirect(302, `${asked.redirectUri}?${new URLSearchParams({ code, state: asked.state })}`)
}

/** A token answer: its status and body; 'lost' cuts the connection. */
type TokenAnswer = { status: number; body: object } | 'lost'

function token(platform: Platform, req: Request): TokenAnswer {
  const mallId = String(req.params['mallId'])
  if (!isClient(platform, req)) return tokenError(401, 'invalid_client', 'It is a wrong client_secret.')
  // Status and body are not documented; the platform speaks of a temporary block (cafe24.md §1.4).
  if (!platform.oauth.countRequest(mallId))
    return tokenError(429, 'temporarily_blocked', 'Too many token requests.')
  const grant = field(req, 'grant_type')
  if (grant === 'authorization_code') return exchange(platform, mallId, req)
  if (grant === 'refresh_token') return refresh(platform, mallId, req)
  return tokenError(400, 'unsupported_grant_type', 'Unsupported grant_type.')
}

function exchange(platform: Platform, mallId: string, req: Request): TokenAnswer {
  const code = field(req, 'code')
  const redirectUri = field(req, 'redirect_uri')
  if (code === '' || redirectUri === '')
    return tokenError(400, 'invalid_request', 'code and redirect_uri are required.')
  const answer = platform.oauth.exchange(mallId, code, redirectUri)
  if (answer === null) return tokenError(400, 'invalid_grant', 'Invalid code.')
  return { status: 200, body: trimmed(platform, mallId, answer) }
}

function refresh(platform: Platform, mallId: string, req: Request): TokenAnswer {
  const old = field(req, 'refresh_token')
  if (old === '') return tokenError(400, 'invalid_request', 'refresh_token is required.')
  const answer = platform.oauth.refresh(mallId, old)
  if (answer === null) return tokenError(400, 'invalid_grant', 'Invalid refresh_token')
  if (platform.faults.takeTokenDrop(mallId)) return 'lost'
  return { status: 200, body: trimmed(platform, mallId, answer) }
}

function trimmed(platform: Platform, mallId: string, answer: Record<string, unknown>) {
  if (!platform.faults.of(mallId).omitRefreshExpiry) return answer
  const { refresh_token_expires_at: _omitted, ...rest } = answer
  return rest
}

function tokenError(status: number, error: string, text: string): TokenAnswer {
  return { status, body: { error, error_description: text } }
}

function send(req: Request, res: Response, answer: TokenAnswer): void {
  if (answer === 'lost') req.socket.destroy()
  else res.status(answer.status).json(answer.body)
}

function isClient(platform: Platform, req: Request): boolean {
  const { clientId, clientSecret } = platform.options.app
  const wanted = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`
  return req.get('authorization') === wanted
}

function param(req: Request, name: string): string {
  const value = req.query[name]
  return typeof value === 'string' ? value : ''
}

function field(req: Request, name: string): string {
  const body: unknown = req.body
  const value = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined
  return typeof value === 'string' ? value : ''
}
