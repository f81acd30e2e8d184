import { join } from 'node:path'
import express, { type Express, type RequestHandler } from 'express'
import { z } from 'zod'
import type { SandboxClock } from '../clock'
import type { PlayMall } from '../mall/play-mall'
import type { ShopFixture } from '../mall/shop-fixture'
import type { PlayRelay } from '../relay/relay-port'
import type { PlayRelayAccount } from '../relay/relay-types'
import { clockRoutes } from './clock-routes'
import { missingPage } from './control-page'
import { createPhoneBook } from './phone-book'
import { phonesRoutes } from './phones-routes'
import { startPage } from './start-page'

/** What the control server shows and moves. */
export interface ControlParts {
  clock: SandboxClock
  mall: PlayMall
  relay: PlayRelay
  account: PlayRelayAccount
  shops: readonly ShopFixture[]
  /** The storefront's address of a shop. */
  storefrontUrl(mallId: string): string
  campaignsUrl: string
  reportsUrl: string
}

/** The control server: start page, clock, phones. */
export interface Control {
  app: Express
  snapshot(): unknown
  /** Takes up a snapshot; throws a ZodError for what is none. */
  restore(saved: unknown): void
}

const Snapshot = z.object({ read: z.array(z.tuple([z.string(), z.number()])) })
const FONT = join(__dirname, '../../node_modules/pretendard/dist/web/variable/woff2/PretendardVariable.woff2')

/** Builds the control server. */
export function createControl(parts: ControlParts): Control {
  const read = new Map<string, number>()
  const app = express()
  app.disable('x-powered-by')
  app.use(onlyOwnForms)
  app.get('/', (_req, res) => {
    res.send(
      startPage({
        ...parts,
        now: parts.clock.now(),
        shops: parts.shops.map(({ mallId, shopName }) => ({
          mallId,
          name: shopName,
          storefrontUrl: parts.storefrontUrl(mallId),
        })),
        phonesWithMessages: parts.relay.rooms().length,
      }),
    )
  })
  app.get('/launch/:mallId', (req, res) => {
    if (parts.mall.hasShop(req.params.mallId))
      return res.redirect(302, parts.mall.launchUrl(req.params.mallId))
    res.status(404).send(missingPage('그런 쇼핑몰은 없어요', { path: '/', label: '처음으로' }))
  })
  app.use(clockRoutes(parts.clock))
  app.use(
    phonesRoutes({
      ...parts,
      shopName: parts.shops[0]?.shopName ?? '연습용 채널',
      book: createPhoneBook(parts.shops),
      read,
    }),
  )
  app.get('/assets/pretendard.woff2', (_req, res) => res.sendFile(FONT, { maxAge: '1d' }))
  app.use('/assets', express.static(join(__dirname, 'assets')))
  app.use((_req, res) => {
    res.status(404).send(missingPage('그런 페이지는 없어요', { path: '/', label: '처음으로' }))
  })
  return {
    app,
    snapshot: () => ({ read: [...read] }),
    restore(saved) {
      for (const [digits, count] of Snapshot.parse(saved).read) read.set(digits, count)
    },
  }
}

/** Another site that is open in the same browser must not move the clock or block a phone. */
const onlyOwnForms: RequestHandler = (req, res, next) => {
  const origin = req.get('origin')
  if (req.method === 'GET' || origin === undefined || origin === `${req.protocol}://${req.get('host')}`)
    return next()
  res.status(403).send(missingPage('다른 사이트에서 온 요청이에요', { path: '/', label: '처음으로' }))
}
