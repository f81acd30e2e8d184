import { type Request, type Response, Router } from 'express'
import type { Clock } from '../core/clock'
import type { Keyring } from '../core/crypto'
import { AppError } from '../core/errors'
import { newId, runIdOf } from '../core/ids'
import type { Logger } from '../core/logger'
import type { ClickRecorder } from './click-recorder'
import type { LinkLookup, LinkTarget } from './link-lookup'
import { readToken } from './link-token'
import { returnUrl } from './return-url'
import { deviceOf, isShopper } from './visitor-rules'

/** What the tracked links need. `clock` is business time: when the click happened. */
export interface LinkRoutesParts {
  keyring: Pick<Keyring, 'verify'>
  lookup: LinkLookup
  recorder: Pick<ClickRecorder, 'record'>
  clock: Clock
  logger: Pick<Logger, 'error'>
}

/** `/t/{token}`: the click is stored, then the shopper is at the mall. Mount at `/t`, kind `public-raw`. */
export function linkRoutes(parts: LinkRoutesParts): Router {
  const router = Router()
  router.get('/:token', async (req, res) => {
    const sendId = readToken(parts.keyring, req.params.token)
    if (sendId === null) return sendPage(res, 404, 'unknown-link')
    let target: LinkTarget | null
    try {
      target = await parts.lookup(runIdOf(sendId))
    } catch (cause) {
      parts.logger.error({ runId: runIdOf(sendId), failure: kindOf(cause) }, 'link target unreadable')
      return sendPage(res, 503, 'busy-link')
    }
    if (target === null) return sendPage(res, 404, 'unknown-link')
    try {
      await follow(parts, req, res, { sendId, token: req.params.token, target })
    } catch (cause) {
      parts.logger.error({ mallId: target.mallId, failure: kindOf(cause) }, 'link leads nowhere')
      sendPage(res, 503, 'busy-link')
    }
  })
  router.use((_req, res) => sendPage(res, 404, 'unknown-link'))
  return router
}

async function follow(
  parts: LinkRoutesParts,
  req: Request,
  res: Response,
  link: { sendId: string; token: string; target: LinkTarget },
): Promise<void> {
  const { sendId, token, target } = link
  const userAgent = req.get('user-agent') ?? ''
  const device = deviceOf(userAgent)
  const url = returnUrl(target.mall, device, target.landing, token, {
    utm_source: 'kakao',
    utm_medium: 'brandmessage',
    utm_campaign: target.campaignId,
  })
  const purpose = req.get('sec-purpose') ?? req.get('purpose') ?? ''
  if (!target.test && isShopper({ method: req.method, userAgent, purpose })) {
    const at = parts.clock.now()
    const { mallId } = target
    await parts.recorder.record({ id: newId(at), mallId, runId: runIdOf(sendId), sendId, at, device })
  }
  // Written by hand: express negotiates a body for each redirect, which nobody reads.
  res.writeHead(302, { Location: url, 'Cache-Control': 'no-store', 'Content-Length': 0 })
  res.end()
}

/** A small page of its own: no session, no script, nothing from elsewhere. */
function sendPage(res: Response, status: 404 | 503, view: 'unknown-link' | 'busy-link'): void {
  res.status(status).set({
    'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'X-Content-Type-Options': 'nosniff',
  })
  res.render(`tracking/${view}`)
}

function kindOf(cause: unknown): string {
  return cause instanceof AppError ? cause.code : cause instanceof Error ? cause.name : typeof cause
}
