import type { Page } from 'playwright-core'
import { closeBrowser, DESKTOP, PHONE, screenshot, sidewaysPx, withPage } from './support/browser'
import { startSampleApp } from './support/sample-app'

const WIDTHS = [
  ['desktop', DESKTOP],
  ['phone', PHONE],
] as const
const PAGES = ['nowhere', 'login', 'sample/campaign', 'sample/run', 'sample/rest'] as const

let app: Awaited<ReturnType<typeof startSampleApp>>

beforeAll(async () => {
  app = await startSampleApp()
})

afterAll(async () => {
  await closeBrowser()
  await new Promise((closed) => app.server.close(closed))
})

async function open(page: Page, address: string): Promise<string[]> {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (!message.text().includes('404')) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(`${app.origin}/test-login?as=owner`)
  await page.goto(`${app.origin}/${address}`)
  return complaints
}

/** Controls lower than 44 px; ticks and radios count with their label. */
const SMALL_CONTROLS = `[...document.querySelectorAll('button, .btn, nav.nav a, summary, select, textarea, label.tick, .funnel-line, .errors a, input')]
  .filter((el) => el.offsetParent && !['hidden', 'checkbox', 'radio'].includes(el.type))
  .filter((el) => el.getBoundingClientRect().height < 43.5)
  .map((el) => el.outerHTML.slice(0, 80))`

describe.each(WIDTHS)('on a %s', (width, viewport) => {
  it.each(PAGES)('%s fits, has targets of 44 px and breaks no policy', async (address) => {
    await withPage(viewport, async (page) => {
      const complaints = await open(page, address)
      await screenshot(page, `frame-${address.replace('/', '-')}-${width}`)

      expect(await sidewaysPx(page)).toBe(0)
      expect(await page.evaluate(SMALL_CONTROLS)).toEqual([])
      expect(complaints).toEqual([])
    })
  })

  it('draws Korean text with the served font', async () => {
    await withPage(viewport, async (page) => {
      await open(page, 'nowhere')
      await page.evaluate('document.fonts.ready.then(() => true)')

      expect(await page.evaluate(`document.fonts.check('15px "Pretendard Variable"', '화면')`)).toBe(true)
      expect(await page.evaluate(`[...document.fonts].some((font) => font.status === 'loaded')`)).toBe(true)
    })
  })
})

describe('with the keyboard alone', () => {
  it('the first stop is the way to the content, and a summary link leads into its field', async () => {
    await withPage(DESKTOP, async (page) => {
      await open(page, 'sample/rest')

      await page.keyboard.press('Tab')
      const first = await page.evaluate('document.activeElement.textContent')
      await page.click('.errors a[href="#f-cap"]')

      expect(first).toBe('본문으로 바로 가기')
      expect(await page.evaluate(`document.querySelector('#f-cap').matches(':target')`)).toBe(true)
    })
  })
})
