import type { Server } from 'node:http'
import type { Page } from 'playwright-core'
import { campaignsApp, shopper, TEN } from '../http/campaigns-app'
import { closeBrowser, DESKTOP, PHONE, screenshot, sidewaysPx, withPage } from './support/browser'

let site: Awaited<ReturnType<typeof campaignsApp>>
let server: Server
let origin = ''

beforeAll(async () => {
  site = await campaignsApp()
  // The figures of the look's picture: 112 people, 52 bought, 16 without consent, 5 without a phone, 6 twice, 33 to send.
  const people = Array.from({ length: 112 }, (_, i) => {
    const id = String(i + 1)
    if (i < 52) return shopper(id, { latestOrderAt: TEN })
    if (i < 68) return shopper(id, { adConsent: false })
    if (i < 73) return shopper(id, { phoneKey: null, phoneSealed: null })
    if (i < 79) return shopper(id, { phone: '+821000000112' })
    return shopper(id)
  })
  await site.stores.shoppers.putChanged('m1', people, new Map())
  server = site.app.listen(0, '127.0.0.1')
  await new Promise((ready) => server.once('listening', ready))
  const address = server.address()
  origin = typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : ''
})
afterAll(async () => {
  await closeBrowser()
  await new Promise((closed) => server.close(closed))
  await site.database.close()
})

/** Controls lower than 44 px; ticks and radios count with their label. */
const SMALL_CONTROLS = `[...document.querySelectorAll('main button, .btn, summary, select, textarea, label.tick, .funnel-line, .errors a, main input')]
  .filter((el) => el.offsetParent && !['hidden', 'checkbox', 'radio'].includes(el.type))
  .filter((el) => el.getBoundingClientRect().height < 43.5)
  .map((el) => el.outerHTML.slice(0, 80))`

async function checkLook(page: Page, name: string): Promise<void> {
  await screenshot(page, `campaigns-${name}`)
  expect(await sidewaysPx(page)).toBe(0)
  expect(await page.evaluate(SMALL_CONTROLS)).toEqual([])
}

describe.each([
  ['desktop', DESKTOP],
  ['phone', PHONE],
] as const)('the campaign pages on a %s, without script', (width, viewport) => {
  it('lead from the recipe over an edit and its errors to a running campaign', async () => {
    await withPage(
      viewport,
      async (page) => {
        await page.goto(`${origin}/test-login?as=owner`)
        await page.goto(`${origin}/campaigns/new`)
        await page.getByRole('button', { name: '이 레시피로 시작' }).click()
        await checkLook(page, `edit-${width}`)
        expect(await page.locator('.funnel-figure').allInnerTexts()).toEqual([
          '112명',
          '−52',
          '−5',
          '−16',
          '−6',
          '33명',
        ])

        await page.getByText('조건 바꾸기').click()
        await page.getByLabel('담은 금액', { exact: true }).selectOption('include')
        await page.getByLabel('하루 한도').fill('200')
        await page.getByRole('button', { name: '가장 긴 이름' }).click()
        await checkLook(page, `longest-${width}`)
        expect(await page.getByText('8명까지 보낼 수 있어요').count()).toBe(1)

        await page.getByText('요일·기간·자세히').click()
        await page.getByLabel('공휴일에는 쉬기').check()
        await page.getByLabel('우선순위').selectOption('2')
        await page.getByLabel('문자로 다시 보내기').check()
        await page.getByRole('button', { name: '바꾼 내용으로 다시 계산' }).click()
        await page.getByText('요일·기간·자세히').click()
        await checkLook(page, `text-${width}`)
        expect(await page.locator('.text-phone').textContent()).toContain('무료거부 0800000000')
        expect(await page.getByText('기독탄신일. 공휴일이라 쉬어요.').count()).toBe(1)

        await page.getByLabel('하루 한도').fill('0')
        await page.getByRole('button', { name: '저장' }).click()
        await checkLook(page, `errors-${width}`)
        expect(await page.locator('.errors a').count()).toBe(1)

        await page.getByLabel('하루 한도').fill('30,000')
        await page.getByRole('button', { name: '오늘부터 시작' }).click()
        await checkLook(page, `start-${width}`)
        await page.getByRole('button', { name: '오늘부터 시작' }).click()
        await checkLook(page, `running-${width}`)
        expect(await page.locator('.chip', { hasText: '진행 중' }).count()).toBe(1)

        await page.locator('.funnel-line', { hasText: '그 뒤 구매함' }).click()
        await checkLook(page, `people-${width}`)
        await page.goto(`${origin}/campaigns`)
        await checkLook(page, `list-${width}`)
      },
      { javaScriptEnabled: false },
    )
  })
})
