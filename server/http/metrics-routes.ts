import type { IncomingMessage, ServerResponse } from 'node:http'
import { type RequestHandler, Router } from 'express'
import { isBearer } from '../core/crypto'
import type { Metrics } from '../core/metrics'

/** GET /metrics for who has the token; what stands in it is for the operator alone. */
export function metricsRoutes({ metrics, token }: { metrics: Metrics; token: string }): Router {
  const router = Router()
  router.get('/metrics', async (req, res) => {
    if (!isBearer(req.headers.authorization, token)) {
      res.status(401).set('WWW-Authenticate', 'Bearer').end()
      return
    }
    res
      .set('Cache-Control', 'no-store')
      .type(metrics.contentType)
      .send(await metrics.text())
  })
  return router
}

/** Measures each request by the pattern of its route, never by its address, which may carry ids. */
export function measureRequests(metrics: Pick<Metrics, 'request'>): RequestHandler {
  return (req, res, next) => {
    measureRequest(metrics, req, res, () => routeOf(res.locals['mountPath'], req.route))
    next()
  }
}

/** Measures one request from now until it is answered; `routeOf` is asked then. */
export function measureRequest(
  metrics: Pick<Metrics, 'request'>,
  req: IncomingMessage,
  res: ServerResponse,
  routeOf: () => string,
): void {
  const begun = performance.now()
  res.once('finish', () =>
    metrics.request({
      method: req.method ?? '',
      route: routeOf(),
      status: res.statusCode,
      seconds: (performance.now() - begun) / 1000,
    }),
  )
}

/** Notes under which path the routes that follow are mounted. */
export function noteMount(path: string): RequestHandler {
  return (_req, res, next) => {
    res.locals['mountPath'] = path
    next()
  }
}

function routeOf(mountPath: unknown, route: unknown): string {
  const path = typeof route === 'object' && route !== null && 'path' in route ? route.path : null
  if (typeof path !== 'string') return 'none'
  const mount = typeof mountPath === 'string' && mountPath !== '/' ? mountPath : ''
  return `${mount}${path === '/' && mount !== '' ? '' : path}`
}
