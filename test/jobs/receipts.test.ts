import express from 'express'
import fc from 'fast-check'
import supertest from 'supertest'
import { createLogger } from '../../server/core/logger'
import { addDays } from '../../server/core/seoul'
import type { Receipt, RelayFailure } from '../../server/messages/message-relay'
import type { Sending } from '../../server/sends/create-sends'
import { receiptRoutes } from '../../server/sends/receipt-routes'
import type { Send } from '../../server/sends/send'
import { sha1 } from '../contract/play-relay-kit'
import { fate } from './fallback-kit'
import { DAY, installMall, MALL, type SendsKit, seoul, startSendsKit } from './sends-kit'

const failure = (reason: RelayFailure['reason'], code: string): RelayFailure => ({
  reason,
  code,
  definite: reason !== 'uncertain',
  scope: 'recipient',
})

/** A logger whose warnings are kept. */
function listening() {
  const warnings: string[] = []
  const logger = createLogger({ level: 'silent', part: 'test' })
  logger.warn = (_what: unknown, message?: string) => void warnings.push(message ?? '')
  return { warnings, logger }
}

describe('results', () => {
  let kit: SendsKit
  let one: Sending
  let sends: Send[]

  /** `people` handed over and accepted; the relay keeps its results to itself. */
  async function accepted(people: number): Promise<void> {
    kit = await startSendsKit({
      behaviour: { kind: false, fates: false, receiptSeconds: { from: 86_400, to: 86_401 } },
    })
    one = kit.worker('one')
    await kit.members(people)
    await kit.campaign()
    await one.startDueRuns()
    await one.dispatchDue()
    const run = await kit.run()
    sends = (await kit.stores.sends.ofRun(MALL, run.id, { limit: 1_000 })).sort((a, b) =>
      a.id < b.id ? -1 : 1,
    )
  }

  afterEach(() => kit.close())

  const at = seoul(DAY, 10, 1)
  const delivered = (i: number): Receipt => ({ sendId: sends[i]?.id ?? '', state: 'delivered', at })
  const failed = (i: number, reason: RelayFailure['reason']): Receipt => ({
    sendId: sends[i]?.id ?? '',
    state: 'failed',
    failure: failure(reason, '0000'),
    at,
  })
  const pending = (i: number): Receipt => ({ sendId: sends[i]?.id ?? '', state: 'pending', at })
  const tally = async () => kit.stores.tallies.byRun(MALL, (await kit.run()).id)
  const everything = async () => ({
    tally: await tally(),
    budget: await kit.dayBudget(),
    rows: (await kit.stores.sends.ofRun(MALL, (await kit.run()).id, { limit: 1_000 })).map(
      ({ id, end, endReason, chargedWon }) => ({ id, end, endReason, chargedWon }),
    ),
  })

  it('charge what arrived and what may have arrived, and free what definitely failed', async () => {
    await accepted(4)

    await one.applyReceipts(MALL, [delivered(0), failed(1, 'not-friend'), failed(2, 'uncertain'), pending(3)])

    expect(await kit.dayBudget()).toMatchObject({ reservedWon: 25, chargedWon: 50, peakWon: 100 })
    expect(await tally()).toMatchObject({
      out: 1,
      ended: { delivered: 1, failed: 2 },
      reasons: { 'failed:not-friend': 1, 'failed:uncertain': 1 },
    })
    expect((await kit.run()).state).toBe('published')
  })

  it('told twice, late and contradicted change nothing', async () => {
    await accepted(3)
    await one.applyReceipts(MALL, [delivered(0), failed(1, 'unreachable'), delivered(2)])
    const first = await everything()

    await one.applyReceipts(MALL, [pending(0), failed(0, 'not-friend'), delivered(1), delivered(1)])
    await one.applyReceipts(MALL, [delivered(2), delivered(0), pending(1)])

    expect(await everything()).toEqual(first)
    expect((await kit.run()).state).toBe('finished')
  })

  it('told twice in one call and by two processes at once are applied once', async () => {
    await accepted(120)
    const all = sends.map((_, i) => delivered(i))

    await Promise.all([
      one.applyReceipts(MALL, [...all, ...all]),
      kit.worker('two').applyReceipts(MALL, all),
      kit.worker('three').applyReceipts(MALL, [...all].reverse()),
    ])

    expect(await tally()).toMatchObject({ out: 0, unsettled: 0, ended: { delivered: 120 } })
    expect(await kit.dayBudget()).toMatchObject({ reservedWon: 0, chargedWon: 120 * 25 })
  })

  it('of nobody, of another mall and of another shape of id change nothing', async () => {
    await accepted(2)
    await installMall(kit.stores, 'cafe24-other', at)
    const before = await everything()

    await one.applyReceipts('cafe24-other', [delivered(0), delivered(1)])
    await one.applyReceipts(MALL, [
      { sendId: 'f'.repeat(32), state: 'delivered', at },
      { sendId: '', state: 'delivered', at },
    ])

    expect(await everything()).toEqual(before)
  })

  it('in any order and number leave sums that agree: decided, reserved, charged', async () => {
    await accepted(40)
    const kinds = [
      delivered,
      (i: number) => failed(i, 'not-friend'),
      (i: number) => failed(i, 'uncertain'),
      pending,
    ]
    const Told = fc.array(
      fc.array(fc.record({ send: fc.integer({ min: 0, max: 39 }), kind: fc.integer({ min: 0, max: 3 }) }), {
        maxLength: 12,
      }),
      { minLength: 1, maxLength: 5 },
    )

    await fc.assert(
      fc.asyncProperty(Told, async (told) => {
        for (const page of told)
          await one.applyReceipts(
            MALL,
            page.map(({ send, kind }) => (kinds[kind] ?? pending)(send)),
          )
        const { tally: sums, budget, rows } = await everything()
        const ended = rows.filter(({ end }) => end !== null)
        expect(sums?.out).toBe(40 - ended.length)
        expect((sums?.ended.delivered ?? 0) + (sums?.ended.failed ?? 0)).toBe(ended.length)
        expect(budget.reservedWon).toBe((40 - ended.length) * 25)
        expect(budget.chargedWon).toBe(rows.reduce((sum, { chargedWon }) => sum + chargedWon, 0))
      }),
      { numRuns: 15 },
    )
  })

  it('that come before the relay has answered settle the batch, and the late answer changes nothing', async () => {
    await accepted(1)
    await kit.close()
    kit = await startSendsKit()
    await kit.members(3)
    await kit.campaign()
    const eager = kit.worker('eager', {
      relay: {
        ...kit.client,
        release: async (account, groupId) => {
          const outcome = await kit.client.release(account, groupId)
          const { receipts } = await kit.client.receiptsOf(account, groupId)
          await kit.moveTo(seoul(DAY, 10, 1))
          await one.applyReceipts(
            MALL,
            receipts.map(({ sendId }) => ({ sendId, state: 'delivered', at })),
          )
          return outcome
        },
      },
    })
    one = kit.worker('one')
    await eager.startDueRuns()

    await eager.dispatchDue()

    expect(await tally()).toMatchObject({ out: 0, unsettled: 0, ended: { delivered: 3 } })
    expect((await kit.run()).state).toBe('finished')
  })

  it('of refusals at intake, told before their worker has stored them, end the sends without a warning', async () => {
    const { warnings, logger } = listening()
    kit = await startSendsKit()
    one = kit.worker('one', { logger })
    await kit.members(3)
    await kit.campaign()
    await fate(kit, 1, '3010', { atIntake: true })
    const eager = kit.worker('eager', {
      relay: {
        ...kit.client,
        async prepare(...args) {
          const prepared = await kit.client.prepare(...args)
          await one.pollReceipts()
          return prepared
        },
      },
    })
    await one.startDueRuns()

    await eager.dispatchDue()

    expect(await tally()).toMatchObject({ refused: 1, reasons: { 'failed:invalid-number': 1 } })
    expect(warnings).toEqual([])
  })

  it.each([
    ['a delivery of a batch that nobody has handed over', [delivered], false],
    ['a failure of a batch that nobody ever held', [() => failed(0, 'unreachable')], false],
    ['a failure of a batch that was taken back', [() => failed(0, 'unreachable')], true],
  ])('of sends that were never handed over warn: %s', async (_name, [result], isTakenBack) => {
    const { warnings, logger } = listening()
    kit = await startSendsKit()
    one = kit.worker('one', { logger })
    await kit.members(1)
    await kit.campaign()
    await one.startDueRuns()
    if (isTakenBack) {
      await kit.faults({ kind: '429', times: 1 })
      await kit.worker('hasty').dispatchDue()
    }
    sends = await kit.stores.sends.ofRun(MALL, (await kit.run()).id, { limit: 1_000 })

    await one.applyReceipts(MALL, result ? [result(0)] : [])

    expect(warnings).toEqual(['results of sends that were never handed over'])
  })

  it('that say "blocked" are kept as a refusal, and nobody with that phone is planned again', async () => {
    await accepted(2)

    await one.applyReceipts(MALL, [failed(0, 'blocked'), delivered(1)])

    const phoneKey = sends[0]?.phoneKey ?? ''
    expect((await kit.stores.optOuts.of(MALL, [phoneKey])).has(phoneKey)).toBe(true)
    expect((await kit.stores.shoppers.byPhoneKeys(MALL, [phoneKey]))[0]?.optedOutAt).not.toBeNull()
  })

  it('that are late are asked for batch by batch; without any after four days sends end uncertain and stay charged', async () => {
    await accepted(3)
    await kit.faults({ kind: 'html', times: null, path: 'GET /messages/v4/groups/*/messages' })
    await kit.moveTo(seoul(addDays(DAY, 3), 23))
    await one.askLateResults()
    const before = await tally()

    await kit.moveTo(seoul(addDays(DAY, 4), 23))
    await one.askLateResults()

    expect(before).toMatchObject({ out: 3 })
    expect(await tally()).toMatchObject({ out: 0, reasons: { 'failed:uncertain': 3 } })
    expect(await kit.dayBudget()).toMatchObject({ reservedWon: 0, chargedWon: 75 })
  })

  it('are polled again for a window whose list could not be read', async () => {
    await accepted(3)
    await kit.moveTo(seoul(addDays(DAY, 1), 11))
    await kit.faults({ kind: 'half-json', times: 1, path: 'GET /messages/v4/list' })

    await one.pollReceipts()
    const unread = await tally()
    await kit.moveTo(seoul(addDays(DAY, 1), 11, 2))
    await one.pollReceipts()

    expect(unread).toMatchObject({ out: 3 })
    expect(await tally()).toMatchObject({ out: 0, ended: { delivered: 3 } })
  })

  describe('told by webhook', () => {
    const path = 'p'.repeat(32)
    let app: express.Express

    beforeEach(async () => {
      await accepted(2)
      const byWebhookPath = async (given: string) =>
        given === path ? { account: { mallId: MALL } as never, secret: 'hook-secret' } : null
      app = express().use(
        '/webhooks/solapi',
        receiptRoutes({
          accounts: { byWebhookPath },
          relay: kit.client,
          receipts: one,
          logger: createLogger({ level: 'silent', part: 'test' }),
        }),
      )
    })

    const report = (i: number, statusCode: string) => ({
      messageId: `M${i}`,
      groupId: 'G',
      statusCode,
      customFields: { k: sends[i]?.id },
      dateUpdated: at.toISOString(),
    })
    const post = (to: string, secret: string, body: unknown) =>
      supertest(app)
        .post(`/webhooks/solapi/${to}`)
        .set('x-solapi-secret', sha1(secret))
        .send(body as object)

    it('are applied once, however often they are told', async () => {
      const body = [report(0, '4000'), report(1, '3102'), { nonsense: true }]

      const answers = [await post(path, 'hook-secret', body), await post(path, 'hook-secret', body)]

      expect(answers.map(({ status }) => status)).toEqual([200, 200])
      expect(await tally()).toMatchObject({ out: 0, ended: { delivered: 1, failed: 1 } })
      expect(await kit.dayBudget()).toMatchObject({ reservedWon: 0, chargedWon: 25 })
    })

    it.each([
      ['an address that we did not make', 'q'.repeat(32), 'hook-secret', 404],
      ['a wrong secret', path, 'other', 401],
    ])('change nothing with %s', async (_name, to, secret, status) => {
      const answer = await post(to, secret, [report(0, '4000')])

      expect(answer.status).toBe(status)
      expect(await tally()).toMatchObject({ out: 2 })
    })

    it('change nothing when the body is no list', async () => {
      expect((await post(path, 'hook-secret', { statusCode: '4000' })).status).toBe(401)
      expect(await tally()).toMatchObject({ out: 2 })
    })
  })
})
