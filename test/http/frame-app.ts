import { Writable } from 'node:stream'
import { Router } from 'express'
import session from 'express-session'
import { Passport } from 'passport'
import { Strategy as CustomStrategy } from 'passport-custom'
import { pino } from 'pino'
import { type AppParts, createApp, type Mount } from '../../server/app'

const NOON = new Date('2026-11-22T01:00:00.000Z')

/** A logger that keeps its lines, and the lines it kept. */
export function keepingLogger(): { logger: AppParts['logger']; lines: () => string } {
  const kept: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      kept.push(String(chunk))
      done()
    },
  })
  return { logger: pino({ level: 'debug' }, stream), lines: () => kept.join('') }
}

/** The app with sessions in memory, a clock that stands at 10:00 Seoul time, and POST /test-login for user `as` of `mallId`. */
export function frameApp(mounts: readonly Mount[] = [], change: Partial<AppParts> = {}, mallId = 'm1') {
  const users: Record<string, Express.User> = {
    owner: { userId: 'u1', mallId, role: 'owner', name: '김하은' },
    support: { userId: 'u2', mallId, role: 'support', name: '박지우' },
    marketer: { userId: 'u4', mallId, role: 'marketer', name: '최서윤' },
    operator: { userId: 'u3', mallId: null, role: 'operator', name: '운영' },
  }
  const passport = new Passport()
  passport.serializeUser((user, done) => done(null, user))
  passport.deserializeUser((user: Express.User, done) => done(null, user))
  passport.use('test', new CustomStrategy((req, done) => done(null, users[String(req.query['as'])] ?? false)))
  const login = Router()
  login.get('/', passport.authenticate('test'), (_req, res) => {
    res.json({ ok: true })
  })
  return createApp({
    config: {
      baseUrl: 'http://127.0.0.1:3000',
      sessionSecret: 'a secret for tests only',
      trustProxy: false,
      sandbox: true,
    },
    sessionStore: new session.MemoryStore(),
    passport,
    clock: { now: () => NOON },
    logger: keepingLogger().logger,
    mounts: [{ path: '/test-login', router: login, kind: 'public' }, ...mounts],
    health: { live: () => ({ live: true }), ready: async () => true },
    shopName: async () => '오늘의식탁',
    ...change,
  })
}
