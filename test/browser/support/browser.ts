import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { unpackChromium } from './chromium'

/** A shop's computer. */
export const DESKTOP = { width: 1280, height: 800 } as const
/** A shop owner's phone. */
export const PHONE = { width: 390, height: 844 } as const

const RESULTS_DIR = path.resolve(__dirname, '../../../test-results')
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
  '--no-pings',
  '--font-render-hinting=none',
]

let running: Promise<Browser> | null = null

/** The Chromium of this test process, started at the first call; `closeBrowser` ends it. */
export function launchBrowser(): Promise<Browser> {
  running ??= start()
  return running
}

/** Ends the browser; call it in `afterAll`. */
export async function closeBrowser(): Promise<void> {
  const browser = await running
  running = null
  await browser?.close()
}

/** Gives `use` a fresh page with its own cookies; the page is closed afterwards, whatever happens. */
export async function withPage<T>(
  viewport: { width: number; height: number },
  use: (page: Page) => Promise<T>,
  options: BrowserContextOptions = {},
): Promise<T> {
  const browser = await launchBrowser()
  const small = viewport.width < 600
  const context = await browser.newContext({
    viewport,
    locale: 'ko-KR',
    timezoneId: 'Asia/Seoul',
    deviceScaleFactor: small ? 2 : 1,
    isMobile: small,
    hasTouch: small,
    ...options,
  })
  try {
    return await use(await context.newPage())
  } finally {
    await context.close()
  }
}

/** Writes the whole page to `test-results/{name}.png` once its fonts are there; gives the file's path. */
export async function screenshot(page: Page, name: string): Promise<string> {
  await mkdir(RESULTS_DIR, { recursive: true })
  await page.evaluate('document.fonts.ready.then(() => true)')
  const file = path.join(RESULTS_DIR, `${name}.png`)
  await page.screenshot({ path: file, fullPage: true })
  return file
}

/** How many CSS pixels the page is wider than its window: 0 when nobody has to scroll sideways. */
export async function sidewaysPx(page: Page): Promise<number> {
  return Number(
    await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
  )
}

async function start(): Promise<Browser> {
  const { executablePath, env } = await unpackChromium()
  return chromium.launch({
    executablePath,
    args: FLAGS,
    env: { ...process.env, ...env },
    chromiumSandbox: false,
  })
}
