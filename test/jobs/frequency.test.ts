import { readMallContact } from '../../server/campaigns/contact-reader'
import { createPreviewService } from '../../server/campaigns/preview-service'
import { createKeyring } from '../../server/core/crypto'
import { addDays } from '../../server/core/seoul'
import type { FrequencyCap } from '../../server/malls/frequency-cap'
import type { SendsParts } from '../../server/sends/create-sends'
import type { Shopper } from '../../server/shoppers/shopper'
import { answerView } from '../../server/support/answer-view'
import { CAMPAIGN, change, DAY, gate, MALL, pulledAt, type SendsKit, seoul, startSendsKit } from './sends-kit'

const OTHER = 'c00000000000000000000002'
/** Everybody matches on every day, so that only the rules of contact keep people out. */
const everybody = {
  scope: 'all-members' as const,
  include: { all: [] },
  exclude: null,
  purchases: 'exclude' as const,
}
const first = { segment: everybody, name: '첫 캠페인' }
const second = { segment: everybody, name: '둘째 캠페인' }
const at = (hour: number) => ({
  atMinute: hour * 60,
  weekdays: [1, 2, 3, 4, 5, 6, 7],
  fromDay: DAY,
  untilDay: null,
})

describe('the frequency cap of a mall', () => {
  let kit: SendsKit
  beforeEach(async () => {
    kit = await startSendsKit()
  })
  afterEach(() => kit.close())

  const decided = async (campaignId: string, day = DAY) => (await kit.run(day, campaignId)).decisions
  const set = (frequency: FrequencyCap | null) => kit.stores.malls.setFrequency(MALL, frequency)

  async function planOn(days: number, hour: number): Promise<void> {
    const now = seoul(addDays(DAY, days), hour)
    await kit.moveTo(now)
    await pulledAt(kit.stores, MALL, now)
    await kit.worker('one').startDueRuns()
  }

  it.each([
    ['the first', { mine: 2, other: 7 }, CAMPAIGN, OTHER, '첫 캠페인'],
    ['the second', { mine: 7, other: 2 }, OTHER, CAMPAIGN, '둘째 캠페인'],
  ])(
    'gives people whom two campaigns want at one minute to %s when its priority says so, and names it to the loser',
    async (_which, priority, winner, loser, name) => {
      await kit.members(3)
      await kit.campaign({ ...first, priority: priority.mine })
      await kit.campaign({ ...second, priority: priority.other }, { id: OTHER })

      expect(await kit.worker('one').startDueRuns()).toBe(2)

      expect(await decided(winner)).toEqual({ send: 3 })
      expect(await decided(loser)).toEqual({ frequency: 3 })
      const run = await kit.run(DAY, loser)
      const [decision] = await kit.stores.decisions.page(MALL, run.id, 'frequency', { limit: 1 })
      expect(decision?.detail).toBe(`11월 23일(월) ‘${name}’ 캠페인에서 보냄`)
      const told = { as: 'decided' as const, reason: 'frequency' as const, detail: decision?.detail ?? null }
      expect(answerView({ run, campaignName: '진 캠페인', answer: told }, []).text).toBe(
        `쇼핑몰에서 정한 횟수만큼 이미 받았거나 받기로 된 번호예요. 11월 23일(월) ‘${name}’ 캠페인에서 보냄.`,
      )
    },
  )

  it('lets the earlier minute win whatever the priority of the later one', async () => {
    await kit.members(2)
    await kit.campaign({ ...first, priority: 9, schedule: at(9) })
    await kit.campaign({ ...second, priority: 1, schedule: at(10) }, { id: OTHER })

    await kit.worker('one').startDueRuns()

    expect([await decided(CAMPAIGN), await decided(OTHER)]).toEqual([{ send: 2 }, { frequency: 2 }])
  })

  it('holds when four workers plan three campaigns at once: one message a phone, one decision each', async () => {
    const third = 'c00000000000000000000003'
    await kit.members(250)
    await kit.campaign({ ...first, priority: 5 })
    await kit.campaign({ ...second, priority: 5 }, { id: OTHER })
    await kit.campaign({ ...second, priority: 1 }, { id: third })
    const workers = ['one', 'two', 'three', 'four'].map((name) => kit.worker(name))

    await Promise.all(workers.map((worker) => worker.startDueRuns()))
    await Promise.all(workers.map((worker) => worker.startDueRuns()))
    await Promise.all(workers.map((worker) => worker.dispatchDue()))

    expect(await decided(third)).toEqual({ send: 250 })
    expect(await decided(CAMPAIGN)).toEqual({ frequency: 250 })
    expect(await decided(OTHER)).toEqual({ frequency: 250 })
    expect(kit.accepted().size).toBe(250)
    expect([...kit.accepted().values()].every((times) => times === 1)).toBe(true)
  })

  it('of 2 messages in 3 days lets the third one wait for the day after the window', async () => {
    await set({ messages: 2, days: 3 })
    await kit.members(1)
    await kit.campaign({ ...first, repeatDays: 1 })

    const reasons: unknown[] = []
    for (const days of [0, 1, 2, 3, 4, 5]) {
      await planOn(days, 10)
      await kit.worker('one').dispatchDue()
      reasons.push(...Object.keys(await decided(CAMPAIGN, addDays(DAY, days))))
    }

    expect(reasons).toEqual(['send', 'send', 'frequency', 'send', 'send', 'frequency'])
  })

  it('blocks nobody when it is switched off', async () => {
    await set(null)
    await kit.members(2)
    await kit.campaign(first)
    await kit.campaign(second, { id: OTHER })

    await kit.worker('one').startDueRuns()

    expect([await decided(CAMPAIGN), await decided(OTHER)]).toEqual([{ send: 2 }, { send: 2 }])
  })

  it('counts what is unknown, and not what was called off, failed for sure, or was a test', async () => {
    const members = await kit.members(4)
    await kit.campaign({ ...first, schedule: at(10) })
    await kit.campaign({ ...second, schedule: at(11) }, { id: OTHER })
    const one = kit.worker('one')
    await one.startDueRuns()
    const run = await kit.run()
    const [, failed] = (await kit.stores.sends.ofRun(MALL, run.id, { limit: 10 })).sort((a, b) =>
      a.id < b.id ? -1 : 1,
    )
    await change(kit.stores, members[0] as Shopper, { restricted: true })
    await kit.faults({ kind: 'accepted-then-reset', times: 1 })
    await one.dispatchDue()
    await one.applyReceipts(MALL, [
      {
        sendId: failed?.id ?? '',
        state: 'failed',
        failure: { reason: 'not-friend', code: '3102', definite: true, scope: 'recipient' },
        at: kit.relay.clock.now(),
      },
    ])
    await change(kit.stores, { ...(members[0] as Shopper), restricted: true }, { restricted: false })

    await planOn(0, 11)

    expect(await decided(OTHER)).toEqual({ send: 2, frequency: 2 })
  })

  it('is not used up by a plan that broke off and was never published', async () => {
    await kit.members(5)
    await kit.campaign({ ...first, schedule: at(10) })
    await kit.campaign({ ...second, schedule: at(11) }, { id: OTHER })
    const failing: Partial<SendsParts> = {
      lanes: {
        ...kit.stores.lanes,
        open: async () => {
          throw new Error('killed before it published')
        },
      },
    }
    await kit.worker('dead', failing).startDueRuns()
    expect(await kit.stores.sends.ofRun(MALL, (await kit.run()).id, { limit: 10 })).toHaveLength(5)
    await kit.stores.campaigns.move(MALL, CAMPAIGN, ['running'], { state: 'paused' })

    await planOn(0, 11)

    expect(await decided(OTHER)).toEqual({ send: 5 })
    expect(await kit.stores.sends.ofRun(MALL, (await kit.run()).id, { limit: 10 })).toEqual([])
  })

  it('lets a planner whose lease was taken publish nothing, even before its run is planned again', async () => {
    await kit.members(5)
    await kit.campaign({ ...first, priority: 9 })
    const sleep = gate()
    const asleep = kit.worker('asleep', {
      runs: {
        ...kit.stores.runs,
        async publish(...call) {
          await sleep.sleep()
          return kit.stores.runs.publish(...call)
        },
      },
      leases: { ...kit.stores.leases, release: async () => undefined },
    })
    const stale = asleep.startDueRuns()
    await sleep.reached
    await kit.campaign({ ...second, priority: 1 }, { id: OTHER })
    const taken = { ...kit.stores.leases, acquire: async () => 99, renew: async () => true }

    await kit.worker('two', { leases: taken }).startDueRuns()
    sleep.wake()
    await stale

    expect([await decided(OTHER), await decided(CAMPAIGN)]).toEqual([{ send: 5 }, { frequency: 5 }])
  })

  it('shows in the preview what the run then decides', async () => {
    await kit.members(4)
    await kit.campaign({ ...first, schedule: at(10) })
    await kit.worker('one').startDueRuns()
    await kit.campaign({ ...second, schedule: at(11) }, { id: OTHER })
    const revision = await kit.stores.revisions.find(MALL, OTHER, 1)
    const previews = createPreviewService({
      shoppers: kit.stores.shoppers,
      recentSends: (mallId, fromDay, keys) => kit.stores.sends.recentSends(mallId, fromDay, keys),
      contact: (mallId) => readMallContact(kit.stores, mallId),
      price: async () => null,
      keys: createKeyring(Buffer.alloc(32, 7)),
      clock: kit.relay.clock,
    })
    if (!revision) throw new Error('no revision')

    const { counts } = await previews.preview({ mallId: MALL, campaignId: OTHER, spec: revision.spec })
    await planOn(0, 11)

    expect(counts).toEqual({ frequency: 4 })
    expect(await decided(OTHER)).toEqual(counts)
  })
})

describe('a plan of more than one chunk', () => {
  let kit: SendsKit
  beforeEach(async () => {
    kit = await startSendsKit()
  })
  afterEach(() => kit.close())

  it('takes its own rows for no earlier send: the phone of the first chunk is the same phone in the second', async () => {
    const [twin] = await kit.members(1_001)
    const last = { ...(twin as Shopper), id: `${MALL}:twin`, memberId: 'twin', cartWon: 1 }
    await kit.stores.shoppers.putChanged(MALL, [last], new Map())
    await kit.campaign()

    await kit.worker('one').startDueRuns()

    expect((await kit.run()).decisions).toEqual({ send: 1_001, 'same-phone': 1 })
  })
})
