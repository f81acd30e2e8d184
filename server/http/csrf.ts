import { doubleCsrf } from 'csrf-csrf'
import type { Request, RequestHandler, Response } from 'express'
import type {} from './express-types'
import { cookiePlace } from './session'

const FORM_TOKEN_FIELD = '_csrf'

/** Checks form tokens and makes them. */
export interface FormTokens {
  /** Refuses a changing request without the token of its session (http error 403, code `bad-form-token`). */
  check: RequestHandler
  /** The hidden input of this visitor's forms, as HTML. */
  field(req: Request, res: Response): string
}

/** Double-submit tokens bound to the session: in a cookie and in each form. */
export function createFormTokens(options: { secret: string; baseUrl: string }): FormTokens {
  const place = cookiePlace(options.baseUrl)
  const { doubleCsrfProtection, generateCsrfToken } = doubleCsrf({
    getSecret: () => options.secret,
    getSessionIdentifier: (req) => req.sessionID,
    cookieName: place.secure ? '__Host-baguni.form' : 'baguni.form',
    cookieOptions: { httpOnly: true, path: '/', ...place },
    getCsrfTokenFromRequest: tokenOf,
    errorConfig: { statusCode: 403, code: 'bad-form-token', message: 'Form token missing or stale' },
  })
  // Each call makes a new cookie while the visitor has none yet, so that only the last form of a page would be valid.
  const made = new WeakMap<Response, string>()
  return {
    check: doubleCsrfProtection,
    field(req, res) {
      // Without a stored session the id, to which the token is bound, would be another one at the next request.
      req.session.formsOpened = true
      const token = made.get(res) ?? generateCsrfToken(req, res)
      made.set(res, token)
      return `<input type="hidden" name="${FORM_TOKEN_FIELD}" value="${token}">`
    },
  }
}

function tokenOf(req: Request): string | null {
  const body: unknown = req.body
  if (typeof body === 'object' && body !== null && FORM_TOKEN_FIELD in body) {
    const token = body[FORM_TOKEN_FIELD]
    return typeof token === 'string' ? token : null
  }
  return req.get('x-csrf-token') ?? null
}
