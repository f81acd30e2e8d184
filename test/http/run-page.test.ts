import type { MessageRelay } from '../../server/messages/message-relay'
import { createSpendCurveService } from '../../server/reports/spend-curve-service'
import type { SendsParts } from '../../server/sends/create-sends'
import { runBudgetId } from '../../server/spend/spend-rules'
import { CAMPAIGN, change, DAY, MALL, type SendsKit, seoul, startSendsKit } from '../jobs/sends-kit'
import { openPages, personPath } from './case-kit'

const PEOPLE = 250

describe('the page of a run', () => {
  let kit: SendsKit
  beforeEach(async () => {
    kit = await startSendsKit()
  })
  afterEach(() => kit.close())

  const relayWith = (over: Partial<MessageRelay>): Partial<SendsParts> => ({
    relay: { ...kit.client, ...over },
  })
  const path = async () => `/reports/runs/${(await kit.run()).id}`
  const budget = async () => kit.stores.spend.budget(MALL, runBudgetId(MALL, (await kit.run()).id))
  const refreshOf = (html: string) => /http-equiv="refresh" content="(\d+)"/.exec(html)?.[1] ?? null
  async function planned(people: number, spec: Parameters<SendsKit['campaign']>[0] = {}) {
    const members = await kit.members(people)
    await kit.campaign(spec)
    await kit.worker('one').startDueRuns()
    return members
  }
  const curves = () => createSpendCurveService(kit.stores)

  describe('while it runs', () => {
    it('says how far it is, what cannot be called back, and asks for itself again', async () => {
      await planned(PEOPLE)
      let calls = 0
      const busy = relayWith({
        prepare: async (...args) => {
          calls += 1
          return calls > 1 ? { state: 'not-sent', detail: '429' } : kit.client.prepare(...args)
        },
      })
      await kit.worker('one', { ...busy, parallel: 1 }).dispatchDue()
      const pages = await openPages(kit)

      const text = await pages.read(await path())
      const html = await pages.html(await path())

      expect(text).toContain('100 / 250건')
      expect(text).toContain('이미 나간 100건은 되돌릴 수 없어요. 아직 나가지 않은 메시지는 150건이에요.')
      expect(text).toContain('발송 대행사가 잠시 바빠 조금 뒤에 이어서 보내요.')
      expect(refreshOf(html)).toBe('10')
      expect(html).not.toMatch(/<script(?! src)/)
    })

    it('says the rate and when the last one will have left', async () => {
      await planned(3)
      const pages = await openPages(kit)
      const { id } = await kit.run()
      await kit.stores.lanes.remember((await kit.stores.lanes.byRun(MALL, id)) ?? fail(), {
        marks: [{ at: seoul(DAY, 9, 59), gone: -12 }],
      })

      const text = await pages.read(await path())

      expect(text).toContain('1분에 12건 · 오전 10:00쯤 모두 나가요')
    })

    it('is asked for more slowly while only results are missing, and not at all when there is nothing to wait for', async () => {
      await planned(3)
      const worker = kit.worker('one')
      await worker.dispatchDue()
      const pages = await openPages(kit)

      const waiting = await pages.html(await path())
      await worker.pollReceipts()
      const done = await pages.html(await path())

      expect(refreshOf(waiting)).toBe('60')
      expect(waiting).toContain('결과를 기다리고 있어요')
      expect(refreshOf(done)).toBeNull()
      expect(done).not.toContain('지금 새로 고치기')
    })

    it.each(['marketer', 'support'] as const)('lets a %s do what their role may', async (role) => {
      await planned(3)
      const pages = await openPages(kit, role)
      const here = await path()

      const { status } = await pages.post('/support', `${here}/pause`)

      const paused = (await kit.stores.campaigns.find(MALL, CAMPAIGN))?.state === 'paused'
      expect([status, paused]).toEqual(role === 'marketer' ? [303, true] : [403, false])
      expect((await pages.read(here)).includes('일시 정지했어요')).toBe(role === 'marketer')
    })

    it('asks back before it stops, with what waits and what is gone, and stands still meanwhile', async () => {
      await planned(3)
      const pages = await openPages(kit)
      const here = await path()

      const asked = await pages.html(`${here}?confirm=stop`)
      const { status } = await pages.post(`${here}?confirm=stop`, `${here}/stop`)
      await kit.worker('one').dispatchDue()

      expect(asked).toContain('아직 나가지 않은 3건을 취소합니다.')
      expect(asked).toContain(`action="${here}/stop"`)
      expect(refreshOf(asked)).toBeNull()
      expect(status).toBe(303)
      expect(await pages.read(here)).toContain('캠페인을 종료해 남은 발송을 멈췄어요.')
      expect(kit.accepted().size).toBe(0)
    })
  })

  describe('that the breaker holds', () => {
    async function halted() {
      await planned(PEOPLE)
      const { id } = await kit.run()
      const lane = await kit.stores.lanes.byRun(MALL, id)
      if (!lane) throw new Error('no lane')
      await kit.stores.lanes.halt(lane, kit.relay.clock.now())
      await kit.database.connection
        .collection('tallies')
        .updateOne({ _id: id as never }, { $set: { 'reasons.failed:channel': 60, 'ended.failed': 60 } })
      return { id }
    }

    it('says what failed and what to do, and goes on when a person says so', async () => {
      const { id } = await halted()
      const pages = await openPages(kit)
      const here = await path()

      const text = await pages.read(here)
      const { status } = await pages.post(here, `${here}/go-on`)

      expect(text).toContain('도착하지 못한 메시지가 너무 많아 남은 발송을 멈췄어요.')
      expect(text).toContain('채널 설정 문제 60건')
      expect(text).toContain('남은 발송 다시 보내기')
      expect(status).toBe(303)
      expect((await kit.stores.lanes.byRun(MALL, id))?.hold).toBeNull()
      expect(await pages.read(here)).toContain('남은 발송을 다시 시작했어요.')
    })

    it('does not go on without the token of its form, nor for support', async () => {
      const { id } = await halted()
      const here = await path()
      const pages = await openPages(kit, 'support')

      const { status } = await pages.post('/support', `${here}/go-on`)

      expect(status).toBe(403)
      expect((await kit.stores.lanes.byRun(MALL, id))?.hold?.reason).toBe('failures')
    })
  })

  describe('shows the won of the run', () => {
    it('second by second, ending at what the ledger has and never above the cap', async () => {
      await planned(12, { dailyCapWon: 250 })
      const worker = kit.worker('one')
      await worker.dispatchDue()
      await kit.moveTo(seoul(DAY, 10, 0, 20))
      await worker.pollReceipts()
      const pages = await openPages(kit)

      const text = await pages.read(await path())
      const curve = await kit.stores.spendCurves.byRun(MALL, (await kit.run()).id)

      expect(text).toContain('초마다 쓴 비용')
      expect(text).toContain('가장 높았을 때 250원 · 한도 250원')
      expect(text).toContain('오전 10:00:00 250원 0원 250원 250원')
      const books = await budget()
      expect(curve?.points.at(-1)).toMatchObject({
        reservedWon: books?.reservedWon,
        chargedWon: books?.chargedWon,
        at: seoul(DAY, 10, 0, 20),
      })
      expect(Math.max(...(curve?.points ?? []).map(({ highWon }) => highWon))).toBe(books?.peakWon)
    })

    it('counted by the job for a large run, again when it has moved, and never by the page', async () => {
      await planned(3)
      const { id } = await kit.run()
      await kit.database.connection
        .collection('runs')
        .updateOne({ _id: id as never }, { $set: { 'decisions.send': 5_000 } })
      const pages = await openPages(kit)
      const worker = kit.worker('one')
      await worker.dispatchDue()

      const before = await pages.read(await path())
      await curves().refreshCurves(kit.relay.clock.now())
      const during = await kit.stores.spendCurves.byRun(MALL, id)
      await worker.pollReceipts()
      await pages.read(await path())
      const still = await kit.stores.spendCurves.byRun(MALL, id)
      await kit.moveTo(seoul(DAY, 10, 30))
      await curves().refreshCurves(kit.relay.clock.now())
      const after = await kit.stores.spendCurves.byRun(MALL, id)

      expect(before).not.toContain('초마다 쓴 비용')
      expect(during?.points.at(-1)).toMatchObject({ reservedWon: 75, chargedWon: 0 })
      expect(still).toEqual(during)
      expect(after?.points.at(-1)).toMatchObject({ reservedWon: 0, chargedWon: 75 })
      expect(after?.dueAt).toBeNull()
      expect(await pages.read(await path())).toContain('비용 75원')
    })
  })

  it('says how many wrong messages the last look held back, by reason, each with its people', async () => {
    const members = await planned(4)
    const [first, second, third] = members
    const now = kit.relay.clock.now()
    if (first) await change(kit.stores, first, { latestOrderAt: now })
    if (second) await change(kit.stores, second, { latestOrderAt: now })
    if (third) await change(kit.stores, third, { adConsent: false })
    await kit.worker('one').dispatchDue()
    const pages = await openPages(kit)

    const text = await pages.read(await path())
    const campaign = await pages.read(`/reports/campaigns/${CAMPAIGN}`)
    const people = await pages.read(`${await path()}/people?state=cancelled&reason=bought`)

    for (const shown of [text, campaign]) {
      expect(shown).toContain('마지막 확인으로 막은 잘못된 발송 3건')
      expect(shown).toContain('2건 발송 직전 구매')
      expect(shown).toContain('1건 발송 직전 동의 철회')
    }
    expect(people).toContain('member-00000')
    expect(people).not.toContain('member-00002')
    expect(await pages.read(personPath(2))).toContain('나가기 전에 광고 수신 동의를 거뒀어요.')
  })
})

function fail(): never {
  throw new Error('not there')
}
