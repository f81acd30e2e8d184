import { fateOfPhone, type PhoneFate } from '../../sandbox/relay/phone-fate'
import type { CampaignSpec } from '../../server/campaigns/campaign'
import { addDays } from '../../server/core/seoul'
import type { MessageRelay } from '../../server/messages/message-relay'
import type { SendsParts } from '../../server/sends/create-sends'
import type { Shopper } from '../../server/shoppers/shopper'
import { runBudgetId } from '../../server/spend/spend-rules'
import {
  CAMPAIGN,
  change,
  DAY,
  MALL,
  member,
  phoneOf,
  pulledAt,
  type SendsKit,
  seoul,
  startSendsKit,
} from '../jobs/sends-kit'
import { openPages, personPath } from './case-kit'

const OTHER = 'c00000000000000000000002'
const NEXT = addDays(DAY, 1)
/** Everybody matches on every day. */
const everybody = {
  scope: 'all-members' as const,
  include: { all: [] },
  exclude: null,
  purchases: 'exclude' as const,
}
const FALLBACK = {
  title: '담아 두신 상품 안내',
  text: '{고객 이름}님, 담아 두신 {상품명} 상품을 다시 볼 수 있어요.',
}
const death = () => Promise.reject(new Error('killed'))

describe('the page of a person to whom something hostile happened', () => {
  let kit: SendsKit
  beforeEach(async () => {
    kit = await startSendsKit()
  })
  afterEach(() => kit.close())

  const relayWith = (over: Partial<MessageRelay>): Partial<SendsParts> => ({
    relay: { ...kit.client, ...over },
  })
  const minutesLater = (minutes: number) =>
    kit.moveTo(new Date(kit.relay.clock.now().getTime() + minutes * 60_000))
  const put = (shopper: Shopper) => kit.stores.shoppers.putChanged(MALL, [shopper], new Map())
  const person = async (index = 0) => (await openPages(kit)).read(personPath(index))
  async function planned(people = 3) {
    await kit.members(people)
    await kit.campaign()
    await kit.worker('one').startDueRuns()
  }

  it('is told of a lost answer what it means, since when, how often was asked, and who can close it', async () => {
    await planned()
    const lost = relayWith({
      release: async () => ({ state: 'unknown', detail: 'reset' }),
      fateOf: async () => ({ fate: 'untold', detail: 'the relay does not answer' }),
    })
    const worker = kit.worker('one', lost)
    await worker.dispatchDue()
    await minutesLater(3)
    await worker.askFates()

    const text = await person()

    expect(text).toContain('결과 확인 중')
    expect(text).toContain('메시지를 발송 대행사에 넘겼어요.')
    expect(text).toContain('다시 보내지 않아요. 대행사에 지금까지 1번 물어봤고')
    expect(text).toContain('비용 25원은 그때까지 잡아 둬요.')
    expect(text).toContain('담당자가 직접 닫을 수 있어요')
    expect(text).toContain('결과를 모르는 채로 닫기')
  })

  it('is told that a hand-over waits for its answer when the worker died within it', async () => {
    await planned()
    await kit.worker('one', relayWith({ release: death })).dispatchDue()

    const text = await person()

    expect(text).toContain('결과 확인 중')
    expect(text).toContain('발송 프로그램이 멈췄다면 1분 안에 ‘결과 확인 중’으로 바뀌고, 다시 보내지 않아요.')
  })

  it('is told of a hand-over that was taken back, and of the one that followed', async () => {
    await planned()
    await kit
      .worker('one', relayWith({ release: async () => ({ state: 'not-sent', detail: '429' }) }))
      .dispatchDue()
    await minutesLater(1)
    const worker = kit.worker('two')
    await worker.dispatchDue()
    await worker.pollReceipts()

    const text = await person()

    expect(text).toMatch(
      /오전 10:00:00 메시지를 발송 대행사에 넘기려 했지만, 나가지 않은 것을 확인하고 되돌렸어요.*오전 10:01:00 메시지를 발송 대행사에 넘겼어요.*메시지가 도착했어요\. 비용 25원이 들었어요/,
    )
  })

  it('is told when four days passed without a result', async () => {
    await planned()
    await kit.faults({ receiptLossPercent: 100 })
    const worker = kit.worker('one', relayWith({ receiptsOf: async () => ({ receipts: [], malformed: 0 }) }))
    await worker.dispatchDue()
    await kit.moveTo(seoul(addDays(DAY, 4), 11))
    await worker.askLateResults()

    const text = await person()

    expect(text).toContain('접수한 뒤 4일 동안 결과가 오지 않았어요.')
    expect(text).toContain('두 번 가지 않도록 다시 보내지 않아요. 비용 25원이 들었어요.')
  })

  it('is told that the night held the message until it was too late', async () => {
    await kit.members(1)
    await kit.moveTo(seoul(DAY, 20, 10))
    await pulledAt(kit.stores, MALL, kit.relay.clock.now())
    await kit.campaign({
      schedule: { atMinute: 20 * 60 + 5, weekdays: [1, 2, 3, 4, 5, 6, 7], fromDay: DAY, untilDay: null },
    })
    const worker = kit.worker('one')
    await worker.startDueRuns()
    await worker.dispatchDue()
    const held = await person()
    await kit.moveTo(seoul(NEXT, 12, 1))
    await worker.sweep()
    await worker.dispatchDue()

    const text = await person()

    expect(held).toContain('아직 나가지 않았어요. 에티켓 모드 시간이라 아침까지 기다리고 있어요.')
    expect(text).toContain('발송 기한 지남')
    expect(text).toContain(
      '에티켓 모드 시간이라 아침까지 기다렸지만, 발송 기한 11월 24일(화) 오후 12:00까지 나가지 못해 보내지 않았어요.',
    )
  })

  it('is told that the cap was reached', async () => {
    await kit.members(3)
    await kit.campaign({ dailyCapWon: 50 })
    const worker = kit.worker('one')
    await worker.startDueRuns()
    await worker.dispatchDue()
    const held = await person(2)
    await worker.pollReceipts()
    await kit.moveTo(seoul(NEXT, 12, 1))
    await worker.sweep()
    await worker.dispatchDue()

    const text = await person(2)

    expect(held).toContain('발송 비용 제한에 닿았어요. 결과가 나와 비용이 풀리면 이어서 보내요.')
    expect(text).toContain('비용 한도로 미발송')
    expect(text).toContain(
      '발송 비용 제한 50원에 닿았고, 발송 기한 11월 24일(화) 오후 12:00까지 비용이 풀리지 않아 보내지 않았어요.',
    )
  })

  it('is told that the campaign is paused', async () => {
    await planned()
    await kit.stores.campaigns.move(MALL, CAMPAIGN, ['running'], { state: 'paused' })
    await kit.worker('one').dispatchDue()

    expect(await person()).toContain('아직 나가지 않았어요. 캠페인이 일시 정지 상태예요.')
  })

  it('is told that the last look called it off, and why', async () => {
    const [shopper] = await kit.members(2)
    await kit.campaign()
    await kit.worker('one').startDueRuns()
    if (shopper) await change(kit.stores, shopper, { latestOrderAt: kit.relay.clock.now() })
    await kit.worker('one').dispatchDue()

    const text = await person()

    expect(text).toContain('발송 직전 구매')
    expect(text).toContain('나가기 직전 마지막 확인에서 취소했어요. 발송을 정한 뒤, 나가기 전에 구매했어요.')
    expect(text).not.toContain('발송 대행사에 넘겼어요')
  })

  it('is told that a person ended the campaign, which is no doing of the last look', async () => {
    await planned()
    await kit.stores.campaigns.move(MALL, CAMPAIGN, ['running'], {
      state: 'ended',
      endedAt: kit.relay.clock.now(),
    })
    const worker = kit.worker('one')
    await worker.stopCampaign(MALL, CAMPAIGN)
    await worker.dispatchDue()

    expect(await person()).toContain('나가기 전에 취소했어요. 나가기 전에 캠페인을 멈췄어요.')
  })

  describe('by the fate of the phone', () => {
    /** One member with a phone of this fate; its index. */
    async function sentTo(fate: PhoneFate, spec: Partial<CampaignSpec> = {}): Promise<number> {
      await kit.close()
      kit = await startSendsKit({ behaviour: { kind: false } })
      let index = 0
      while (fateOfPhone(phoneOf(index).digits) !== fate) index += 1
      await kit.members(index + 1, (each) => (each === index ? {} : { adConsent: false }))
      await kit.campaign(spec)
      const worker = kit.worker('one')
      await worker.startDueRuns()
      for (const _round of [1, 2, 3]) {
        await worker.dispatchDue()
        await minutesLater(30)
        await worker.pollReceipts()
        await worker.askLateResults()
      }
      return index
    }

    it('is told that the relay refused the message at intake', async () => {
      const index = await sentTo('rejected')

      const text = await person(index)

      expect(text).toContain('발송 대행사가 접수하지 않아 나가지 않았어요.')
      expect(text).not.toContain('메시지를 발송 대행사에 넘겼어요')
    })

    it('is told that the message failed, and why', async () => {
      const index = await sentTo('not-friend')

      const text = await person(index)

      expect(text).toContain('도착 실패 · 채널 친구 아님')
      expect(text).toContain('메시지가 도착하지 못했어요. 카카오톡 채널을 친구로 추가하지 않은 고객이에요.')
    })

    it('shows both steps of one that went on to a text, each with its reason, and the text as it was read', async () => {
      const index = await sentTo('not-friend', { fallback: FALLBACK })
      const pages = await openPages(kit)
      const { id } = await kit.run()

      const text = await pages.read(personPath(index))
      const run = await pages.read(`/reports/runs/${id}`)
      const texted = await pages.read(`/reports/runs/${id}/people?state=texted`)

      expect(text).toMatch(
        /메시지를 발송 대행사에 넘겼어요.*브랜드 메시지가 도착하지 못했어요\. 카카오톡 채널을 친구로 추가하지 않은 고객이에요\. 대체 문자로 이어서 보내기로 했어요.*대체 문자를 발송 대행사에 넘겼어요.*대체 문자가 도착했어요\. 비용 \d+원이 들었어요/,
      )
      expect(text).toContain('문자로 도착')
      expect(text).toContain('(광고)오늘의식탁')
      expect(text).toContain('무료거부 0800000000')
      expect(run).toContain('메시지와 대체 문자')
      expect(texted).toContain(`member-${String(index).padStart(5, '0')}`)
      const budget = await kit.stores.spend.budget(MALL, runBudgetId(MALL, id))
      const curve = await kit.stores.spendCurves.byRun(MALL, id)
      expect(curve?.steps).toMatchObject({
        message: { sent: 1, delivered: 0, failed: 1, chargedWon: 0 },
        text: { sent: 1, delivered: 1, chargedWon: budget?.chargedWon },
      })
      expect(curve?.points.at(-1)).toMatchObject({ reservedWon: 0, chargedWon: budget?.chargedWon })
    })

    it('is told that the relay itself does not know', async () => {
      const index = await sentTo('uncertain')

      const text = await person(index)

      expect(text).toContain('발송 대행사도 결과를 확인하지 못했어요. 도착했는지 알 수 없는 것으로 끝냈어요.')
    })
  })

  describe('by the decision of the plan', () => {
    it('is told which campaign got the message instead', async () => {
      await kit.stores.malls.setFrequency(MALL, { messages: 1, days: 7 })
      await kit.members(1)
      await kit.campaign({ segment: everybody, name: '첫 캠페인', priority: 2 })
      await kit.campaign({ segment: everybody, name: '둘째 캠페인', priority: 7 }, { id: OTHER })
      await kit.worker('one').startDueRuns()

      expect(await person()).toContain('11월 23일(월) ‘첫 캠페인’ 캠페인에서 보냄')
    })

    it('is told which member with the same phone got it', async () => {
      const [first] = await kit.members(1)
      if (first) await put(member(1, { phoneKey: first.phoneKey, phoneSealed: first.phoneSealed }))
      await kit.campaign()
      await kit.worker('one').startDueRuns()

      const text = await person(1)

      expect(text).toContain('같은 번호의 회원 member-00000에게 보냄')
      expect(text).not.toContain(phoneOf(0).digits)
    })

    it('is told on which day the campaign reached them before', async () => {
      await kit.members(1)
      await kit.campaign({ segment: everybody })
      const worker = kit.worker('one')
      await worker.startDueRuns()
      await worker.dispatchDue()
      await worker.pollReceipts()
      await kit.moveTo(seoul(NEXT, 10))
      await pulledAt(kit.stores, MALL, kit.relay.clock.now())
      await worker.startDueRuns()

      expect(await person()).toContain('11월 23일(월)에 이미 보냄')
    })
  })

  describe('closed by staff', () => {
    async function unknown() {
      await planned()
      const worker = kit.worker(
        'one',
        relayWith({ release: async () => ({ state: 'unknown', detail: 'reset' }) }),
      )
      await worker.dispatchDue()
      return { path: personPath(0), batch: `${(await kit.run()).id}:1` }
    }

    it('asks back with the consequence in numbers, ends the whole batch, and records who closed it and why', async () => {
      const { path, batch } = await unknown()
      const pages = await openPages(kit, 'support')

      const asked = await pages.read(`${path}?act=close-unknown&batch=${batch}`)
      const { status } = await pages.post(
        `${path}?act=close-unknown&batch=${batch}`,
        `${path}/close-unknown`,
        {
          batch,
          reason: '대행사에서 확인 불가로 답함',
        },
      )

      expect(asked).toContain('답하지 않은 3건을 함께 닫아요')
      expect(asked).toContain('잡아 둔 75원')
      expect(status).toBe(303)
      expect(await kit.stores.tallies.byRun(MALL, batch.slice(0, 24))).toMatchObject({
        out: 0,
        ended: { failed: 3 },
        reasons: { 'failed:uncertain': 3 },
      })
      const after = await pages.read(path)
      expect(after).toContain('3건을 결과를 알 수 없는 것으로 닫았어요')
      expect(after).toContain('대행사의 답이 없어 박지우 담당자가 직접 닫았어요.')
      expect(after).toContain('대행사에서 확인 불가로 답함')
      expect(await pages.read(personPath(1))).toContain('박지우 담당자가 직접 닫았어요.')
    })

    it('needs a reason, the right role, and a message of this very person', async () => {
      const { path, batch } = await unknown()
      const fields = { batch, reason: '대행사에서 확인 불가로 답함' }
      const support = await openPages(kit, 'support')
      const marketer = await openPages(kit, 'marketer')
      await put(member(3))

      const noReason = await support.post(path, `${path}/close-unknown`, { batch, reason: '음' })
      const otherPerson = await support.post(path, `${personPath(3)}/close-unknown`, fields)
      const wrongRole = await marketer.post('/support', `${path}/close-unknown`, fields)

      expect([noReason.status, otherPerson.status, wrongRole.status]).toEqual([422, 404, 403])
      expect(await kit.stores.batches.byId(MALL, batch)).toMatchObject({ state: 'unknown', open: 3 })
      expect(await kit.stores.audit.ofBatches(MALL, [batch])).toEqual([])
    })
  })
})
