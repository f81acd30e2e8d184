import { type Request, type RequestHandler, Router } from 'express'
import { z } from 'zod'
import { UserError } from '../core/errors'
import type {} from '../http/express-types'
import type { SessionUser } from '../http/session-user'
import type { AdmissionRefusal, Admitted, ConsentRefusal, InstallService } from './install-service'

declare module 'express-session' {
  interface SessionData {
    /** Keeps the session whose id a consent under way is bound to. */
    installing: boolean
  }
}

/** What the launch strategy found: a person, or why not. */
export type LaunchOutcome = { user: SessionUser } | { refusal: string }

const CallbackQuery = z.object({
  state: z.string().max(200).default(''),
  code: z.string().max(500).default(''),
  error: z.string().max(100).default(''),
})

/**
 * GET /launch/cafe24 and GET /oauth/cafe24/callback; mounted at '/' as `public`. `tryLaunch` runs the passport strategy
 * `launch`, `signIn` begins a session for the person who installed.
 */
export function installRoutes(parts: {
  install: InstallService
  tryLaunch: (req: Request) => Promise<LaunchOutcome>
  logIn: (req: Request, user: SessionUser) => Promise<void>
  signInOwner: (req: Request, owner: Admitted) => Promise<void>
}): Router {
  const router = Router()

  const launch: RequestHandler = async (req, res) => {
    const outcome = await parts.tryLaunch(req)
    if ('user' in outcome) {
      await parts.logIn(req, outcome.user)
      return res.redirect(302, '/')
    }
    if (outcome.refusal !== 'consent-needed') throw launchError(outcome.refusal)
    req.session.installing = true
    const consentUrl = await parts.install.beginConsent(rawQueryOf(req), req.sessionID)
    if (typeof consentUrl !== 'string') throw launchError(consentUrl.refusal)
    res.redirect(302, consentUrl)
  }

  router.get('/launch/cafe24', launch)
  router.get('/oauth/cafe24/callback', async (req, res) => {
    const query = CallbackQuery.safeParse(req.query)
    if (!query.success) throw consentError('bad-state')
    const outcome = await parts.install.finishConsent(query.data, req.sessionID)
    if ('refusal' in outcome) throw consentError(outcome.refusal)
    await parts.signInOwner(req, outcome)
    res.redirect(302, '/')
  })
  return router
}

function rawQueryOf(req: Request): string {
  const at = req.originalUrl.indexOf('?')
  return at === -1 ? '' : req.originalUrl.slice(at + 1)
}

const AGAIN = '쇼핑몰 관리자의 앱 목록에서 바구니를 다시 열어 주세요.'

const LAUNCH_TEXTS: Record<Exclude<AdmissionRefusal, 'consent-needed'>, [400 | 403, string]> = {
  incomplete: [400, `앱 주소에 필요한 정보가 빠졌어요. ${AGAIN}`],
  forged: [403, `쇼핑몰이 보낸 주소인지 확인할 수 없어요. ${AGAIN}`],
  stale: [400, `만든 지 오래된 주소예요. ${AGAIN}`],
  replayed: [400, `이미 한 번 쓴 주소예요. ${AGAIN}`],
}

function launchError(refusal: string): UserError {
  const known = Object.entries(LAUNCH_TEXTS).find(([key]) => key === refusal)
  const [status, korean] = known?.[1] ?? LAUNCH_TEXTS.incomplete
  return new UserError(status, `launch-${refusal}`, korean)
}

const CONSENT_TEXTS: Record<ConsentRefusal, [400 | 403 | 503, string]> = {
  'bad-state': [400, `설치를 시작한 창이 아니거나 10분이 지났어요. ${AGAIN}`],
  denied: [403, '앱을 설치할 권한이 없는 계정이에요. 대표운영자로 로그인한 뒤 다시 열어 주세요.'],
  'bad-scopes': [400, '앱의 권한 설정이 쇼핑몰과 맞지 않아요. 바구니 고객센터에 알려 주세요.'],
  refused: [400, `쇼핑몰이 설치를 받아들이지 않았어요. ${AGAIN}`],
  'mall-silent': [503, `쇼핑몰이 지금 답하지 않아요. 1분 뒤에 ${AGAIN}`],
}

function consentError(refusal: ConsentRefusal): UserError {
  const [status, korean] = CONSENT_TEXTS[refusal]
  return new UserError(status, `consent-${refusal}`, korean)
}
