import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Stack, startStack } from '../../scripts/stack'
import { closeBrowser, DESKTOP, PHONE, withPage } from './support/browser'
import { haltCampaign, readReport } from './support/report-steps'
import { tellStory } from './support/story-steps'
import { beginWalk } from './support/walk'

// A browser that says that it is headless is no shopper: its clicks are not counted.
const PC_AGENT = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/147.0.0.0 Safari/537.36'
const PHONE_AGENT =
  'Mozilla/5.0 (Linux; Android 15; SM-S931N) AppleWebKit/537.36 Chrome/147.0.0.0 Mobile Safari/537.36'
const WIDTHS = [
  ['desktop', DESKTOP, { userAgent: PC_AGENT }],
  // Without scripts, so that every step is known to work by forms and links alone.
  ['phone', PHONE, { userAgent: PHONE_AGENT, javaScriptEnabled: false }],
] as const

let dataDir: string
let stack: Stack

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'baguni-browser-'))
  stack = await startStack({ dataDir, durable: false, sandbox: { demo: true }, say: () => undefined })
}, 120_000)

afterEach(async () => {
  await stack.stop()
  await rm(dataDir, { recursive: true, force: true })
}, 60_000)

afterAll(closeBrowser)

describe.each(WIDTHS)('on a %s', (width, viewport, options) => {
  it('the owner clicks from the install to the first order and its report', async () => {
    await withPage(
      viewport,
      async (page) => {
        const walk = beginWalk(page, width)
        await tellStory(walk, stack)
        await readReport(walk, stack)
        await haltCampaign(walk)
      },
      options,
    )
  }, 300_000)
})
