import type { Sending } from '../../server/sends/create-sends'
import type { Shopper } from '../../server/shoppers/shopper'
import {
  accountOf,
  expectBooks,
  failure,
  fate,
  planned,
  receipt,
  rowOf,
  rowsOf,
  taken,
  tallyOf,
  texts,
  turn,
  WON,
} from './fallback-kit'
import { change, DAY, MALL, phoneOf, type SendsKit, seoul, startSendsKit } from './sends-kit'

const NEXT = '2026-11-24'

describe('a fallback text', () => {
  let kit: SendsKit
  let one: Sending

  beforeEach(async () => {
    kit = await startSendsKit()
    one = kit.worker('one')
  })

  afterEach(() => kit.close())

  const now = () => kit.relay.clock.now()

  it.each([
    ['not-friend', '3102'],
    ['not-kakao-user', '3104'],
    ['unreachable', '3107'],
    ['system', '2999'],
  ])('follows %s: once, to this person alone, charged as a text', async (reason, code) => {
    await planned(kit, one, 3)
    await fate(kit, 1, code)
    await one.dispatchDue()

    await turn(kit, one)
    await turn(kit, one)
    await turn(kit, one)

    expect(taken(kit)).toEqual({
      [phoneOf(0).digits]: ['BMS_FREE'],
      [phoneOf(1).digits]: ['BMS_FREE', 'LMS'],
      [phoneOf(2).digits]: ['BMS_FREE'],
    })
    expect(await rowOf(kit, 1)).toMatchObject({
      ...{ step: 2, end: 'delivered', endReason: null, chargedWon: WON.lms },
      ...{ firstReason: reason, firstBatch: 1, batch: 2 },
    })
    expect(await tallyOf(kit)).toMatchObject({
      ...{ waiting: 0, out: 0, unsettled: 0, ended: { delivered: 3, failed: 0 } },
      ...{ firstFailures: { [reason]: 1 }, textsEnded: { delivered: 1 } },
    })
    expect(await kit.dayBudget()).toMatchObject({ reservedWon: 0, chargedWon: 2 * WON.brand + WON.lms })
    expect((await kit.run()).state).toBe('finished')
    await expectBooks(kit)
  })

  it('reads as the law wants it, with the link of the very same send', async () => {
    await planned(kit, one, 1)
    await fate(kit, 0, '3102')
    await one.dispatchDue()

    await turn(kit, one)
    await turn(kit, one)

    const { id } = await rowOf(kit, 0)
    expect(texts(kit)).toMatchObject([
      {
        from: '0212340000',
        subject: '(광고)담아 두신 상품',
        text: [
          '(광고)cafe24-testshop',
          '머그컵이 장바구니에서 기다려요.',
          `https://baguni.example/t/${id}`,
          '무료거부 0801230000',
        ].join('\n'),
        customFields: { k: `${id}.2` },
      },
    ])
  })

  it.each([
    ['quota', true],
    ['expired', true],
    ['blocked', false],
    ['opted-out', false],
    ['invalid-number', false],
    ['duplicate', false],
    ['content', false],
    ['channel', false],
    ['night', false],
    ['no-balance', false],
    ['sender-number', false],
    ['auth', false],
    ['uncertain', false],
  ] as const)('after %s: %s', async (reason, follows) => {
    await planned(kit, one, 1)
    await one.dispatchDue()
    const send = await rowOf(kit, 0)

    await one.applyReceipts(MALL, [receipt(send, 1, failure(reason, reason !== 'uncertain'), now())])

    expect(await rowOf(kit, 0)).toMatchObject(
      follows ? { step: 2, end: null, firstReason: reason } : { step: 1, end: 'failed', endReason: reason },
    )
    await expectBooks(kit)
  })

  it('follows no failure that is not definite, whatever its name', async () => {
    await planned(kit, one, 1)
    await one.dispatchDue()

    await one.applyReceipts(MALL, [receipt(await rowOf(kit, 0), 1, failure('unreachable', false), now())])

    expect(await rowOf(kit, 0)).toMatchObject({ step: 1, end: 'failed' })
  })

  it.each([
    ['1061', 'opted-out', false],
    ['1060', 'blocked', false],
    ['1999', 'system', true],
  ])('follows what the relay refuses at intake with %s (%s): %s', async (code, reason, follows) => {
    await planned(kit, one, 2)
    await fate(kit, 0, code, { atIntake: true })
    await one.dispatchDue()

    await turn(kit, one)
    await turn(kit, one)

    expect(texts(kit).map(({ to }) => to)).toEqual(follows ? [phoneOf(0).digits] : [])
    expect(await rowOf(kit, 0)).toMatchObject(
      follows
        ? { end: 'delivered', firstReason: reason, chargedWon: WON.lms }
        : { end: 'failed', endReason: reason, step: 1 },
    )
    await expectBooks(kit)
  })

  it('that fails too ends the send with its own reason, and nothing is charged', async () => {
    await planned(kit, one, 1)
    await fate(kit, 0, '3102')
    await fate(kit, 0, '3010', { of: 'text' })
    await one.dispatchDue()

    for (let i = 0; i < 3; i += 1) await turn(kit, one)

    expect(await rowOf(kit, 0)).toMatchObject({
      ...{ step: 2, end: 'failed', endReason: 'invalid-number' },
      ...{ firstReason: 'not-friend', chargedWon: 0 },
    })
    expect(await tallyOf(kit)).toMatchObject({ refused: 0, textsEnded: { failed: 1 } })
    await expectBooks(kit)
  })

  it('is refused at intake: the send has failed, and counts as one that had left', async () => {
    await planned(kit, one, 1)
    await fate(kit, 0, '3102')
    await fate(kit, 0, '1061', { of: 'text', atIntake: true })
    await one.dispatchDue()

    for (let i = 0; i < 3; i += 1) await turn(kit, one)

    expect(await rowOf(kit, 0)).toMatchObject({ end: 'failed', endReason: 'opted-out', chargedWon: 0 })
    expect(await tallyOf(kit)).toMatchObject({ refused: 0, ended: { failed: 1 }, unsettled: 0 })
    await expectBooks(kit)
  })

  it('does not go when the campaign has none', async () => {
    await planned(kit, one, 2, { fallback: null })
    await fate(kit, 0, '3102')
    await one.dispatchDue()

    await turn(kit, one)
    await turn(kit, one)

    expect(await rowOf(kit, 0)).toMatchObject({ step: 1, end: 'failed', endReason: 'not-friend' })
    expect(await kit.dayBudget()).toMatchObject({ peakWon: 2 * WON.brand })
  })

  it('does not go without an 080 number', async () => {
    const accounts = accountOf({ number080: '' })
    const bare = kit.worker('bare', { accounts })
    await planned(kit, one, 1)
    await fate(kit, 0, '3102')
    await bare.dispatchDue()

    await turn(kit, bare)

    expect(await rowOf(kit, 0)).toMatchObject({ step: 1, end: 'failed' })
    expect(await kit.dayBudget()).toMatchObject({ peakWon: WON.brand })
  })

  it('never follows a test send', async () => {
    await planned(kit, one, 1)
    await fate(kit, 7, '3102')
    const sent = await one.sendTest(MALL, (await kit.run()).campaignId, 'member-00000', phoneOf(7).e164)
    await turn(kit, one)
    await turn(kit, one)

    const runId = sent.state === 'sent' ? sent.runId : ''
    expect(await kit.stores.sends.ofRun(MALL, runId, { limit: 1 })).toMatchObject([
      { step: 1, end: 'failed', endReason: 'not-friend' },
    ])
    expect(taken(kit)[phoneOf(7).digits]).toEqual(['BMS_FREE'])
  })

  describe('and its won', () => {
    it('is kept from the start: a cap for the worst case lets every text go', async () => {
      await planned(kit, one, 4, { dailyCapWon: 3 * WON.lms })
      for (const i of [0, 1, 2, 3]) await fate(kit, i, '3102')
      await one.dispatchDue()

      for (let i = 0; i < 4; i += 1) await turn(kit, one)

      expect(texts(kit)).toHaveLength(3)
      expect(await kit.dayBudget()).toMatchObject({ chargedWon: 150, reservedWon: 0, peakWon: 150 })
      await expectBooks(kit, 150)
    })

    it('lets one fewer begin when a won is missing', async () => {
      await planned(kit, one, 4, { dailyCapWon: 3 * WON.lms - 1 })
      await one.dispatchDue()

      expect(Object.keys(taken(kit))).toHaveLength(2)
      expect(await kit.dayBudget()).toMatchObject({ reservedWon: 100 })
    })

    it('is lent on when the first try arrives', async () => {
      await planned(kit, one, 4, { dailyCapWon: 100 })
      await one.dispatchDue()

      for (let i = 0; i < 8; i += 1) await turn(kit, one, 61)

      expect(Object.keys(taken(kit))).toHaveLength(3)
      expect(await kit.dayBudget()).toMatchObject({ chargedWon: 75, reservedWon: 0 })
      await expectBooks(kit, 100)
    })

    it('is partly given back when the text turns out short enough for an SMS', async () => {
      const short = kit.worker('short', { linkFor: () => 'https://b.kr/t/x' })
      await planned(kit, short, 1, { fallback: { title: '소식', text: '담으신 상품 보기' } })
      await fate(kit, 0, '3102')
      await short.dispatchDue()
      await kit.moveTo(seoul(DAY, 10, 1))
      await short.pollReceipts()
      const between = await kit.dayBudget()
      await kit.moveTo(seoul(DAY, 10, 2))
      await short.dispatchDue()

      expect(between).toMatchObject({ reservedWon: WON.lms })
      expect(texts(kit)).toMatchObject([{ type: 'SMS', subject: null }])
      expect(await kit.dayBudget()).toMatchObject({ reservedWon: WON.sms })
      await turn(kit, short)
      expect(await kit.dayBudget()).toMatchObject({ reservedWon: 0, chargedWon: WON.sms, peakWon: WON.lms })
      await expectBooks(kit)
    })

    it('is asked for again when texts became dearer, and the cap decides', async () => {
      const dear = kit.worker('dear', { accounts: accountOf({ lmsWon: 70 }) })
      await planned(kit, one, 2, { dailyCapWon: 120 })
      for (const i of [0, 1]) await fate(kit, i, '3102')
      await one.dispatchDue()
      await kit.moveTo(seoul(DAY, 10, 1))
      await one.pollReceipts()

      for (let i = 0; i < 3; i += 1) await turn(kit, dear, 61)

      expect(texts(kit)).toHaveLength(1)
      expect(await kit.dayBudget()).toMatchObject({ chargedWon: 70, reservedWon: 50, peakWon: 120 })
      await expectBooks(kit, 120)
      await kit.moveTo(seoul(NEXT, 12, 1))
      await dear.dispatchDue()
      expect(await tallyOf(kit)).toMatchObject({ ended: { delivered: 1, expired: 1 }, unsettled: 0 })
      expect(await kit.dayBudget()).toMatchObject({ chargedWon: 70, reservedWon: 0 })
    })
  })

  describe('between the steps', () => {
    async function failedFirst(): Promise<Shopper> {
      const [shopper] = await kit.members(1)
      await kit.campaign({ fallback: { title: '소식', text: '담으신 상품 보기' } })
      await one.startDueRuns()
      await fate(kit, 0, '3102')
      await one.dispatchDue()
      await kit.moveTo(seoul(DAY, 10, 1))
      await one.pollReceipts()
      expect(await rowOf(kit, 0)).toMatchObject({ step: 2, end: null })
      return shopper as Shopper
    }

    async function expectCalledOff(reason: string): Promise<void> {
      await turn(kit, one)
      expect(texts(kit)).toEqual([])
      expect(await rowOf(kit, 0)).toMatchObject({
        ...{ end: 'cancelled', endReason: reason, firstReason: 'not-friend', chargedWon: 0 },
      })
      expect(await tallyOf(kit)).toMatchObject({ reasons: { [`cancelled:${reason}`]: 1 }, unsettled: 0 })
      expect(await kit.dayBudget()).toMatchObject({ reservedWon: 0, chargedWon: 0 })
      await expectBooks(kit)
    }

    it.each<[string, Partial<Shopper>, string]>([
      ['buys', { latestOrderAt: seoul(DAY, 10) }, 'bought'],
      ['withdraws the consent to texts', { adConsent: false }, 'consent-withdrawn'],
      ['empties the cart', { cart: [], cartWon: 0 }, 'empty-cart'],
      ['has another phone', { phoneKey: 'another' }, 'phone-changed'],
    ])('nothing goes to who %s', async (_name, facts, reason) => {
      const shopper = await failedFirst()
      await change(kit.stores, shopper, facts)

      await expectCalledOff(reason)
    })

    it('nothing goes to who refuses', async () => {
      const shopper = await failedFirst()
      await kit.stores.optOuts.put({
        mallId: MALL,
        phoneKey: shopper.phoneKey ?? '',
        at: now(),
        source: 'relay',
      })

      await expectCalledOff('opted-out')
    })

    it('nothing goes once the campaign is stopped', async () => {
      await failedFirst()
      await one.stopCampaign(MALL, (await kit.run()).campaignId)

      await expectCalledOff('campaign-stopped')
    })
  })

  describe('at night', () => {
    beforeEach(async () => {
      await kit.close()
      kit = await startSendsKit({
        behaviour: { kind: false, fates: false, late: false, receiptSeconds: { from: 36_600, to: 36_600 } },
      })
      one = kit.worker('one')
      await planned(kit, one, 1)
      await fate(kit, 0, '3102')
      await one.dispatchDue()
      // The failure comes at 20:10.
      await turn(kit, one, 36_700)
      await turn(kit, one)
    })

    const hold = async () => (await kit.stores.lanes.byRun(MALL, (await kit.run()).id))?.hold?.reason

    it('waits, and goes in the morning after a new last look', async () => {
      const held = await hold()
      await kit.moveTo(seoul(NEXT, 7, 59))
      await one.dispatchDue()
      const early = texts(kit).length
      await kit.moveTo(seoul(NEXT, 8))
      await one.dispatchDue()

      expect([held, early]).toEqual(['night', 0])
      expect(texts(kit)).toHaveLength(1)
      expect(await kit.dayBudget()).toMatchObject({ reservedWon: WON.lms })
      await expectBooks(kit)
    })

    it('expires at the latest time of the run, not capped, and its won is free', async () => {
      await kit.moveTo(seoul(NEXT, 12, 1))
      await one.dispatchDue()

      expect(texts(kit)).toEqual([])
      expect(await rowOf(kit, 0)).toMatchObject({ end: 'expired', firstReason: 'not-friend' })
      expect(await kit.dayBudget()).toMatchObject({ reservedWon: 0, chargedWon: 0 })
      expect((await kit.run()).state).toBe('finished')
    })

    it('does not begin after the latest time: a failure told then is the end', async () => {
      await kit.close()
      kit = await startSendsKit({
        behaviour: { kind: false, fates: false, late: false, receiptSeconds: { from: 97_200, to: 97_200 } },
      })
      one = kit.worker('one')
      await planned(kit, one, 1)
      await fate(kit, 0, '3102')
      await one.dispatchDue()
      await turn(kit, one, 97_300)

      expect(await rowOf(kit, 0)).toMatchObject({ step: 1, end: 'failed', endReason: 'not-friend' })
      await expectBooks(kit)
    })
  })

  it('gathers failures that come one by one into one batch', async () => {
    await planned(kit, one, 5)
    await one.dispatchDue()
    for (const send of await rowsOf(kit))
      await one.applyReceipts(MALL, [receipt(send, 1, failure('not-friend'), now())])

    await kit.moveTo(seoul(DAY, 10, 1))
    await one.dispatchDue()

    expect(new Set((await rowsOf(kit)).map(({ batch }) => batch)).size).toBe(1)
    expect(texts(kit)).toHaveLength(5)
    expect(new Set(texts(kit).map(({ groupId }) => groupId)).size).toBe(1)
    await expectBooks(kit)
  })
})
