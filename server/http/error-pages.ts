import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import { AppError, UserError } from '../core/errors'
import type { Logger } from '../core/logger'
import { type ErrorText, errorTextOf } from './error-texts'
import type {} from './express-types'
import { ensureFrame, type FrameParts } from './page-frame'
import { loggedPath, scrub } from './request-log'

/** What the last two handlers of the app need. */
export interface ErrorParts {
  frame: FrameParts
  logger: Logger
  securityHeaders: RequestHandler
}

/** Answers what no route took with 404. */
export const notFound: RequestHandler = () => {
  throw new UserError(404, 'not-found', '주소가 바뀌었거나 지워진 화면이에요. 주소를 다시 확인해 주세요.')
}

/** Turns every error into a Korean page or JSON that says what to do next; only our own failures (5xx) are logged, once. */
export function createErrorHandler(parts: ErrorParts): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    const text = errorTextOf(error)
    if (text.status >= 500) logFailure(parts.logger, req, error)
    if (res.headersSent) return next(error)
    parts.securityHeaders(req, res, () => answer(parts, text, req, res))
  }
}

function answer(parts: ErrorParts, text: ErrorText, req: Request, res: Response): void {
  const requestId = typeof req.id === 'string' ? req.id.slice(0, 8) : null
  res.status(text.status).set('Cache-Control', 'no-store')
  if (req.accepts(['html', 'json']) === 'json') {
    res.json({ error: { code: text.code, message: text.next, requestId } })
    return
  }
  ensureFrame(parts.frame, req, res)
  const locals = { title: text.title, error: text, requestId }
  res.render('errors/error', locals, (cause, body) => {
    if (cause) return plain(parts, text, req, res, cause)
    res.render('layouts/page', { ...locals, body }, (cause, html) => {
      if (cause) return plain(parts, text, req, res, cause)
      res.type('html').send(html)
    })
  })
}

/** The page itself cannot be drawn: its words alone still reach the person. */
function plain(parts: ErrorParts, text: ErrorText, req: Request, res: Response, cause: unknown): void {
  logFailure(parts.logger, req, cause)
  res.type('text').send(`${text.title}\n${text.next}\n`)
}

function logFailure(logger: Logger, req: Request, error: unknown): void {
  const fact = { method: req.method, path: loggedPath(req.originalUrl), requestId: req.id }
  logger.error({ ...fact, failure: loggedError(error) }, 'request failed')
}

/** An error as it may stand in a log: its kind, code, context and stack without personal data, causes to a depth of 3. */
function loggedError(error: unknown, depth = 3): Record<string, unknown> {
  if (!(error instanceof Error)) return { kind: typeof error }
  return {
    kind: error.name,
    message: scrub(error.message),
    stack: ownFrames(error.stack ?? ''),
    ...(error instanceof AppError ? { code: error.code, context: error.context } : {}),
    ...(error.cause !== undefined && depth > 0 ? { cause: loggedError(error.cause, depth - 1) } : {}),
  }
}

/** The first 12 calls that are ours: express alone adds a hundred of its own. */
function ownFrames(stack: string): string {
  const calls = stack.split('\n').filter((line) => /^\s+at /.test(line) && !/node_modules|node:/.test(line))
  return scrub(
    calls
      .slice(0, 12)
      .map((line) => line.trim())
      .join('\n'),
  )
}
