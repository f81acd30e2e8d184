import { Router } from 'express'
import request from 'supertest'
import { AppError, UserError } from '../../server/core/errors'
import { page } from '../../server/http/page'
import { frameApp, keepingLogger } from './frame-app'

function brokenRoutes(): Router {
  const router = Router()
  router.get('/plain', async () => {
    throw new Error('cannot reach 010-0123-4567 of 김하은 at https://mall.test/x?token=abcdef')
  })
  router.get('/own', async () => {
    throw new AppError(
      'sync-failed',
      'Page unreadable',
      { mallId: 'm1' },
      { cause: new Error('socket closed') },
    )
  })
  router.get('/user', async () => {
    throw new UserError(409, 'already-started', '이미 시작한 캠페인이에요. 새로 고쳐 주세요.')
  })
  router.get('/view', (_req, res) => page(res, 'no/such-view', { title: '없음' }))
  router.get('/t-like/:token', () => {
    throw new Error('link unreadable')
  })
  return router
}

function brokenApp() {
  const kept = keepingLogger()
  const app = frameApp(
    [
      { path: '/t', router: brokenRoutes(), kind: 'public-raw' },
      { path: '/broken', router: brokenRoutes(), kind: 'public' },
    ],
    { logger: kept.logger },
  )
  return { app, lines: kept.lines }
}

describe('an error', () => {
  it('is a Korean page with a way on for an unknown address', async () => {
    const answer = await request(frameApp()).get('/nowhere').accept('html')

    expect(answer.status).toBe(404)
    expect(answer.text).toContain('찾는 화면이 없어요')
    expect(answer.text).toContain('홈으로 가기')
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  it('is JSON with code and next step for who asks for JSON', async () => {
    const answer = await request(frameApp()).get('/nowhere').accept('application/json')

    expect(answer.body).toMatchObject({
      error: { code: 'not-found', message: expect.stringContaining('주소') },
    })
  })

  it.each(['/broken/plain', '/broken/own', '/broken/view', '/t/plain'])(
    'of ours tells a person nothing about its inside: %s',
    async (address) => {
      const { app } = brokenApp()

      const answer = await request(app).get(address).accept('html')

      expect(answer.status).toBe(500)
      expect(answer.text).toContain('잠시 문제가 생겼어요')
      expect(answer.text).not.toMatch(
        /010-0123|김하은|token=|abcdef|socket|Page unreadable|no\/such-view|at .*\.ts/,
      )
      expect(answer.headers['content-security-policy']).toContain("script-src 'self'")
    },
  )

  it('that a person can mend shows its own words and is not logged as a failure', async () => {
    const { app, lines } = brokenApp()

    const answer = await request(app).get('/broken/user').accept('html')

    expect(answer.status).toBe(409)
    expect(answer.text).toContain('이미 시작한 캠페인이에요. 새로 고쳐 주세요.')
    expect(lines()).not.toContain('request failed')
  })

  it.each([
    ['a malformed JSON body', 400, 'application/json', '{"a":'],
    ['a body over the limit', 413, 'application/json', JSON.stringify({ a: 'x'.repeat(300_000) })],
    ['more fields than a form has', 413, 'application/x-www-form-urlencoded', 'a=1&'.repeat(1_200)],
  ])('is a clear 4xx for %s', async (_name, status, type, body) => {
    const answer = await request(frameApp())
      .post('/test-login')
      .set('Content-Type', type)
      .accept('html')
      .send(body)

    expect(answer.status).toBe(status)
    expect(answer.text).toMatch(/다시 시도해 주세요/)
  })

  it('is a 4xx for an address that cannot be decoded', async () => {
    const answer = await request(brokenApp().app).get('/broken/t-like/%E0%A4%A').accept('html')

    expect(answer.status).toBe(400)
  })
})

describe('the request log', () => {
  it('has path and status, but no query, cookie, authorization, address, token or phone', async () => {
    const { app, lines } = brokenApp()
    const token = 'AbCdEf0123456789AbCdEf0123456789AbCdEf0123456789'

    await request(app)
      .get(`/broken/t-like/${token}?phone=01001234567`)
      .set('Cookie', 'baguni.sid=cookie-value')
      .set('Authorization', 'Bearer bearer-value')
      .set('X-Forwarded-For', '203.0.113.9')
    await request(app).get('/t/short-token-1')
    await request(app).get('/people/010-0123-4567')
    await request(app).get('/broken/plain?token=query-token')

    expect(lines()).toContain('"path":"/broken/t-like/…"')
    expect(lines()).toContain('"status":500')
    expect(lines()).toContain('"path":"/people/…"')
    expect(lines()).not.toMatch(
      /AbCdEf|0100123|0123-4567|cookie-value|bearer-value|203\.0\.113|127\.0\.0\.1|query-token|abcdef|short-token/,
    )
  })

  it('keeps kind, code, context and cause of a failure, once', async () => {
    const { app, lines } = brokenApp()

    await request(app).get('/broken/own')

    const failures = lines()
      .split('\n')
      .filter((line) => line.includes('request failed'))
    expect(failures).toHaveLength(1)
    expect(JSON.parse(failures[0] ?? '{}')).toMatchObject({
      level: 50,
      method: 'GET',
      path: '/broken/own',
      failure: {
        kind: 'AppError',
        code: 'sync-failed',
        context: { mallId: 'm1' },
        cause: { message: 'socket closed' },
      },
    })
  })
})
