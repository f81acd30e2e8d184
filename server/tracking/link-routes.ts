import type { Request, RequestHandler, Response } from 'express'
import type { Clock } from '../core/clock'
import type { Keyring } from '../core/crypto'
import { AppError } from '../core/errors'
import { newId, runIdOf } from '../core/ids'
import type { Logger } from '../core/logger'
import type { ClickRecorder } from './click-recorder'
import type { LinkLookup, LinkTarget } from './link-lookup'
import { readToken } from './link-token'
import { deviceOf, isShopper } from './visitor-rules'

/** What the tracked links need. `clock` is business time: when the click happened. */
export interface LinkParts {
  keyring: Pick<Keyring, 'verify'>
  lookup: LinkLookup
  recorder: Pick<ClickRecorder, 'record'>
  clock: Clock
  logger: Pick<Logger, 'error'>
}

/** What the app answers below `/t`; both need nothing before them: no session, no form tokens, no parsed body. */
export interface Links {
  /** GET `/t/:token`. */
  follow: RequestHandler
  /** Everything else there. */
  refuse: RequestHandler
}

/** `/t/{token}`: the click is stored, then the shopper is at the mall; any other address below `/t` gets the small page. */
export function createLinks(parts: LinkParts): Links {
  return {
    async follow(req, res) {
      const { token } = req.params
      const sendId = readToken(parts.keyring, token)
      if (typeof token !== 'string' || sendId === null) return sendPage(res, 404, 'unknown-link')
      const runId = runIdOf(sendId)
      try {
        const target = await parts.lookup(runId)
        if (target === null) return sendPage(res, 404, 'unknown-link')
        await leadOn(parts, req, res, { runId, sendId, token, target })
      } catch (cause) {
        parts.logger.error({ runId, failure: kindOf(cause) }, 'link leads nowhere')
        sendPage(res, 503, 'busy-link')
      }
    },
    refuse: (_req, res) => sendPage(res, 404, 'unknown-link'),
  }
}

interface Followed {
  runId: string
  sendId: string
  token: string
  target: LinkTarget
}

async function leadOn(
  parts: LinkParts,
  req: Request,
  res: Response,
  { runId, sendId, token, target }: Followed,
): Promise<void> {
  const userAgent = req.headers['user-agent'] ?? ''
  const device = deviceOf(userAgent)
  const url = target.urlOf(device, token)
  const purpose = req.get('sec-purpose') ?? req.get('purpose') ?? ''
  if (!target.test && isShopper({ method: req.method, userAgent, purpose })) {
    const at = parts.clock.now()
    await parts.recorder.record({ id: newId(at), mallId: target.mallId, runId, sendId, at, device })
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
