import type { RequestHandler } from 'express'
import { rateLimit } from 'express-rate-limit'
import { UserError } from '../core/errors'

const WINDOW_MS = 15 * 60_000

/** Lets an address try `tries` logins in 15 minutes (default 20), then answers 429; successful ones do not count. */
export function createLoginLimit(tries = 20): RequestHandler {
  return rateLimit({
    windowMs: WINDOW_MS,
    limit: tries,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    skipSuccessfulRequests: true,
    handler: (_req, _res, next) =>
      next(
        new UserError(429, 'too-many-logins', '로그인 시도가 너무 많았어요. 15분 뒤에 다시 시도해 주세요.'),
      ),
  })
}
