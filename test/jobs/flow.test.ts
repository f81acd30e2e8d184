import { createSolapiRelay } from '../../server/adapters/relays/solapi/solapi-relay'
import { machineClock } from '../../server/core/clock'
import type { Logger } from '../../server/core/logger'
import { addDays } from '../../server/core/seoul'
import type { FailureReason, MessageRelay } from '../../server/messages/message-relay'
import type { Sending, SendsParts } from '../../server/sends/create-sends'
import { createMallTurns } from '../../server/sends/dispatch-service'
import type { Lane } from '../../server/sends/lane'
import { createTransactions } from '../../server/spend/transaction-store'
import { request } from '../contract/play-relay-kit'
import {
  CAMPAIGN,
  DAY,
  installMall,
  MALL,
  phoneOf,
  pulledAt,
  type SendsKit,
  seoul,
  startSendsKit,
} from './sends-kit'

const OTHER = 'cafe24-other'
const SECOND = 'c00000000000000000000002'

describe('the flow of sends', () => {
  let kit: SendsKit
  let one: Sending

  beforeEach(async () => {
    kit = await startSendsKit()
    one = kit.worker('one')
  })

  afterEach(() => kit.close())

  const later = (seconds: number) => new Date(kit.relay.clock.now().getTime() + seconds * 1_000)
  const pass = (seconds: number) => kit.moveTo(later(seconds))
  const lane = async (campaignId = CAMPAIGN): Promise<Lane> => {
    const found = await kit.stores.lanes.byRun(MALL, (await kit.run(DAY, campaignId)).id)
    if (!found) throw new Error('no lane')
    return found
  }
  const accepted = () => kit.accepted().size
  const expectOnce = (people: number) => {
    expect(accepted()).toBe(people)
    expect([...kit.accepted().values()].filter((times) => times !== 1)).toEqual([])
  }
  const withRelay = (change: Partial<MessageRelay>): Partial<SendsParts> => ({
    relay: { ...kit.client, ...change },
  })

  /** A worker with one slot that ends after `batches` hand-overs. */
  async function dispatchOnly(batches: number, over: Partial<SendsParts> = {}): Promise<void> {
    const ending = new AbortController()
    let left = batches
    const release: MessageRelay['release'] = async (...args) => {
      left -= 1
      if (left === 0) ending.abort()
      return kit.client.release(...args)
    }
    await kit.worker('short', { parallel: 1, ...withRelay({ release }), ...over }).dispatchDue(ending.signal)
  }

  async function results(count: number, badReason: FailureReason, bad: number): Promise<void> {
    const rows = await kit.stores.sends.ofRun(MALL, (await kit.run()).id, { limit: 5_000, end: null })
    const out = rows.filter(({ batch }) => batch <= 1).slice(0, count)
    expect(out).toHaveLength(count)
    await one.applyReceipts(
      MALL,
      out.map(({ id }, index) => ({
        sendId: id,
        at: kit.relay.clock.now(),
        ...(index < bad
          ? {
              state: 'failed' as const,
              failure: { reason: badReason, code: 'x', definite: true, scope: 'recipient' as const },
            }
          : { state: 'delivered' as const }),
      })),
    )
  }

  describe('in the morning', () => {
    const morning = addDays(DAY, 1)

    async function planTheEveningBefore(people: number) {
      await kit.members(people)
      await kit.campaign({ schedule: { atMinute: 21 * 60, weekdays: [1], fromDay: DAY, untilDay: DAY } })
      await kit.moveTo(seoul(DAY, 21))
      await pulledAt(kit.stores, MALL, seoul(DAY, 21))
      await one.startDueRuns()
      await Promise.all([one.dispatchDue(), kit.worker('two').dispatchDue()])
    }

    it('lets the dearest carts leave first, also those that workers had in hand in the evening, and the rest in steps', async () => {
      await planTheEveningBefore(720)
      const atNight = await lane()
      await kit.moveTo(seoul(morning, 8))
      await one.dispatchDue()
      const first = [...kit.accepted().keys()].toSorted()
      await one.dispatchDue()
      await pass(1)
      await one.dispatchDue()
      const between = accepted()

      await pass(1)
      await Promise.all([one.dispatchDue(), kit.worker('two').dispatchDue()])
      const sixth = accepted()
      await pass(2)
      await one.dispatchDue()
      const seventh = accepted()
      await pass(2)
      await one.dispatchDue()

      expect(atNight.hold?.reason).toBe('night')
      expect(atNight.back?.length).toBeGreaterThan(0)
      expect(first).toEqual(Array.from({ length: 500 }, (_, i) => phoneOf(i).digits))
      expect([between, sixth, seventh]).toEqual([500, 600, 700])
      expectOnce(720)
    })

    it('expires in the open what the latest time overtakes', async () => {
      await planTheEveningBefore(620)
      await kit.moveTo(seoul(morning, 8))
      await one.dispatchDue()
      await kit.moveTo(seoul(morning, 12))

      await one.dispatchDue()

      expectOnce(500)
      expect(await kit.stores.tallies.byRun(MALL, (await kit.run()).id)).toMatchObject({
        waiting: 0,
        ended: { expired: 120 },
      })
    })
  })

  describe('when failures rise', () => {
    /** One batch left, 150 wait for won that results release. */
    async function oneBatchOut() {
      await kit.members(250)
      await kit.campaign({ dailyCapWon: 2_500 })
      await one.startDueRuns()
      // One at a time, so that it is the first batch that takes the cap.
      await kit.worker('single', { parallel: 1 }).dispatchDue()
      expect(accepted()).toBe(100)
    }

    it('holds the run until a person says so, and does not hold it again for the same failures', async () => {
      await oneBatchOut()
      await results(60, 'system', 12)
      await one.sweep()
      const held = await lane()
      for (const seconds of [0, 120, 3_600]) {
        await pass(seconds)
        await one.sweep()
        await one.dispatchDue()
      }
      const stood = [accepted(), (await lane()).hold?.reason]

      expect(await one.goOn(MALL, held.id)).toBe(true)
      await one.sweep()
      await one.dispatchDue()

      expect(held).toMatchObject({ hold: { reason: 'failures' }, next: held.latestAt })
      expect(stood).toEqual([100, 'failures'])
      // The won of twelve definite failures is lent on.
      expectOnce(112)
      expect(await one.goOn(MALL, held.id)).toBe(false)
    })

    it('goes on when the campaign is resumed or the account mended', async () => {
      await oneBatchOut()
      await results(60, 'channel', 30)
      await one.sweep()
      const before = (await lane()).hold?.reason

      await one.wake(MALL, CAMPAIGN)
      await one.dispatchDue()

      expect(before).toBe('failures')
      expectOnce(130)
    })

    it('does not hold it for people who are no friends, however many', async () => {
      await oneBatchOut()
      await results(100, 'not-friend', 100)
      await one.sweep()
      await one.dispatchDue()

      expectOnce(200)
    })

    it('stays held when a batch comes back or a worker lets go, and expires at the latest time', async () => {
      await oneBatchOut()
      await results(60, 'system', 30)
      await one.sweep()
      const { id: runId, latestAt } = await lane()
      const now = kit.relay.clock.now()
      await kit.stores.lanes.wake(MALL, runId, now)
      await kit.stores.lanes.release(MALL, runId)
      await kit.stores.lanes.hold(MALL, runId, 'relay-busy', now, now, 2)
      await kit.stores.lanes.holdMall(MALL, 'account', latestAt, now)
      await kit.stores.lanes.wakeAll(MALL, null, now)
      const kept = await lane()

      await kit.moveTo(latestAt)
      await one.dispatchDue()
      await one.dispatchDue()

      expect(kept).toMatchObject({ hold: { reason: 'failures' }, next: latestAt })
      expectOnce(100)
      expect(await kit.stores.tallies.byRun(MALL, runId)).toMatchObject({ waiting: 0 })
    })

    it('waits for the relay’s word when twenty batches have no answer, and sends the rest then', async () => {
      await kit.members(2_300)
      await kit.campaign()
      await one.startDueRuns()
      await kit.faults({ kind: 'accepted-then-reset', times: null })
      const release: MessageRelay['release'] = async (...args) => {
        const outcome = await kit.client.release(...args)
        await one.sweep()
        return outcome
      }

      await kit.worker('watched', { parallel: 1, ...withRelay({ release }) }).dispatchDue()
      await one.sweep()
      const runId = (await kit.run()).id
      const planned = await kit.stores.batches.openIn(MALL, runId, ['planned'])
      const unknown = await kit.stores.batches.openIn(MALL, runId, ['unknown'])
      const hold = (await lane()).hold?.reason
      await kit.faults([])
      await pass(121)
      await one.askFates()
      await pass(2)
      await one.dispatchDue()

      expect({ planned, unknown }).toEqual({ planned: 200, unknown: 2_100 })
      expect(hold).toBe('relay-busy')
      expectOnce(2_300)
    })
  })

  describe('when the balance is short', () => {
    const balance = (balanceWon: number) => request(`${kit.relay.url}/__fake/balance`, 'PUT', { balanceWon })

    it('hands nothing over, says so, and goes on when it is enough again', async () => {
      await kit.members(150)
      await kit.campaign()
      await balance(2_499)
      await one.startDueRuns()

      await one.dispatchDue()
      const short = [kit.relay.relay.stats().groups, (await lane()).hold?.reason, kit.problems[0]]
      await balance(1_000_000)
      await pass(299)
      await one.dispatchDue()
      const early = accepted()
      await pass(1)
      await one.dispatchDue()

      expect(short).toEqual([0, 'no-balance', 'no-balance'])
      expect(early).toBe(0)
      expectOnce(150)
    })

    it('asks for what waits only: a small run needs little', async () => {
      await kit.members(3)
      await kit.campaign()
      await balance(75)
      await one.startDueRuns()

      await one.dispatchDue()

      expectOnce(3)
    })

    it('asks once for many batches, and again after five minutes', async () => {
      await kit.members(500)
      await kit.campaign({ dailyCapWon: 25 * 300 })
      await one.startDueRuns()
      let asked = 0
      const counting = withRelay({
        async balance() {
          asked += 1
          return 1_000_000
        },
      })
      const worker = kit.worker('counting', { parallel: 1, ...counting })

      await worker.dispatchDue()
      const first = [asked, accepted()]
      await pass(240)
      await worker.dispatchDue()
      const within = asked
      await pass(60)
      await worker.dispatchDue()

      expect([first, within, asked]).toEqual([[1, 300], 1, 2])
    })

    it('takes silence for enough', async () => {
      await kit.members(3)
      await kit.campaign()
      await one.startDueRuns()

      await kit.worker('deaf', withRelay({ balance: async () => null })).dispatchDue()

      expectOnce(3)
    })
  })

  describe('between malls', () => {
    it('a small mall leaves within two batches, however much a large one sends', async () => {
      await installMall(kit.stores, OTHER, kit.relay.clock.now())
      await kit.members(1_500)
      await kit.campaign()
      await kit.members(100, (i) => ({ phoneKey: `other-${i}` }), OTHER)
      await kit.campaign({}, { id: SECOND, mallId: OTHER })
      await one.startDueRuns()
      const small = await kit.run(DAY, SECOND).catch(() => null)
      const smallRun = small ?? (await kit.stores.runs.byOccurrence(OTHER, SECOND, DAY))
      const order: string[] = []
      const prepare: MessageRelay['prepare'] = async (account, key, messages) => {
        order.push(key.startsWith(smallRun?.id ?? '?') ? 'small' : 'large')
        return kit.client.prepare(account, key, messages)
      }
      const ending = new AbortController()
      const release: MessageRelay['release'] = async (...args) => {
        if (order.length >= 4) ending.abort()
        return kit.client.release(...args)
      }

      await kit
        .worker('single', { parallel: 1, ...withRelay({ prepare, release }) })
        .dispatchDue(ending.signal)

      expect(order.slice(0, 2).toSorted()).toEqual(['large', 'small'])
      expect(order.slice(2)).toEqual(['large', 'large'])
    })

    it('one lane is found behind a hundred of another mall', async () => {
      const now = kit.relay.clock.now()
      const transactions = createTransactions(kit.database.connection)
      const open = (mallId: string, id: string) =>
        transactions.run(mallId, (session) =>
          kit.stores.lanes.open(session, {
            id,
            mallId,
            campaignId: CAMPAIGN,
            revision: 1,
            runDay: DAY,
            test: false,
            latestAt: seoul(addDays(DAY, 1), 12),
            batches: 1,
            cursor: 1,
            next: now,
            rev: 0,
            hold: null,
            stopped: null,
            finished: false,
          }),
        )
      for (let i = 0; i < 100; i += 1) await open('a-large', `run-${i}`)
      await open('b-small', 'run-small')
      const turns = createMallTurns()
      turns.take('a-large')

      const found = await kit.stores.lanes.due(now, 64, (malls) => turns.next(malls))
      turns.take('b-small')
      const next = await kit.stores.lanes.due(now, 64, (malls) => turns.next(malls))

      expect(found.map(({ id }) => id)).toEqual(['run-small'])
      expect(next).toHaveLength(100)
    })
  })

  it('a busy relay holds all runs of the mall for as long as it says', async () => {
    const addedAt = seoul(addDays(DAY, -8), 15)
    await kit.members(4, (i) => (i < 2 ? {} : { latestAddAt: addedAt, latestAddDay: addDays(DAY, -8) }))
    await kit.campaign()
    const include = { kind: 'latest-add' as const, mode: 'exactly' as const, days: 8 }
    const segment = { scope: 'all-members' as const, include, exclude: null, purchases: 'exclude' as const }
    await kit.campaign({ segment }, { id: SECOND })
    await one.startDueRuns()
    await kit.faults({ kind: '429', times: 1 })

    await dispatchOnly(1)

    const wanted = { hold: { reason: 'relay-busy' }, next: later(1) }
    expect([await lane(), await lane(SECOND)]).toMatchObject([wanted, wanted])
  })

  it('a worker above its own rate calls nobody, gives the batch back and comes again', async () => {
    await kit.members(200)
    await kit.campaign()
    await one.startDueRuns()
    const limited = createSolapiRelay(
      { apiUrl: kit.relay.url, timeoutMs: 2_000, callsPerSecond: 1 },
      machineClock,
    )

    await kit
      .worker('limited', { parallel: 1, relay: { ...limited, balance: async () => null } })
      .dispatchDue()
    const first = [accepted(), kit.relay.relay.stats().groups, (await lane()).hold?.reason]
    await pass(5)
    await one.dispatchDue()

    expect(first).toEqual([100, 1, 'relay-busy'])
    expectOnce(200)
  })

  it('pausing lets no more leave than what was under way, and tells truthfully what has gone', async () => {
    await kit.members(1_200)
    await kit.campaign()
    await one.startDueRuns()
    let paused = false
    const release: MessageRelay['release'] = async (...args) => {
      if (!paused) {
        paused = true
        await kit.stores.campaigns.move(MALL, CAMPAIGN, ['running'], { state: 'paused' })
      }
      return kit.client.release(...args)
    }

    await kit.worker('busy', withRelay({ release })).dispatchDue()
    const { waiting, left } = await one.pendingSends(MALL, CAMPAIGN)
    const progress = await one.progressOf(MALL, (await kit.run()).id)

    expect(accepted()).toBeLessThanOrEqual(800)
    expect([waiting, left]).toEqual([1_200 - accepted(), accepted()])
    expect(progress).toMatchObject({
      waiting,
      gone: left,
      out: left,
      hold: { reason: 'paused' },
      finishesAt: null,
    })
  })

  it('tells how fast a run goes and when it will be done, from two remembered points', async () => {
    await kit.members(1_000)
    await kit.campaign()
    await one.startDueRuns()
    await one.sweep()
    await dispatchOnly(3)
    await pass(60)
    await one.sweep()
    await dispatchOnly(1)
    await pass(60)

    const progress = await one.progressOf(MALL, (await kit.run()).id)

    expect(progress).toMatchObject({ waiting: 600, out: 400, ratePerMinute: 200, hold: null })
    expect(progress?.finishesAt).toEqual(later(180))
    expect(await one.progressOf(MALL, 'no-such-run')).toBeNull()
  })

  it('leaves one line of info for a run, with its figures', async () => {
    const lines: { fields: Record<string, unknown>; text: string }[] = []
    const { logger } = silent(lines)
    const worker = kit.worker('logged', { logger })
    await kit.members(3)
    await kit.campaign()
    await worker.startDueRuns()
    await worker.dispatchDue()
    await pass(20)
    await worker.pollReceipts()

    expect(lines.map(({ text }) => text)).toEqual(['run finished'])
    expect(lines[0]?.fields).toMatchObject({
      state: 'finished',
      delivered: 3,
      failed: 0,
      refused: 0,
      chargedWon: 75,
    })
  })

  /** A logger that keeps its info lines. */
  function silent(lines: { fields: Record<string, unknown>; text: string }[]): { logger: Logger } {
    const ignore = () => undefined
    const info = (fields: Record<string, unknown>, text: string) => void lines.push({ fields, text })
    return { logger: { info, debug: ignore, warn: ignore, error: ignore } as unknown as Logger }
  }
})
