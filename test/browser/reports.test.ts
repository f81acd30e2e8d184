import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { frameApp } from '../http/frame-app'
import { reportMount } from '../http/reports-app'
import { at, CAMPAIGN, RUN, STORES, seedRun } from '../http/reports-shop'
import { SUPPORT_STORES, supportMount } from '../http/support-app'
import { connectTestDatabase, type TestDatabase } from '../support/database'
import { closeBrowser, DESKTOP, PHONE, screenshot, sidewaysPx, withPage } from './support/browser'

const NOW = at('2026-11-23T09:00:00')
const PAGES = {
  run: `/reports/runs/${RUN}`,
  list: '/reports',
  campaign: `/reports/campaigns/${CAMPAIGN}`,
  people: `/reports/runs/${RUN}/people?state=sent`,
  remedies: '/reports/remedies',
  search: '/support',
  person: '/support/people/buyer00',
  'opt-out': '/support/people/buyer00?act=opt-out',
}

describe('pages of reports and support', () => {
  let database: TestDatabase
  let server: Server
  let base: string

  beforeAll(async () => {
    database = await connectTestDatabase(...STORES, ...SUPPORT_STORES)
    await seedRun(database.connection)
    const mounts = [reportMount(database.connection, NOW), supportMount(database.connection, NOW)]
    server = createServer(frameApp(mounts))
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const { port } = server.address() as AddressInfo
    base = `http://127.0.0.1:${port}`
  })
  afterAll(async () => {
    await closeBrowser()
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
    await database.close()
  })

  it.each([
    ['desktop', DESKTOP],
    ['phone', PHONE],
  ] as const)('fit a %s, and break no rule of the policy', async (size, viewport) => {
    await withPage(viewport, async (page) => {
      const complaints: string[] = []
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text())
      })
      await page.goto(`${base}/test-login?as=owner`)
      for (const [name, path] of Object.entries(PAGES)) {
        await page.goto(base + path)
        await screenshot(page, `reports-${name}-${size}`)
        expect([name, await sidewaysPx(page)]).toEqual([name, 0])
      }
      expect(complaints).toEqual([])
    })
  })

  it('lead by clicks from a figure to one person and to the reason behind a closed number', async () => {
    await withPage(PHONE, async (page) => {
      await page.goto(`${base}/test-login?as=support`)
      await page.goto(base + PAGES.run)

      await page.getByRole('link', { name: /^클릭 9/ }).click()
      await page
        .getByRole('link', { name: /buyer00/ })
        .first()
        .click()
      await page.getByRole('link', { name: '가린 정보 보기' }).click()
      await page.getByLabel('보는 이유').fill('고객 문의 확인')
      await page.getByRole('button', { name: '기록하고 보기' }).click()

      await expect(page.getByText('010-0300-1200').first().isVisible()).resolves.toBe(true)
      await page.goto(base + PAGES.person)
      expect(await page.getByText('010-0300-1200').count()).toBe(0)
      expect(await page.getByText('고객 문의 확인').first().isVisible()).toBe(true)
    })
  })
})
