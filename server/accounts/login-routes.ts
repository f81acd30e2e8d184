import { type RequestHandler, Router } from 'express'
import { z } from 'zod'
import { type FormState, newForm, refusedForm } from '../http/form-errors'
import { createLoginLimit } from '../http/login-limit'
import { isOwnPath, seeOther } from '../http/notice'
import { page } from '../http/page'
import { parseForm } from '../http/parse-form'
import type { SessionUser } from '../http/session-user'
import { type Authentication, signIn } from './accounts-passport'

const LoginForm = z.object({
  loginId: z.string().trim().min(1).max(200),
  password: z.string().min(1).max(200),
})

/** GET and POST /login, POST /logout; mounted at '/' as `public`. `limit` stands before each try. */
export function loginRoutes(parts: { passport: Authentication; limit?: RequestHandler }): Router {
  const router = Router()
  router.get('/login', (req, res) => {
    if (req.user) return res.redirect(303, '/')
    page(res, 'accounts/login', loginLocals(newForm()))
  })
  router.post('/login', parts.limit ?? createLoginLimit(), async (req, res, next) => {
    const read = parseForm(req, LoginForm)
    if (!read.ok) return page(res.status(422), 'accounts/login', loginLocals(read.form))
    parts.passport.authenticate('local', (cause: unknown, user: SessionUser | false) => {
      if (cause) return next(cause)
      if (!user) return page(res.status(401), 'accounts/login', loginLocals(wrongLogin(req.body)))
      // The new session forgets what the old one kept.
      const { returnTo } = req.session
      const target = returnTo && isOwnPath(returnTo) ? returnTo : '/'
      signIn(req, user).then(() => seeOther(req, res, target), next)
    })(req, res, next)
  })
  router.post('/logout', (req, res, next) => {
    req.logOut((cause: unknown) => {
      if (cause) return next(cause)
      seeOther(req, res, '/login', { tone: 'ok', text: '로그아웃했어요.' })
    })
  })
  return router
}

function loginLocals(form: FormState) {
  return { title: '로그인', layout: 'bare' as const, form }
}

/** One answer for an unknown id and a wrong password, so that nobody learns who has an account. */
function wrongLogin(body: unknown): FormState {
  return refusedForm(body, [{ field: '', text: '아이디나 비밀번호가 맞지 않아요. 다시 확인해 주세요.' }])
}
