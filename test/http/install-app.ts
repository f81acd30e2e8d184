import { Router } from 'express'
import request from 'supertest'
import { createLaunchTry, createPassport, signIn } from '../../server/accounts/accounts-passport'
import { createAccountsService } from '../../server/accounts/accounts-service'
import { sessionUserOf } from '../../server/accounts/user'
import { userStore } from '../../server/accounts/user-store'
import { machineClock } from '../../server/core/clock'
import { installRoutes } from '../../server/malls/install-routes'
import { storefrontRoutes, webhookRoutes } from '../../server/malls/webhook-routes'
import { CALLBACK, jsonOf, type MallKit, WEBHOOK_KEY } from '../contract/play-mall-kit'
import type { TestDatabase } from '../support/database'
import { type MallStack, mallStack } from '../support/mall-stack'
import { frameApp } from './frame-app'

/** The app with install, launch, webhooks and storefront events; GET /whoami tells who is in. */
export function installApp(
  database: TestDatabase,
  kit: MallKit,
  change: Parameters<typeof mallStack>[2] = {},
) {
  const stack: MallStack = mallStack(database, kit, change)
  const { clock, malls, hints, install } = stack
  const accounts = createAccountsService({ users: userStore(database.connection), clock })
  const passport = createPassport({ accounts, verifyLaunch: install.verifyLaunch })
  const whoami = Router()
  whoami.get('/', (req, res) => void res.json(req.user ?? null))
  const parts = { malls, hints, clock, machine: machineClock }
  const app = frameApp(
    [
      { path: '/', router: webhookRoutes({ ...parts, webhookKey: WEBHOOK_KEY }), kind: 'public-raw' },
      { path: '/', router: storefrontRoutes(parts), kind: 'public-raw' },
      { path: '/whoami', router: whoami, kind: 'public' },
      {
        path: '/',
        router: installRoutes({
          install,
          tryLaunch: createLaunchTry(passport),
          logIn: signIn,
          signInOwner: async (req, owner) =>
            signIn(req, sessionUserOf(await accounts.ownerOf(owner.mallId, owner.adminId, owner.name))),
        }),
        kind: 'public',
      },
    ],
    { passport, clock },
  )
  return { ...stack, app, accounts }
}

/** The path of a fresh App URL of the kit's shop at our app. */
export async function launchPath(kit: MallKit, change: Record<string, unknown> = {}): Promise<string> {
  const { url } = await jsonOf<{ url: string }>(await kit.fake('/launch', change))
  return `/launch/cafe24${new URL(url).search}`
}

/** A browser: keeps its cookie and follows nothing by itself. */
export function browser(app: Parameters<typeof request.agent>[0]) {
  const agent = request.agent(app)
  const get = (path: string) => agent.get(path).set('Accept', 'text/html')
  return {
    get,
    whoami: async () => (await agent.get('/whoami').set('Accept', 'application/json')).body,
    /** Opens the app at the mall, consents there, and comes back. */
    async install(kit: MallKit) {
      const launched = await get(await launchPath(kit))
      return get(await callbackPath(String(launched.headers['location'])))
    },
  }
}

/** Consents at the mall's page and gives the path that it sends the browser back to. */
export async function callbackPath(consentUrl: string): Promise<string> {
  const answer = await fetch(consentUrl, { method: 'POST', redirect: 'manual' })
  const back = new URL(answer.headers.get('location') ?? '')
  if (!back.href.startsWith(CALLBACK)) throw new Error('The mall redirects to somebody else')
  return `/oauth/cafe24/callback${back.search}`
}
