import type { Server } from 'node:http'
import { alertText } from '../../server/reports/alert-texts'
import { homeApp, PASSWORD, sampleMall } from '../http/home-app'
import { connectTestDatabase, type TestDatabase } from '../support/database'
import { closeBrowser, DESKTOP, PHONE, screenshot, sidewaysPx, withPage } from './support/browser'

const WIDTHS = [
  ['desktop', DESKTOP],
  ['phone', PHONE],
] as const

let database: TestDatabase
let world: ReturnType<typeof homeApp>['world']
let server: Server
let origin: string

beforeAll(async () => {
  database = await connectTestDatabase()
  const built = homeApp(database)
  world = built.world
  await built.accounts.addPerson('cafe24-a', {
    name: '박지우',
    role: 'support',
    loginId: 'jiwoo.park@table.example.com',
    password: PASSWORD,
  })
  server = built.app.listen(0, '127.0.0.1')
  await new Promise((ready) => server.once('listening', ready))
  const address = server.address()
  origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
})

afterAll(async () => {
  await closeBrowser()
  await new Promise((closed) => server.close(closed))
  await database.close()
})

/** Controls lower than 44 px; ticks and radios count with their label. */
const SMALL_CONTROLS = `[...document.querySelectorAll('button, .btn, summary, select, textarea, label.tick, input')]
  .filter((el) => el.offsetParent && !['hidden', 'checkbox', 'radio'].includes(el.type))
  .filter((el) => el.getBoundingClientRect().height < 43.5)
  .map((el) => el.outerHTML.slice(0, 80))`

const done = sampleMall()
const newShop = () => {
  world.mall = {
    ...done,
    cartDays: 7,
    sync: {
      ...done.sync,
      state: 'running',
      step: 'carts',
      done: 1_840,
      total: 4_600,
      fullPullAt: null,
      finishesAt: new Date('2026-11-22T01:04:00Z'),
    },
  }
  world.ready = { sendingAccount: 'none', has080: false, campaigns: 0, running: 0 }
}
const runningShop = () => {
  world.mall = done
  world.ready = {}
  world.today.nextRunAt = new Date('2026-11-23T01:00:00Z')
}
const troubledShop = () => {
  world.mall = { ...done, state: 'reauth-required' }
  world.reconsentHref = `${origin}/launch`
  const kinds = ['reconsent', 'balance', 'breaker', 'nothing-sent'] as const
  world.ready = {
    standingStill: kinds.map((kind) => {
      const alert = { kind, subject: '2026-11-21', campaignId: 'c1', runId: 'r1' }
      const { reason, href, remedy } = alertText(alert, '담은 지 7일 된 고객')
      return { reason, remedyHref: href, remedy }
    }),
  }
}
const endedShop = () => {
  world.mall = done
  world.ready = { campaigns: 0, hadCampaigns: true, running: 0 }
  world.today.nextRunAt = null
  world.email = 'owner@table.example.com'
}
const PAGES: [string, string, () => void][] = [
  ['home-new', '/', newShop],
  ['home-running', '/', runningShop],
  ['home-trouble', '/', troubledShop],
  ['home-ended', '/', endedShop],
  ['settings', '/settings', runningShop],
  ['settings-alerts', '/settings/alerts', endedShop],
  ['settings-trouble', '/settings', troubledShop],
]

describe.each(WIDTHS)('on a %s', (width, viewport) => {
  it.each(PAGES)('%s fits and has targets of 44 px', async (name, path, arrange) => {
    arrange()
    await withPage(viewport, async (page) => {
      await page.goto(`${origin}/launch?cafe24-a.shopa.owner`)
      await page.goto(`${origin}${path}`)
      await screenshot(page, `${name}-${width}`)

      expect(await sidewaysPx(page)).toBe(0)
      expect(await page.evaluate(SMALL_CONTROLS)).toEqual([])
    })
  })

  it('the question before a removal leads back or on', async () => {
    runningShop()
    await withPage(viewport, async (page) => {
      await page.goto(`${origin}/launch?cafe24-a.shopa.owner`)
      await page.goto(`${origin}/settings`)
      await page.click('a.btn-danger')
      await screenshot(page, `settings-remove-${width}`)
      await page.click('text=그대로 두기')

      expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/settings')
      expect(await sidewaysPx(page)).toBe(0)
    })
  })

  it('a refused login shows what to mend and keeps the id', async () => {
    await withPage(viewport, async (page) => {
      await page.goto(`${origin}/`)
      await page.fill('input[name=loginId]', 'jiwoo')
      await page.fill('input[name=password]', 'not-the-one-1')
      await page.click('button.btn-strong')
      await screenshot(page, `login-refused-${width}`)

      expect(await page.inputValue('input[name=loginId]')).toBe('jiwoo')
      expect(await page.locator('.errors').textContent()).toContain('아이디나 비밀번호가 맞지 않아요')
      expect(await sidewaysPx(page)).toBe(0)
    })
  })
})
