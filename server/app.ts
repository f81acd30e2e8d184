import type { RequestListener } from 'node:http'
import cookieParser from 'cookie-parser'
import express, { type Express, type RequestHandler, Router } from 'express'
import type { Store } from 'express-session'
import type { Clock } from './core/clock'
import type { Logger } from './core/logger'
import type { Metrics } from './core/metrics'
import type { Health } from './health'
import { createAssets } from './http/assets'
import { createFormTokens } from './http/csrf'
import { createErrorHandler, notFound } from './http/error-pages'
import { measureRequests, metricsRoutes, noteMount } from './http/metrics-routes'
import { createPageFrame } from './http/page-frame'
import { createRequestLog } from './http/request-log'
import { createSecurityHeaders } from './http/security-headers'
import { createSessions } from './http/session'
import { requireMall, requireUser } from './http/session-user'
import { useViews } from './http/view-engine'
import type { LinkListener } from './tracking/link-listener'

const BODY_LIMIT = '256kb'

/**
 * A domain's routes and who may come in:
 * `public-raw` gets no session, no form tokens, no parsed body (webhooks, storefront events);
 * `public` gets session and form tokens; `admin` also asks for a person with a mall.
 */
export interface Mount {
  path: string
  router: Router
  kind: 'public-raw' | 'public' | 'admin'
}

/** Everything the web app is built from; nothing in it is made here. */
export interface AppParts {
  config: { baseUrl: string; sessionSecret: string; trustProxy: boolean | number | string; sandbox: boolean }
  sessionStore: Store
  /** Who is logged in: a passport with its strategies. */
  passport: { initialize(): RequestHandler; session(): RequestHandler }
  /** Business time. */
  clock: Clock
  logger: Logger
  mounts: readonly Mount[]
  health: { live(): object; ready: Health['ready'] }
  /** Who may read the metrics; left out, there are none. */
  metrics?: { metrics: Metrics; token: string }
  /** The name of a mall for the page head. */
  shopName?: (mallId: string) => Promise<string | null>
}

/** The express app: webhooks first, then pages; every error ends in one place. */
export function createApp(parts: AppParts): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('trust proxy', parts.config.trustProxy)
  useViews(app)
  const tokens = createFormTokens({ secret: parts.config.sessionSecret, baseUrl: parts.config.baseUrl })
  const assets = createAssets()
  const securityHeaders = createSecurityHeaders(parts.config)
  const frame = { ...parts, assets, tokens, sandbox: parts.config.sandbox }

  if (parts.metrics) app.use(measureRequests(parts.metrics.metrics))
  // Webhooks come in bursts: they pass nothing that only pages need.
  mountKind(app, parts, 'public-raw')
  app.use(healthRoutes(parts))
  if (parts.metrics) app.use(metricsRoutes(parts.metrics))
  app.use(securityHeaders)
  app.use('/assets', assets.router)
  app.use(createRequestLog(parts.logger))
  app.use(
    createSessions({
      store: parts.sessionStore,
      secret: parts.config.sessionSecret,
      baseUrl: parts.config.baseUrl,
    }),
  )
  app.use(parts.passport.initialize(), parts.passport.session())
  app.use(createPageFrame(frame))
  app.use(noStore, express.urlencoded({ extended: true, limit: BODY_LIMIT, parameterLimit: 1_000 }))
  app.use(express.json({ limit: BODY_LIMIT }), cookieParser(), tokens.check)
  mountKind(app, parts, 'public')
  mountKind(app, parts, 'admin')
  app.use(notFound)
  app.use(createErrorHandler({ frame, logger: parts.logger, securityHeaders }))
  return app
}

/** Tracked links stand before the app, which never sees a click: express doubles what one costs (docs/decisions/0009). */
export function withLinks(links: LinkListener, app: RequestListener): RequestListener {
  return (req, res) => {
    if (!links(req, res)) app(req, res)
  }
}

function mountKind(app: Express, parts: AppParts, kind: Mount['kind']): void {
  for (const mount of parts.mounts.filter((each) => each.kind === kind)) {
    if (parts.metrics) app.use(mount.path, noteMount(mount.path))
    app.use(mount.path, kind === 'admin' ? guarded(mount) : mount.router)
  }
}

/** Only people with a mall come in; a mount at '/' takes the home address alone, so that unknown addresses stay 404. */
function guarded(mount: Mount): Router {
  const router = Router()
  if (mount.path === '/') router.use((req, _res, next) => next(req.path === '/' ? undefined : 'router'))
  return router.use(requireUser, requireMall, mount.router)
}

/** Pages show people: neither the browser nor a proxy keeps them. */
const noStore: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store')
  next()
}

function healthRoutes(parts: AppParts): Router {
  const router = Router()
  router.get('/healthz', (_req, res) => {
    res.json(parts.health.live())
  })
  router.get('/readyz', async (_req, res) => {
    const ready = await parts.health.ready()
    res.status(ready ? 200 : 503).json({ ready })
  })
  return router
}
