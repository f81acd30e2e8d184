import { Router } from 'express'
import request from 'supertest'
import { createLoginLimit } from '../../server/http/login-limit'
import { isOwnPath, seeOther } from '../../server/http/notice'
import { currentMall, requireRole } from '../../server/http/session-user'
import { frameApp } from './frame-app'

function adminRoutes(): Router {
  const router = Router()
  router.get('/', (req, res) => {
    res.json({ mallId: currentMall(req) })
  })
  router.get('/owner', requireRole('owner'), (_req, res) => {
    res.json({ ok: true })
  })
  return router
}

function rawRoutes(): Router {
  const router = Router()
  router.post('/', (req, res) => {
    res.json({ session: 'session' in req && req.session !== undefined, body: req.body ?? null })
  })
  return router
}

const mounts = [
  { path: '/', router: adminRoutes(), kind: 'admin' },
  { path: '/admin', router: adminRoutes(), kind: 'admin' },
  { path: '/hooks', router: rawRoutes(), kind: 'public-raw' },
] as const

describe('an admin page', () => {
  it('sends a visitor to the login, and answers a script with 401', async () => {
    const app = frameApp(mounts)

    const reader = await request(app).get('/admin?x=1').accept('html')
    const script = await request(app).get('/admin').accept('json')

    expect([reader.status, reader.headers['location']]).toEqual([303, '/login'])
    expect([script.status, script.body.error.code]).toEqual([401, 'login-needed'])
  })

  it("gives the mall of the session, at '/' too, and leaves unknown addresses 404", async () => {
    const agent = request.agent(frameApp(mounts))
    const unknown = await agent.get('/unknown')
    await agent.get('/test-login?as=owner')

    expect((await agent.get('/admin')).body).toEqual({ mallId: 'm1' })
    expect((await agent.get('/')).body).toEqual({ mallId: 'm1' })
    expect(unknown.status).toBe(404)
  })

  it('refuses a person without a mall, and a role that may not, and says what to do', async () => {
    const operator = request.agent(frameApp(mounts))
    const support = request.agent(frameApp(mounts))
    await operator.get('/test-login?as=operator')
    await support.get('/test-login?as=support')

    const noMall = await operator.get('/admin').accept('html')
    const noRole = await support.get('/admin/owner').accept('html')

    expect([noMall.status, noRole.status]).toEqual([403, 403])
    expect(noMall.text).toContain('쇼핑몰 관리자에서 앱을 다시 열어 주세요')
    expect(noRole.text).toContain('쇼핑몰 대표에게 권한을 요청해 주세요')
    expect(noRole.text).toContain('오늘의식탁 · 고객 상담')
  })
})

describe('a raw mount', () => {
  it('passes without session, form token, parsed body and cookies', async () => {
    const answer = await request(frameApp(mounts)).post('/hooks').send({ a: 1 })

    expect(answer.body).toEqual({ session: false, body: null })
    expect(answer.headers['set-cookie']).toBeUndefined()
  })
})

describe('headers', () => {
  it('allow no inline script and no foreign frame but the mall admin', async () => {
    const answer = await request(frameApp([], { config: httpsConfig }))
      .get('/healthz-not')
      .accept('html')

    const policy = answer.headers['content-security-policy'] ?? ''
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("frame-ancestors 'self' https://*.cafe24.com")
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|http:/)
    expect(answer.headers['x-frame-options']).toBeUndefined()
    expect(answer.headers['strict-transport-security']).toBeDefined()
    expect(answer.headers['x-powered-by']).toBeUndefined()
  })

  it('keep the session cookie from scripts, and lax on http', async () => {
    const answer = await request(frameApp()).get('/test-login?as=owner')

    expect(String(answer.headers['set-cookie'])).toMatch(/^baguni\.sid=.*HttpOnly; SameSite=Lax/)
  })

  it('let the session cookie into the mall admin iframe on https alone', async () => {
    const app = frameApp([], { config: httpsConfig })

    const answer = await request(app).get('/test-login?as=owner').set('X-Forwarded-Proto', 'https')

    expect(String(answer.headers['set-cookie'])).toMatch(/HttpOnly; Secure; SameSite=None/)
  })

  it('keep a versioned style for a year and let the storefront load it', async () => {
    const agent = request(frameApp())
    const shown = await agent.get('/nowhere').accept('html')
    const href = /href="(\/assets\/css\/tokens\.css\?v=[0-9a-f]{10})"/.exec(shown.text)?.[1] ?? ''

    const style = await agent.get(href)
    const font = await agent.get('/assets/fonts/woff2-dynamic-subset/PretendardVariable.subset.91.woff2')

    expect([style.status, style.headers['cache-control']]).toEqual([200, 'public, max-age=31536000'])
    expect(style.headers['cross-origin-resource-policy']).toBe('cross-origin')
    expect([font.status, font.headers['content-type']]).toEqual([200, 'font/woff2'])
  })
})

describe('health', () => {
  it('answers live and ready in JSON, and 503 while not ready', async () => {
    const ready = request(frameApp())
    const waking = request(
      frameApp([], { health: { live: () => ({ live: true }), ready: async () => false } }),
    )

    expect((await ready.get('/healthz')).body).toEqual({ live: true })
    expect((await ready.get('/readyz')).body).toEqual({ ready: true })
    expect((await waking.get('/readyz')).status).toBe(503)
  })
})

describe('a redirect', () => {
  it.each(['https://evil.test', '//evil.test', '/\\evil.test', '/a b', 'campaigns', ''])(
    'never leaves this site: %p',
    async (target) => {
      const router = Router()
      router.get('/', (req, res) => seeOther(req, res, target))

      const answer = await request(frameApp([{ path: '/go', router, kind: 'public' }])).get('/go')

      expect(isOwnPath(target)).toBe(false)
      expect(answer.status).toBe(500)
      expect(answer.headers['location']).toBeUndefined()
    },
  )
})

describe('the login limit', () => {
  it('answers 429 with the waiting time after too many failed tries', async () => {
    const router = Router()
    router.get('/', createLoginLimit(2), (_req, res) => {
      res.status(401).json({})
    })
    const agent = request(frameApp([{ path: '/try', router, kind: 'public' }]))

    const answers = [await agent.get('/try'), await agent.get('/try'), await agent.get('/try').accept('html')]

    expect(answers.map((answer) => answer.status)).toEqual([401, 401, 429])
    expect(answers[2]?.text).toContain('15분 뒤에 다시 시도해 주세요')
  })
})

const httpsConfig = {
  baseUrl: 'https://baguni.example.com',
  sessionSecret: 'a secret for tests only',
  trustProxy: 1,
  sandbox: false,
}
