import { addDays } from '../../server/core/seoul'
import type { SendsParts } from '../../server/sends/create-sends'
import type { Shopper } from '../../server/shoppers/shopper'
import {
  CAMPAIGN,
  change,
  DAY,
  gate,
  MALL,
  phoneOf,
  pulledAt,
  type SendsKit,
  seoul,
  startSendsKit,
} from './sends-kit'

describe('a run', () => {
  let kit: SendsKit

  beforeEach(async () => {
    kit = await startSendsKit()
  })

  afterEach(() => kit.close())

  it('reaches everybody of its plan once, in batches of at most 100, and charges what was delivered', async () => {
    await kit.members(230)
    await kit.campaign()
    const one = kit.worker('one')

    expect(await one.startDueRuns()).toBe(1)
    await one.dispatchDue()
    await kit.moveTo(seoul(DAY, 10, 5))
    await one.pollReceipts()

    const run = await kit.run()
    expect(run).toMatchObject({ state: 'finished', population: 230, decisions: { send: 230 }, batches: 3 })
    expect(kit.accepted().size).toBe(230)
    expect([...kit.accepted().values()].every((times) => times === 1)).toBe(true)
    const tally = await kit.stores.tallies.byRun(MALL, run.id)
    expect(tally).toMatchObject({ waiting: 0, out: 0, unsettled: 0, ended: { delivered: 230 } })
    expect(await kit.dayBudget()).toMatchObject({ reservedWon: 0, chargedWon: 230 * 25, peakWon: 230 * 25 })
  })

  it('has one decision for each of its population, whose sum is the population', async () => {
    const reasons: Partial<Shopper>[] = [
      { adConsent: false },
      { restricted: true },
      { phoneKey: null, phoneSealed: null },
      { cart: [], cartWon: 0 },
      { latestOrderAt: seoul(DAY, 9) },
      { optedOutAt: seoul(DAY, 9) },
    ]
    const [first] = await kit.members(12, (i) => reasons[i - 4] ?? {})
    await kit.stores.shoppers.putChanged(
      MALL,
      [{ ...(first as Shopper), id: `${MALL}:twin`, memberId: 'twin', cartWon: 1 }],
      new Map(),
    )
    await kit.campaign()

    await kit.worker('one').startDueRuns()

    const run = await kit.run()
    expect(run.population).toBe(13)
    expect(run.decisions).toEqual({
      send: 6,
      'no-consent': 1,
      restricted: 1,
      'no-phone': 1,
      'empty-cart': 1,
      'bought-since': 1,
      'opted-out': 1,
      'same-phone': 1,
    })
    const others = await kit.stores.decisions.countByReason(MALL, run.id)
    expect(Object.values(others).reduce((sum, count) => sum + count, 0)).toBe(7)
    expect(await kit.stores.sends.ofRun(MALL, run.id, { limit: 100 })).toHaveLength(6)
  })

  it('leaves out of its population whose phone its campaign has reached before, and nobody else', async () => {
    const segment = { scope: 'consented' as const, exclude: null, purchases: 'ignore' as const }
    const members = await kit.members(5)
    // Called off at the last look, so never reached.
    const optedOut = {
      mallId: MALL,
      phoneKey: members[0]?.phoneKey ?? '',
      at: seoul(DAY, 10),
      source: 'relay' as const,
    }
    await kit.campaign({ segment: { ...segment, include: { all: [] } }, repeatDays: 1 })
    const one = kit.worker('one')
    await one.startDueRuns()
    await kit.stores.optOuts.put(optedOut)
    await one.dispatchDue()
    await one.sendTest(MALL, CAMPAIGN, 'member-00000', phoneOf(0).e164)
    await kit.moveTo(seoul(addDays(DAY, 1), 10))
    await pulledAt(kit.stores, MALL, kit.relay.clock.now())
    const twin = { ...(members[1] as Shopper), id: `${MALL}:twin`, memberId: 'twin', cartWon: 1 }
    const sixth = { ...twin, id: `${MALL}:sixth`, memberId: 'sixth', phoneKey: 'another' }
    await kit.stores.shoppers.putChanged(MALL, [twin, sixth], new Map())
    const fresh = { ...segment, include: { any: [{ kind: 'never-received' as const }] } }
    const first = await kit.stores.revisions.find(MALL, CAMPAIGN, 1)
    if (!first) throw new Error('no revision')
    await kit.stores.revisions.insert({ ...first, number: 2, spec: { ...first.spec, segment: fresh } })
    await kit.stores.campaigns.move(MALL, CAMPAIGN, ['running'], { revision: 2 })

    await one.startDueRuns()

    // The first was called off, the sixth is new; the others, and who else has one of their phones, are no population.
    const run = await kit.run(addDays(DAY, 1))
    expect(run).toMatchObject({ population: 2, decisions: { send: 2 } })
  })

  it('is made once when four workers start it at the same time, and nobody is planned twice', async () => {
    await kit.members(150)
    await kit.campaign()
    const workers = ['one', 'two', 'three', 'four'].map((name) => kit.worker(name))

    const published = await Promise.all(workers.map((worker) => worker.startDueRuns()))
    await Promise.all(workers.map((worker) => worker.startDueRuns()))
    await Promise.all(workers.map((worker) => worker.dispatchDue()))

    expect(published.reduce((sum, count) => sum + count, 0)).toBe(1)
    expect(kit.accepted().size).toBe(150)
    expect([...kit.accepted().values()].every((times) => times === 1)).toBe(true)
  })

  it('whose planning broke off leaves nothing visible, and is planned anew without a remainder', async () => {
    const members = await kit.members(90)
    await kit.campaign()
    async function* breaking() {
      yield members.slice(0, 40)
      throw new Error('killed')
    }
    const killed = kit.worker('killed', {
      shoppers: { ...kit.stores.shoppers, population: () => breaking() },
    })
    const heir = kit.worker('heir')

    expect(await killed.startDueRuns()).toBe(0)
    await heir.dispatchDue()
    expect(kit.accepted().size).toBe(0)
    // In between the dearest of them bought.
    await change(kit.stores, members[0] as Shopper, { latestOrderAt: seoul(DAY, 10) })
    expect(await heir.startDueRuns()).toBe(1)
    await heir.dispatchDue()

    const run = await kit.run()
    expect(run).toMatchObject({ population: 90, decisions: { send: 89, 'bought-since': 1 } })
    expect(kit.accepted().size).toBe(89)
    expect(await kit.stores.sends.ofRun(MALL, run.id, { limit: 200 })).toHaveLength(89)
  })

  it('is published by the last planner only, when an earlier one was stalled past its lease', async () => {
    const members = await kit.members(100)
    await kit.campaign()
    const [sleepy, heir] = [gate(), gate()]
    // A full batch: everything is written when the first falls asleep, and only publishing is left.
    async function* thenSleep() {
      yield members
      await sleepy.sleep()
    }
    async function* sleepThen() {
      await heir.sleep()
      yield members
    }
    const planner = (name: string, people: () => AsyncGenerator<Shopper[]>) =>
      kit.worker(name, {
        shoppers: { ...kit.stores.shoppers, population: people },
        // Its lease seems to hold, as if it slept between renewing and publishing: only the run itself can refuse it.
        leases: { ...kit.stores.leases, acquire: async () => 1, renew: async () => true },
      })

    const first = planner('sleepy', thenSleep).startDueRuns()
    await sleepy.reached
    const second = planner('heir', sleepThen).startDueRuns()
    await heir.reached
    sleepy.wake()
    const published = [await first]
    heir.wake()
    published.push(await second)

    expect(published).toEqual([0, 1])
    await kit.worker('any').dispatchDue()
    expect(kit.accepted().size).toBe(100)
    expect([...kit.accepted().values()].every((times) => times === 1)).toBe(true)
  })

  it.each([
    ['it has broken', 1],
    ['it has begun', 2],
  ])(
    'keeps all its rows when a planner falls asleep as it wipes the plan that %s, and wakes after another has published and sent',
    async (_name, wipe) => {
      const members = await kit.members(150, (i) => (i < 10 ? { adConsent: false } : {}))
      await kit.campaign()
      async function* breaking() {
        yield members.slice(0, 40)
        throw new Error('killed')
      }
      await kit
        .worker('killed', { shoppers: { ...kit.stores.shoppers, population: () => breaking() } })
        .startDueRuns()
      const asleep = gate()
      let wipes = 0
      const planner = (name: string, over: Partial<SendsParts> = {}) =>
        kit.worker(name, {
          leases: { ...kit.stores.leases, acquire: async () => 1, renew: async () => true },
          ...over,
        })
      const { batches } = kit.stores
      const wipeRun: typeof batches.wipeRun = async (...of) => {
        wipes += 1
        if (wipes === wipe) await asleep.sleep()
        return batches.wipeRun(...of)
      }

      const sleepy = planner('sleepy', { batches: { ...batches, wipeRun } }).startDueRuns()
      await asleep.reached
      const heir = planner('heir')
      const published = await heir.startDueRuns()
      await heir.dispatchDue()
      asleep.wake()

      expect([await sleepy, published]).toEqual([0, 1])
      const run = await kit.run()
      expect(await kit.stores.sends.ofRun(MALL, run.id, { limit: 200 })).toHaveLength(140)
      expect((await batches.byId(MALL, `${run.id}:2`))?.state).toBe('accepted')
      expect(await kit.stores.decisions.countByReason(MALL, run.id)).toEqual({ 'no-consent': 10 })
      expect(kit.accepted().size).toBe(140)
    },
  )

  it('that did not start on its day never starts and says so; what was half planned is gone', async () => {
    const members = await kit.members(20)
    await kit.campaign()
    async function* breaking() {
      yield members.slice(0, 10)
      throw new Error('killed')
    }
    const killed = kit.worker('killed', {
      shoppers: { ...kit.stores.shoppers, population: () => breaking() },
    })
    await killed.startDueRuns()
    await kit.moveTo(seoul(addDays(DAY, 1), 0, 1))

    await kit.worker('heir').startDueRuns()
    await kit.worker('heir').dispatchDue()

    const run = await kit.run()
    expect(run.state).toBe('missed')
    expect(run.note).toContain('시작하지 못해')
    expect(await kit.stores.sends.ofRun(MALL, run.id, { limit: 100 })).toEqual([])
    expect(kit.accepted().size).toBe(0)
  })

  it('waits for fresh facts, says so, and goes on when they came', async () => {
    await kit.members(5)
    await kit.campaign()
    await pulledAt(kit.stores, MALL, new Date(seoul(DAY, 10).getTime() - 27 * 3_600_000))
    const one = kit.worker('one')

    await one.startDueRuns()
    const waiting = await kit.run()
    await pulledAt(kit.stores, MALL, seoul(DAY, 10))
    await one.startDueRuns()

    expect(waiting).toMatchObject({ state: 'planning', note: expect.stringContaining('26시간') })
    expect(await kit.run()).toMatchObject({ state: 'published', note: null })
  })

  it.each([
    ['paused', { state: 'paused' }, '일시 정지'],
    ['ended', { state: 'ended' }, '끝나'],
  ] as const)(
    'of a campaign that was %s in between is not planned, and says why',
    async (_name, set, words) => {
      await kit.members(5)
      const campaign = await kit.campaign()
      const held = kit.worker('held', { leases: { ...kit.stores.leases, acquire: async () => null } })
      await held.startDueRuns()
      await kit.stores.campaigns.move(MALL, campaign.id, ['running'], set)

      expect(await kit.worker('one').startDueRuns()).toBe(0)

      expect((await kit.run()).note).toContain(words)
    },
  )

  it('says that the sending account is missing', async () => {
    await kit.members(5)
    await kit.campaign()
    const one = kit.worker('one', {
      accounts: { current: async () => null, ofVersion: async () => null, reportProblem: async () => {} },
    })

    await one.startDueRuns()

    expect((await kit.run()).note).toContain('발송 계정')
  })

  it('without anybody to send to is finished at once', async () => {
    await kit.members(3, () => ({ adConsent: false }))
    await kit.campaign()

    await kit.worker('one').startDueRuns()

    expect(await kit.run()).toMatchObject({
      state: 'finished',
      population: 3,
      decisions: { 'no-consent': 3 },
    })
  })
})

