import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../core/clock'
import type { Keyring } from '../core/crypto'
import { AppError } from '../core/errors'
import { unescaped } from '../core/escapes'
import { newId, runIdOf } from '../core/ids'
import type { Logger } from '../core/logger'
import { renderView } from '../http/view-engine'
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
  /** Told of each request that is answered here, before it is. */
  watch?: (req: IncomingMessage, res: ServerResponse) => void
}

/** Answers a request below `/t`; false for any other, which it leaves as it was. */
export type LinkListener = (req: IncomingMessage, res: ServerResponse) => boolean

// What stands behind /t/ of a path or of a whole address; undefined for /t itself. Neither case nor a last slash matters, as with every route.
const BELOW_T = /^(?:https?:\/\/[^/?#]*)?\/t(?:\/([^?#]*?)\/?)?(?:[?#]|$)/i

const PAGE_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
}

interface Page {
  status: number
  html: string
}

/**
 * `/t/{token}`: the click is stored, then the shopper is at the mall; any other address below `/t` gets a small page. It needs nothing of
 * express, which doubles what a click costs (docs/decisions/0009).
 */
export function createLinkListener(parts: LinkParts): LinkListener {
  const unknown: Page = { status: 404, html: renderView('tracking/unknown-link') }
  const busy: Page = { status: 503, html: renderView('tracking/busy-link') }

  /** Where the shopper goes on, once the click is stored; null when no such link was ever sent. */
  async function follow(req: IncomingMessage, token: string, sendId: string): Promise<string | null> {
    const runId = runIdOf(sendId)
    const target = await parts.lookup(runId)
    if (target === null) return null
    const userAgent = req.headers['user-agent'] ?? ''
    const device = deviceOf(userAgent)
    const url = target.urlOf(device, token)
    if (isCounted(req, target, userAgent)) {
      const at = parts.clock.now()
      await parts.recorder.record({ id: newId(at), mallId: target.mallId, runId, sendId, at, device })
    }
    return url
  }

  async function answer(req: IncomingMessage, res: ServerResponse, token: string): Promise<void> {
    const sendId = isRead(req) ? readToken(parts.keyring, token) : null
    if (sendId === null) return sendPage(res, unknown)
    try {
      const url = await follow(req, token, sendId)
      if (url === null) return sendPage(res, unknown)
      res.writeHead(302, { Location: url, 'Cache-Control': 'no-store', 'Content-Length': 0 })
      res.end()
    } catch (cause) {
      parts.logger.error({ runId: runIdOf(sendId), failure: kindOf(cause) }, 'link leads nowhere')
      sendPage(res, busy)
    }
  }

  return (req, res) => {
    const below = BELOW_T.exec(req.url ?? '')
    if (below === null) return false
    parts.watch?.(req, res)
    void answer(req, res, unescaped(below[1] ?? ''))
    return true
  }
}

function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD'
}

/** Clicks of a test send lead on but are never counted; nor are machines. */
function isCounted(req: IncomingMessage, target: LinkTarget, userAgent: string): boolean {
  const purpose = String(req.headers['sec-purpose'] ?? req.headers['purpose'] ?? '')
  return !target.test && isShopper({ method: req.method ?? '', userAgent, purpose })
}

/** A small page of its own: no session, no script, nothing from elsewhere. */
function sendPage(res: ServerResponse, { status, html }: Page): void {
  res.writeHead(status, { ...PAGE_HEADERS, 'Content-Length': Buffer.byteLength(html) })
  res.end(html)
}

function kindOf(cause: unknown): string {
  return cause instanceof AppError ? cause.code : cause instanceof Error ? cause.name : typeof cause
}
