import type { RequestHandler } from 'express'
import session, { type Store } from 'express-session'
import type {} from './express-types'

/** Twelve hours without a click end a session: a working day at the counter. */
const IDLE_MS = 12 * 3_600_000

/** Where cookies go: https means that the app may stand in an iframe of the mall's admin. */
export interface CookiePlace {
  sameSite: 'none' | 'lax'
  secure: boolean
}

/** Cookie flags for `baseUrl`: iframes of the mall's admin need SameSite=None, which browsers take over https only. */
export function cookiePlace(baseUrl: string): CookiePlace {
  return baseUrl.startsWith('https:')
    ? { sameSite: 'none', secure: true }
    : { sameSite: 'lax', secure: false }
}

/** Sessions in `store` under the cookie `baguni.sid`; nothing is stored for a visitor who only looks. */
export function createSessions(options: { store: Store; secret: string; baseUrl: string }): RequestHandler {
  return session({
    name: 'baguni.sid',
    secret: options.secret,
    store: options.store,
    resave: false,
    saveUninitialized: false,
    rolling: true,
    cookie: { httpOnly: true, maxAge: IDLE_MS, path: '/', ...cookiePlace(options.baseUrl) },
  })
}
