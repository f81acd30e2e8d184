import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import { pinoHttp } from 'pino-http'
import type { Logger } from '../core/logger'
import type {} from './express-types'

/** One debug line a request: id, method, path, status, time. No query, headers, address or token reaches the log. */
export function createRequestLog(logger: Logger): RequestHandler {
  return pinoHttp({
    logger,
    genReqId: () => randomUUID(),
    quietReqLogger: true,
    customAttributeKeys: { reqId: 'requestId' },
    customLogLevel: () => 'debug',
    customSuccessMessage: () => 'request answered',
    customErrorMessage: () => 'request answered',
    serializers: {
      req: () => undefined,
      res: (res: { statusCode: number | null }) => ({ status: res.statusCode }),
      err: () => undefined,
    },
    customProps: (req: IncomingMessage & { originalUrl?: string }) => ({
      method: req.method,
      path: loggedPath(req.originalUrl ?? req.url ?? ''),
    }),
  })
}

/** The path of a URL as it may stand in a log: no query, tracked tokens and anything long or phone-like cut. */
export function loggedPath(url: string): string {
  const path = url.split(/[?#]/, 1)[0] ?? ''
  return scrub(path.replace(/^\/t\/.+/, '/t/…').replace(/[^/]{33,}/g, '…')).slice(0, 200)
}

/** `text` without what looks like a phone number, a query string or a long secret. */
export function scrub(text: string): string {
  return text
    .replace(/(?:\+?82[-. ]?|0)1\d[-. ]?\d{3,4}[-. ]?\d{4}/g, '…')
    .replace(/\?[^\s"')]+/g, '?…')
    .replace(/[A-Za-z0-9_-]{41,}/g, '…')
}
