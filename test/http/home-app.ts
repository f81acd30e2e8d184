import type { RequestListener } from 'node:http'
import { Router } from 'express'
import request from 'supertest'
import { createLaunchTry, createPassport, signIn } from '../../server/accounts/accounts-passport'
import { createAccountsService } from '../../server/accounts/accounts-service'
import type { Readiness, Today } from '../../server/accounts/home'
import { homeRoutes } from '../../server/accounts/home-routes'
import { loginRoutes } from '../../server/accounts/login-routes'
import { settingsRoutes } from '../../server/accounts/settings-routes'
import { userStore } from '../../server/accounts/user-store'
import type { Mall } from '../../server/malls/mall'
import { alertRoutes } from '../../server/reports/alert-routes'
import type { TestDatabase } from '../support/database'
import { frameApp } from './frame-app'

const NOW = new Date('2026-11-22T01:00:00Z')
/** A password that the rules accept. */
export const PASSWORD = 'basket-2026!'

/** A connected mall whose first sync is done. */
export function sampleMall(change: Partial<Mall> = {}): Mall {
  return {
    id: 'cafe24-a',
    platform: 'cafe24',
    shopId: 'a',
    shopNo: 1,
    name: '오늘의식탁',
    domain: 'table.example.com',
    state: 'connected',
    scopes: [],
    cartDays: null,
    installedAt: NOW,
    uninstalledAt: null,
    sync: {
      state: 'done',
      step: null,
      done: 0,
      total: null,
      startedAt: null,
      finishesAt: null,
      finishedAt: null,
      fullPullAt: new Date('2026-11-21T18:05:00Z'),
      problem: null,
    },
    ...change,
  }
}

/** What the stand-ins of other rooms answer; a test changes it at will. */
export interface HomeWorld {
  mall: Mall
  ready: Partial<Readiness>
  today: Today
  /** The malls whose sync was asked for. */
  synced: string[]
  reconsentHref: string | null
  /** Where the shop is mailed. */
  email: string | null
}

/**
 * The app with login, home and settings on a real database. `GET /launch?{mallId}.{adminId}.{role}` is the launch of a
 * mall that signs nothing; `GET /launch?forged` is refused.
 */
export function homeApp(database: TestDatabase) {
  const clock = { now: () => NOW }
  const accounts = createAccountsService({ users: userStore(database.connection), clock })
  const world: HomeWorld = {
    mall: sampleMall(),
    ready: {},
    today: {
      toSend: 33,
      sent: 31,
      clicks: 5,
      orders: 2,
      revenueWon: 238_600,
      nextRunAt: null,
      href: '/reports',
    },
    synced: [],
    reconsentHref: null,
    email: null,
  }
  const passport = createPassport({
    accounts,
    verifyLaunch: async (rawQuery) => {
      const [mallId, adminId, role] = rawQuery.split('.')
      if (!mallId || !adminId) return { refusal: 'bad-signature' }
      return { mallId, adminId, name: '김하은', role: role === 'owner' ? 'owner' : 'marketer' }
    },
  })
  const launch = Router()
  const tryLaunch = createLaunchTry(passport)
  launch.get('/', async (req, res) => {
    const outcome = await tryLaunch(req)
    if ('refusal' in outcome) return res.status(401).json(outcome)
    await signIn(req, outcome.user)
    res.redirect(302, '/')
  })
  const facts = {
    readiness: async (): Promise<Readiness> => ({
      mall: world.mall,
      sendingAccount: 'ok',
      has080: true,
      campaigns: 1,
      hadCampaigns: (world.ready.campaigns ?? 1) > 0,
      running: 1,
      standingStill: [],
      ...world.ready,
    }),
    today: async () => world.today,
  }
  const settings = settingsRoutes({
    accounts,
    mallOf: async (mallId) => ({ ...world.mall, id: mallId }),
    syncNow: async (mallId) => {
      world.synced.push(mallId)
    },
    async setFrequency(_mallId, frequency) {
      world.mall = { ...world.mall, frequency }
    },
    reconsentHref: () => world.reconsentHref,
    clock,
  })
  const alerts = alertRoutes({
    alerts: {
      canMail: true,
      address: async () => world.email,
      async setAddress(_mallId, email) {
        world.email = email
      },
    },
  })
  const app = frameApp(
    [
      { path: '/', router: loginRoutes({ passport }), kind: 'public' },
      { path: '/launch', router: launch, kind: 'public' },
      { path: '/', router: homeRoutes({ facts, clock }), kind: 'admin' },
      { path: '/settings/alerts', router: alerts, kind: 'admin' },
      { path: '/settings', router: settings, kind: 'admin' },
    ],
    { passport },
  )
  return { app, accounts, world }
}

/** A browser's cookies and its way to post a form: the token is fetched from `page` first. */
export function visitor(app: RequestListener) {
  const agent = request.agent(app)
  return {
    get: (path: string) => agent.get(path).accept('html'),
    async post(page: string, path: string, fields: Record<string, string>) {
      const shown = await agent.get(page).accept('html')
      const token = /name="_csrf" value="([^"]+)"/.exec(shown.text)?.[1] ?? ''
      return agent
        .post(path)
        .accept('html')
        .type('form')
        .send({ _csrf: token, ...fields })
    },
  }
}