describe('the repeat window', () => {
  let kit: SendsKit

  beforeEach(async () => {
    kit = await startSendsKit()
  })

  afterEach(() => kit.close())

  /** Everybody matches on every day, so that only the window keeps people out. */
  const everybody = {
    scope: 'all-members' as const,
    include: { all: [] },
    exclude: null,
    purchases: 'exclude' as const,
  }

  async function planOn(days: number): Promise<Partial<Record<string, number>>> {
    const day = addDays(DAY, days)
    await kit.moveTo(seoul(day, 10))
    await pulledAt(kit.stores, MALL, seoul(day, 10))
    await kit.worker('one').startDueRuns()
    return (await kit.run(day)).decisions
  }

  it('of 3 days blocks the day of a send and the two after it, and not the next', async () => {
    await kit.members(4)
    await kit.campaign({ segment: everybody, repeatDays: 3 })
    await kit.worker('one').startDueRuns()
    await kit.worker('one').dispatchDue()
    await kit.moveTo(seoul(DAY, 10, 10))
    await kit.worker('one').pollReceipts()

    const decisions = [await planOn(1), await planOn(2), await planOn(3)]

    expect(decisions).toEqual([{ repeat: 4 }, { repeat: 4 }, { send: 4 }])
  })

  it('is about the phone: another member with the same number is blocked too', async () => {
    const [first] = await kit.members(2)
    await kit.campaign({ segment: everybody })
    await kit.worker('one').startDueRuns()
    await kit.worker('one').dispatchDue()
    const twin = { ...(first as Shopper), id: `${MALL}:newcomer`, memberId: 'newcomer' }
    await kit.stores.shoppers.putChanged(MALL, [twin], new Map())

    expect(await planOn(1)).toEqual({ repeat: 3 })
  })

  it('counts what waits and what is unknown, and not what was called off or definitely failed', async () => {
    const members = await kit.members(4)
    await kit.campaign({ segment: everybody })
    const one = kit.worker('one')
    await one.startDueRuns()
    const run = await kit.run()
    const sends = (await kit.stores.sends.ofRun(MALL, run.id, { limit: 10 })).sort((a, b) =>
      a.id < b.id ? -1 : 1,
    )
    const [bought, failed] = sends
    await change(kit.stores, members[0] as Shopper, { optedOutAt: null, restricted: true })
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

    const decisions = await planOn(1)

    expect((await kit.stores.sends.byId(MALL, bought?.id ?? ''))?.end).toBe('cancelled')
    expect(decisions).toEqual({ send: 2, repeat: 2 })
  })

  it('counts no test send, and a test send appears in no run of the day', async () => {
    await kit.members(2)
    await kit.campaign({ segment: everybody })
    const one = kit.worker('one')

    const outcome = await one.sendTest(MALL, CAMPAIGN, 'member-00001', phoneOf(0).e164)
    await one.dispatchDue()
    await one.startDueRuns()

    expect(outcome.state).toBe('sent')
    expect(kit.accepted()).toEqual(new Map([[phoneOf(0).digits, 1]]))
    expect(await kit.run()).toMatchObject({ decisions: { send: 2 }, population: 2 })
    expect(await kit.dayBudget()).toMatchObject({ reservedWon: 0, chargedWon: 0 })
  })
})
