import { addDays } from '../../server/core/seoul'
import type { MessageRelay } from '../../server/messages/message-relay'
import type { Sending } from '../../server/sends/create-sends'
import { chooseLane } from '../../server/sends/dispatch-service'
import type { Lane } from '../../server/sends/lane'
import type { Shopper } from '../../server/shoppers/shopper'
import {
  CAMPAIGN,
  change,
  DAY,
  installMall,
  MALL,
  member,
  phoneOf,
  pulledAt,
  type SendsKit,
  seoul,
  startSendsKit,
} from './sends-kit'

const SOLD_OUT = member(1).cart.map((line) => ({ ...line, sellable: false }))

describe('dispatch', () => {
  let kit: SendsKit
  let one: Sending

  beforeEach(async () => {
    kit = await startSendsKit()
    one = kit.worker('one')
  })

  afterEach(() => kit.close())

  const expectOnce = (people: number) => {
    expect(kit.accepted().size).toBe(people)
    expect([...kit.accepted().values()].filter((times) => times !== 1)).toEqual([])
  }
  const tally = async () => (await kit.stores.tallies.byRun(MALL, (await kit.run()).id)) ?? null
  const hold = async () => (await kit.stores.lanes.byRun(MALL, (await kit.run()).id))?.hold?.reason ?? null

  describe('by several workers', () => {
    it('sends to each person once, whoever leases what', async () => {
      await kit.members(450)
      await kit.campaign()
      await one.startDueRuns()
      const workers = [one, kit.worker('two'), kit.worker('three')]

      await Promise.all(workers.map((worker) => worker.dispatchDue()))
      await Promise.all(workers.map((worker) => worker.dispatchDue()))

      expectOnce(450)
      expect(await tally()).toMatchObject({ waiting: 0, out: 450 })
    })

    it('keeps the cap to the won, whatever arrives first', async () => {
      await kit.members(300)
      await kit.campaign({ dailyCapWon: 25 * 137 + 24 })
      await one.startDueRuns()
      const workers = Array.from({ length: 4 }, (_, i) => kit.worker(`w${i}`))

      for (let round = 0; round < 3; round += 1) {
        await Promise.all(workers.map((worker) => worker.dispatchDue()))
        await kit.moveTo(new Date(kit.relay.clock.now().getTime() + 61_000))
      }

      expectOnce(137)
      expect(await kit.dayBudget()).toMatchObject({ reservedWon: 25 * 137, peakWon: 25 * 137 })
      expect(await tally()).toMatchObject({ waiting: 163, out: 137 })
      expect(await hold()).toBe('cap')
    })

    it('gives a small mall its turn while a large one sends', () => {
      const lane = (mallId: string, id: string) => ({ mallId, id }) as Lane
      const lanes = [...Array.from({ length: 50 }, (_, i) => lane('large', `l${i}`)), lane('small', 's')]
      let seed = 1
      const random = () => {
        seed = (seed * 16_807) % 2_147_483_647
        return seed / 2_147_483_647
      }

      const chosen = Array.from({ length: 1_000 }, () => chooseLane(lanes, random)?.mallId)

      expect(chosen.filter((mallId) => mallId === 'small').length).toBeGreaterThan(400)
      expect(chooseLane([], random)).toBeNull()
    })
  })

  describe('at the last look', () => {
    it.each<[string, Partial<Shopper>, string]>([
      ['bought', { latestOrderAt: seoul(DAY, 10) }, 'bought'],
      ['withdrew consent', { adConsent: false }, 'consent-withdrawn'],
      ['emptied the cart', { cart: [], cartWon: 0 }, 'empty-cart'],
      ['has only sold out things in it', { cart: SOLD_OUT }, 'empty-cart'],
      ['became restricted', { restricted: true }, 'restricted'],
      ['got another phone', { phoneKey: 'another' }, 'phone-changed'],
    ])('calls off who %s since the plan, and nobody else', async (_name, facts, reason) => {
      const members = await kit.members(3)
      await kit.campaign()
      await one.startDueRuns()
      await change(kit.stores, members[1] as Shopper, facts)

      await one.dispatchDue()

      expect([...kit.accepted().keys()]).toEqual([phoneOf(0).digits, phoneOf(2).digits])
      const sends = await kit.stores.sends.ofRun(MALL, (await kit.run()).id, { limit: 10, end: 'cancelled' })
      expect(sends).toMatchObject([{ memberId: 'member-00001', endReason: reason, chargedWon: 0 }])
      expect(await kit.dayBudget()).toMatchObject({ reservedWon: 50 })
    })

    it('calls off who refused through us, whatever the mall says', async () => {
      const members = await kit.members(2)
      await kit.campaign()
      await one.startDueRuns()
      const phoneKey = members[0]?.phoneKey ?? ''
      await kit.stores.optOuts.put({ mallId: MALL, phoneKey, at: seoul(DAY, 10), source: 'relay' })

      await one.dispatchDue()

      expect([...kit.accepted().keys()]).toEqual([phoneOf(1).digits])
    })

    it('sends to buyers when the campaign ignores purchases', async () => {
      const members = await kit.members(2)
      await kit.campaign({
        segment: {
          scope: 'all-members',
          include: { kind: 'latest-add', mode: 'exactly', days: 7 },
          exclude: null,
          purchases: 'ignore',
        },
      })
      await one.startDueRuns()
      await change(kit.stores, members[0] as Shopper, { latestOrderAt: seoul(DAY, 10) })

      await one.dispatchDue()

      expectOnce(2)
    })

    it('holds everything while facts are older than the campaign allows, and sends when they are fresh', async () => {
      await kit.members(3)
      await kit.campaign({ maxFactAgeHours: 5 })
      await one.startDueRuns()
      await kit.moveTo(seoul(DAY, 15, 1))

      await one.dispatchDue()
      const held = [kit.accepted().size, await hold()]
      await pulledAt(kit.stores, MALL, seoul(DAY, 15, 1))
      await kit.moveTo(seoul(DAY, 15, 3))
      await one.dispatchDue()

      expect(held).toEqual([0, 'stale-facts'])
      expectOnce(3)
    })

    it('judges anew after a night', async () => {
      const members = await kit.members(3)
      await kit.campaign({ schedule: { atMinute: 21 * 60, weekdays: [1], fromDay: DAY, untilDay: null } })
      await kit.moveTo(seoul(DAY, 21))
      await pulledAt(kit.stores, MALL, seoul(DAY, 21))
      await one.startDueRuns()
      await one.dispatchDue()
      await change(kit.stores, members[2] as Shopper, { latestOrderAt: seoul(DAY, 23) })
      await kit.moveTo(seoul(addDays(DAY, 1), 8))

      await one.dispatchDue()

      expect([...kit.accepted().keys()]).toEqual([phoneOf(0).digits, phoneOf(1).digits])
    })
  })

  describe('at night', () => {
    const atNight = { schedule: { atMinute: 19 * 60 + 50, weekdays: [1], fromDay: DAY, untilDay: DAY } }

    async function planAt(hour: number, minute: number, second = 0) {
      await kit.members(120)
      await kit.campaign(atNight)
      await kit.moveTo(seoul(DAY, hour, minute, second))
      await pulledAt(kit.stores, MALL, kit.relay.clock.now())
      await one.startDueRuns()
    }

    it.each([
      ['19:58:59 leaves', 19, 58, 59, 120],
      ['19:59:00, a minute before the edge, is held', 19, 59, 0, 0],
      ['20:00:00 is held', 20, 0, 0, 0],
      ['23:59:59 is held', 23, 59, 59, 0],
    ])('what is due at %s', async (_name, hour, minute, second, people) => {
      await planAt(hour, minute, second)

      await one.dispatchDue()

      expectOnce(people)
      expect(await hold()).toBe(people === 0 ? 'night' : null)
    })

    it('holds until 08:00 and not a second less, and expires what has not left at 12:00', async () => {
      await planAt(20, 0)
      await one.dispatchDue()
      const next = addDays(DAY, 1)

      await kit.moveTo(seoul(next, 7, 59, 59))
      await one.dispatchDue()
      const early = kit.accepted().size
      await kit.moveTo(seoul(next, 8))
      await one.dispatchDue()

      expect(early).toBe(0)
      expectOnce(120)
    })

    it('sends what a campaign held on its last day, after its end by schedule', async () => {
      await planAt(20, 0)
      await one.dispatchDue()
      const next = addDays(DAY, 1)
      await kit.stores.campaigns.move(MALL, CAMPAIGN, ['running'], {
        state: 'ended',
        endedAt: seoul(next, 0, 1),
      })

      await kit.moveTo(seoul(next, 8))
      await one.dispatchDue()

      expectOnce(120)
    })

    it('expires in the open what is not sent by the latest time', async () => {
      await planAt(20, 0)
      await one.dispatchDue()
      await kit.moveTo(seoul(addDays(DAY, 1), 12))

      await one.dispatchDue()

      expectOnce(0)
      expect(await tally()).toMatchObject({ waiting: 0, unsettled: 0, ended: { expired: 120 } })
      expect(await kit.run()).toMatchObject({ state: 'finished' })
      expect(await kit.dayBudget()).toMatchObject({ reservedWon: 0, chargedWon: 0 })
    })

    it('lets nothing leave when night falls between preparing and releasing, and frees the won', async () => {
      await planAt(19, 55)
      const slow: MessageRelay = {
        ...kit.client,
        async prepare(account, key, messages) {
          const prepared = await kit.client.prepare(account, key, messages)
          await kit.moveTo(seoul(DAY, 20, 0, 1))
          return prepared
        },
      }

      await kit.worker('slow', { relay: slow }).dispatchDue()

      expectOnce(0)
      expect(await kit.dayBudget()).toMatchObject({ reservedWon: 0 })
      await kit.moveTo(seoul(addDays(DAY, 1), 8))
      await one.dispatchDue()
      expectOnce(120)
    })
  })

  describe('within a cap', () => {
    it('sends to the dearest carts that fit and caps the rest at the latest time', async () => {
      await kit.members(10)
      await kit.campaign({ dailyCapWon: 100 })
      await one.startDueRuns()

      await one.dispatchDue()
      const held = await hold()
      await kit.moveTo(seoul(addDays(DAY, 1), 12))
      await one.dispatchDue()

      expect([...kit.accepted().keys()]).toEqual([0, 1, 2, 3].map((i) => phoneOf(i).digits))
      expect(held).toBe('cap')
      expect(await tally()).toMatchObject({ waiting: 0, out: 4, ended: { capped: 6 } })
      expect(await kit.dayBudget()).toMatchObject({ reservedWon: 100, peakWon: 100 })
    })

    it('lends won that a definite failure released to the next in line', async () => {
      await kit.members(6)
      await kit.campaign({ dailyCapWon: 100 })
      await one.startDueRuns()
      await one.dispatchDue()
      const run = await kit.run()
      const failed = (await kit.stores.sends.ofRun(MALL, run.id, { limit: 10 })).filter(
        ({ batch }) => batch === 1,
      )

      await one.applyReceipts(
        MALL,
        failed.slice(0, 2).map(({ id }) => ({
          sendId: id,
          state: 'failed' as const,
          failure: {
            reason: 'not-friend' as const,
            code: '3102',
            definite: true,
            scope: 'recipient' as const,
          },
          at: kit.relay.clock.now(),
        })),
      )
      await one.dispatchDue()

      expectOnce(6)
      expect(await kit.dayBudget()).toMatchObject({ reservedWon: 100, chargedWon: 0, peakWon: 100 })
    })

    it('does not ask the relay for anything when not even one fits', async () => {
      await kit.members(3)
      await kit.campaign({ dailyCapWon: 24 })
      await one.startDueRuns()

      await one.dispatchDue()

      expect(kit.relay.relay.stats().groups).toBe(0)
    })
  })

  describe('paused, stopped or gone', () => {
    it('holds while the campaign is paused and goes on when it is woken', async () => {
      await kit.members(3)
      await kit.campaign()
      await one.startDueRuns()
      await kit.stores.campaigns.move(MALL, CAMPAIGN, ['running'], { state: 'paused' })

      await one.dispatchDue()
      const paused = [kit.accepted().size, await hold()]
      await kit.stores.campaigns.move(MALL, CAMPAIGN, ['paused'], { state: 'running' })
      await one.wake(MALL, CAMPAIGN)
      await one.dispatchDue()

      expect(paused).toEqual([0, 'paused'])
      expectOnce(3)
    })

    it('calls off what waits when a person stops it, and tells truthfully what has left', async () => {
      await kit.members(250)
      await kit.campaign({ dailyCapWon: 25 * 100 })
      await one.startDueRuns()
      await one.dispatchDue()

      const pending = await one.pendingSends(MALL, CAMPAIGN)
      await kit.stores.campaigns.move(MALL, CAMPAIGN, ['running'], {
        state: 'ended',
        endedAt: kit.relay.clock.now(),
      })
      await one.stopCampaign(MALL, CAMPAIGN)
      await one.dispatchDue()

      expect(pending).toEqual({ waiting: 150, left: 100 })
      expectOnce(100)
      expect(await tally()).toMatchObject({
        waiting: 0,
        out: 100,
        ended: { cancelled: 150 },
        reasons: { 'cancelled:campaign-stopped': 150 },
      })
      await kit.moveTo(seoul(DAY, 10, 10))
      await one.pollReceipts()
      expect(await kit.run()).toMatchObject({ state: 'stopped', note: expect.stringContaining('멈췄어요') })
    })

    it('calls everything off when the campaign is found ended, also without being told', async () => {
      await kit.members(120)
      await kit.campaign()
      await one.startDueRuns()
      await kit.stores.campaigns.move(MALL, CAMPAIGN, ['running'], {
        state: 'ended',
        endedAt: kit.relay.clock.now(),
      })

      await one.dispatchDue()

      expectOnce(0)
      expect(await tally()).toMatchObject({ ended: { cancelled: 120 } })
    })

    it('calls everything off when the app was removed', async () => {
      await kit.members(3)
      await kit.campaign()
      await one.startDueRuns()
      await kit.stores.malls.setState(MALL, ['connected'], 'uninstalled', kit.relay.clock.now())

      await one.dispatchDue()

      expectOnce(0)
      expect((await tally())?.reasons).toEqual({ 'cancelled:mall-uninstalled': 3 })
    })

    it('waits while the mall has to connect again', async () => {
      await kit.members(3)
      await kit.campaign()
      await one.startDueRuns()
      await kit.stores.malls.setState(MALL, ['connected'], 'reauth-required', kit.relay.clock.now())

      await one.dispatchDue()

      expect([kit.accepted().size, await hold()]).toEqual([0, 'mall-disconnected'])
    })

    it('of one mall leaves another mall alone', async () => {
      await installMall(kit.stores, 'cafe24-other', kit.relay.clock.now())
      await kit.members(2)
      await kit.members(2, (i) => ({ phoneKey: `other-${i}` }), 'cafe24-other')
      await kit.campaign()
      await kit.campaign({}, { id: 'c00000000000000000000002', mallId: 'cafe24-other' })
      await one.startDueRuns()

      await one.stopMall('cafe24-other')
      await one.dispatchDue()

      expect(kit.relay.relay.journal()).toHaveLength(2)
      expect(await tally()).toMatchObject({ out: 2 })
    })
  })
})
