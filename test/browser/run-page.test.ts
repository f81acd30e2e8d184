import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openPages, personPath } from '../http/case-kit'
import { change, DAY, MALL, type SendsKit, seoul, startSendsKit } from '../jobs/sends-kit'
import { closeBrowser, DESKTOP, PHONE, screenshot, sidewaysPx, withPage } from './support/browser'

const FALLBACK = {
  title: '담아 두신 상품 안내',
  text: '{고객 이름}님, 담아 두신 {상품명} 상품이 기다리고 있어요.',
}

describe('the page of a run on its way, and of the people in it', () => {
  let kit: SendsKit
  let server: Server
  let base: string
  let runId: string

  beforeAll(async () => {
    kit = await startSendsKit({ behaviour: { kind: false, fates: true } })
    const members = await kit.members(520)
    await kit.campaign({ fallback: FALLBACK, dailyCapWon: 20_000 })
    const worker = kit.worker('one')
    await worker.startDueRuns()
    const now = kit.relay.clock.now()
    for (const shopper of members.slice(3, 8)) await change(kit.stores, shopper, { latestOrderAt: now })
    for (const shopper of members.slice(8, 10)) await change(kit.stores, shopper, { adConsent: false })
    let calls = 0
    const relay: typeof kit.client = {
      ...kit.client,
      // The second batch gets no answer, and the fourth finds the relay busy.
      prepare: async (...args) => {
        calls += 1
        return calls === 4 ? { state: 'not-sent', detail: '429' } : kit.client.prepare(...args)
      },
      release: async (...args) =>
        calls === 2 ? { state: 'unknown', detail: 'reset' } : kit.client.release(...args),
      fateOf: async () => ({ fate: 'untold', detail: 'no answer' }),
    }
    const unlucky = kit.worker('unlucky', { relay, parallel: 1 })
    await unlucky.sweep()
    await unlucky.dispatchDue()
    await kit.moveTo(seoul(DAY, 10, 0, 15))
    await unlucky.sweep()
    runId = (await kit.run()).id
    const { app } = await openPages(kit)
    server = createServer(app)
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const { port } = server.address() as AddressInfo
    base = `http://127.0.0.1:${port}`
  })
  afterAll(async () => {
    await closeBrowser()
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
    await kit.close()
  })

  const SIZES = [
    ['desktop', DESKTOP],
    ['phone', PHONE],
  ] as const

  async function look(size: string, viewport: typeof DESKTOP | typeof PHONE, pages: Record<string, string>) {
    await withPage(viewport, async (page) => {
      await page.goto(`${base}/test-login?as=owner`)
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(base + path)
        await screenshot(page, `flow-${name}-${size}`)
        expect([name, await sidewaysPx(page)]).toEqual([name, 0])
      }
    })
  }

  it('says how far it is and why it stands still, and goes on at a press of the button, without script', async () => {
    const lane = await kit.stores.lanes.byRun(MALL, runId)
    const run = `/reports/runs/${runId}`
    for (const [size, viewport] of SIZES)
      await look(size, viewport, { 'run-busy': run, 'run-stop': `${run}?confirm=stop` })
    if (lane) await kit.stores.lanes.halt(lane, kit.relay.clock.now())
    for (const [size, viewport] of SIZES) await look(size, viewport, { 'run-halted': run })

    await withPage(
      PHONE,
      async (page) => {
        await page.goto(`${base}/test-login?as=owner`)
        await page.goto(base + run)
        await page.getByRole('button', { name: '남은 발송 다시 보내기' }).click()
        expect(await page.getByText('남은 발송을 다시 시작했어요.').first().isVisible()).toBe(true)
      },
      { javaScriptEnabled: false },
    )
    expect((await kit.stores.lanes.byRun(MALL, runId))?.hold).toBeNull()
  })

  it('fits a desktop and a phone, whatever became of its people', async () => {
    const worker = kit.worker('rest')
    for (const second of [20, 30, 50, 130]) {
      await kit.moveTo(seoul(DAY, 10, Math.floor(second / 60), second % 60))
      await worker.pollReceipts()
      await worker.dispatchDue()
    }
    const pages = {
      'run-going': `/reports/runs/${runId}`,
      'run-texted': `/reports/runs/${runId}/people?state=texted`,
      'run-unknown': `/reports/runs/${runId}/people?state=unknown`,
      campaign: `/reports/campaigns/${(await kit.run()).campaignId}`,
      ...(await peopleOf()),
    }

    for (const [size, viewport] of SIZES) await look(size, viewport, pages)
    // Two dozen pages, while other tests have the machine.
  }, 150_000)

  /** One person for each thing that can happen to a message. */
  async function peopleOf(): Promise<Record<string, string>> {
    const found: Record<string, string> = {}
    for await (const send of kit.stores.sends.stream(MALL, runId)) {
      const key = send.step === 2 ? `text-${send.end}` : `${send.end}-${send.endReason}`
      const path = personPath(Number(send.memberId.slice(-5)))
      if (!found[key]) found[key] = path
      const batch = await kit.stores.batches.byId(MALL, `${runId}:${send.batch}`)
      if (send.end === null && batch?.state === 'unknown' && !found['person-closing'])
        found['person-closing'] = `${path}?act=close-unknown&batch=${batch.id}#act`
    }
    return found
  }
})
