import type { Request, RequestHandler } from 'express'
import { UserError } from '../core/errors'

/** What a person may do: owner and marketer run campaigns, support looks people up, operator runs the service. */
export type Role = 'owner' | 'marketer' | 'support' | 'operator'

/** The logged-in person as the session carries them. */
export type SessionUser = Express.User

/** The logged-in person; throws UserError 401 when there is none. */
export function currentUser(req: Request): SessionUser {
  if (!req.user) throw new UserError(401, 'login-needed', '로그인이 필요해요. 다시 로그인해 주세요.')
  return req.user
}

/** The id of the mall that this person works in; throws UserError 401 or 403 when there is none. */
export function currentMall(req: Request): string {
  const { mallId } = currentUser(req)
  if (mallId === null) {
    throw new UserError(
      403,
      'mall-needed',
      '연결된 쇼핑몰이 없어요. 쇼핑몰 관리자에서 앱을 다시 열어 주세요.',
    )
  }
  return mallId
}

/** Lets only logged-in people pass; a browser reading a page goes to /login and comes back afterwards. */
export const requireUser: RequestHandler = (req, res, next) => {
  if (req.user) return next()
  if (req.method !== 'GET' || req.accepts(['html', 'json']) !== 'html') {
    throw new UserError(401, 'login-needed', '로그인이 필요해요. 다시 로그인해 주세요.')
  }
  req.session.returnTo = req.originalUrl
  res.redirect(303, '/login')
}

/** Lets only people with a mall pass; place it after `requireUser`. */
export const requireMall: RequestHandler = (req, _res, next) => {
  currentMall(req)
  next()
}

/** Lets only these roles pass; others get a 403 that names what to do. */
export function requireRole(...roles: readonly Role[]): RequestHandler {
  return (req, _res, next) => {
    if (!roles.includes(currentUser(req).role)) {
      throw new UserError(
        403,
        'role-needed',
        '이 화면을 볼 권한이 없어요. 쇼핑몰 대표에게 권한을 요청해 주세요.',
      )
    }
    next()
  }
}
