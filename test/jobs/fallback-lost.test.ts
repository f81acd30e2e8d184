import fc from 'fast-check'
import type { MessageRelay } from '../../server/messages/message-relay'
import type { Sending, SendsParts } from '../../server/sends/create-sends'
import {
  expectBooks,
  FALLBACK,
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
import { DAY, gate, MALL, phoneOf, type SendsKit, seoul, startSendsKit } from './sends-kit'

const death = () => Promise.reject(new Error('killed'))

describe('a fallback text that something goes wrong with', () => {
  let kit: SendsKit
  let one: Sending

  beforeEach(async () => {
    kit = await startSendsKit()
    one = kit.worker('one')
  })

  afterEach(() => kit.close())

  const now = () => kit.relay.clock.now()
  const withRelay = (change: Partial<MessageRelay>): Partial<SendsParts> => ({
    relay: { ...kit.client, ...change },
  })
  const failedFirst = (index: number) =>
    rowOf(kit, index).then((send) => receipt(send, 1, failure('not-friend'), now()))
  const cameAfterAll = (index: number) =>
    rowOf(kit, index).then((send) => receipt(send, 1, 'delivered', now()))

  /** `people` handed over; Kakao reaches nobody. */
  async function out(people: number): Promise<void> {
    await planned(kit, one, people)
    for (let i = 0; i < people; i += 1) await fate(kit, i, '3102')
    await one.dispatchDue()
  }

  /** The first try of `index` failed, its text is planned and due. */
  async function textDue(index = 0): Promise<void> {
    await one.applyReceipts(MALL, [await failedFirst(index)])
    await kit.moveTo(new Date(now().getTime() + 6_000))
  }

  describe('when its worker is killed', () => {
    it.each<[string, () => Partial<SendsParts>]>([
      ['before the row moves', () => ({ sends: { ...kit.stores.sends, moveToText: death } })],
      ['before its batch is there', () => ({ batches: { ...kit.stores.batches, insert: death } })],
      ['before the tally moves', () => ({ tallies: { ...kit.stores.tallies, move: death } })],
      ['before the run is woken', () => ({ lanes: { ...kit.stores.lanes, wake: death } })],
    ])('%s: the failure told again moves it once', async (_name, part) => {
      await out(2)
      const mortal = kit.worker('mortal', part())
      const told = [await failedFirst(0)]

      await expect(mortal.applyReceipts(MALL, told)).rejects.toThrow()
      await expectBooks(kit)
      await one.applyReceipts(MALL, told)
      await one.sweep()
      await turn(kit, one)
      await turn(kit, one)

      expect(taken(kit)[phoneOf(0).digits]).toEqual(['BMS_FREE', 'LMS'])
      expect(await rowOf(kit, 0)).toMatchObject({ step: 2, firstReason: 'not-friend' })
      await expectBooks(kit)
    })

    it.each<[string, Partial<MessageRelay>]>([
      ['before its release', { release: death }],
      ['while preparing', { prepare: death }],
    ])('%s: it goes once, after the relay has told', async (_name, change) => {
      await out(1)
      await textDue()
      await kit.worker('mortal', withRelay(change)).dispatchDue()
      await expectBooks(kit)

      kit.machine.pass(31)
      for (const minutes of [0, 3, 9, 51]) {
        await one.sweep()
        await one.askFates()
        await turn(kit, one, minutes * 60)
      }

      expect(texts(kit)).toHaveLength(1)
      expect(await rowOf(kit, 0)).toMatchObject({ step: 2, end: 'delivered', chargedWon: WON.lms })
      expect(await kit.dayBudget()).toMatchObject({ reservedWon: 0, chargedWon: WON.lms, peakWon: WON.lms })
      await expectBooks(kit)
    })
  })

  it('moves once, however often and by however many the failure is told', async () => {
    await out(40)
    const told = await Promise.all(Array.from({ length: 40 }, (_, i) => failedFirst(i)))
    const workers = [one, kit.worker('two'), kit.worker('three')]

    await Promise.all(workers.map((worker) => worker.applyReceipts(MALL, [...told, ...told])))
    await Promise.all(workers.map((worker) => worker.applyReceipts(MALL, [...told].reverse())))
    await kit.moveTo(seoul(DAY, 10, 1))
    await Promise.all(workers.map((worker) => worker.dispatchDue()))
    await Promise.all(workers.map((worker) => worker.applyReceipts(MALL, told)))

    expect(await tallyOf(kit)).toMatchObject({ firstFailures: { 'not-friend': 40 }, out: 40, waiting: 0 })
    expect(texts(kit)).toHaveLength(40)
    await expectBooks(kit)
  })

  it('joins no batch that a worker leases at that very moment', async () => {
    await out(3)
    const { batches } = kit.stores
    const gatheringId = `${(await kit.run()).id}:2`
    let leased = 0
    const slow = kit.worker('slow', {
      batches: {
        ...batches,
        async reduce(session, mallId, rests) {
          const lease = { owner: 'quick', until: new Date(kit.machine.now().getTime() + 30_000) }
          leased += (await batches.lease(MALL, [gatheringId], lease, seoul(DAY, 11))).length
          return batches.reduce(session, mallId, rests)
        },
      },
    })
    await slow.applyReceipts(MALL, [await failedFirst(0)])

    await slow.applyReceipts(MALL, [await failedFirst(1)])
    const sendIds = (await batches.byId(MALL, gatheringId))?.sendIds
    kit.machine.pass(31)
    await one.sweep()
    for (let i = 0; i < 3; i += 1) await turn(kit, one)

    expect([leased, sendIds?.length]).toEqual([1, 1])
    expect(texts(kit)).toHaveLength(3)
    await expectBooks(kit)
  })

  describe('because the first try arrived after all', () => {
    it('is called off while it is planned: delivered, at the price of the first', async () => {
      await out(1)
      await textDue()

      await one.applyReceipts(MALL, [await cameAfterAll(0), await cameAfterAll(0)])
      await turn(kit, one)

      expect(texts(kit)).toEqual([])
      expect(await rowOf(kit, 0)).toMatchObject({
        end: 'delivered',
        chargedWon: WON.brand,
        firstReason: 'not-friend',
      })
      expect(await tallyOf(kit)).toMatchObject({ contradicted: 1, ended: { delivered: 1 }, unsettled: 0 })
      expect((await tallyOf(kit))?.textsEnded).toBeUndefined()
      expect(await kit.dayBudget()).toMatchObject({ reservedWon: 0, chargedWon: WON.brand })
      await expectBooks(kit)
    })

    it('is called off even while a worker prepares it', async () => {
      await out(2)
      await one.applyReceipts(MALL, [await failedFirst(0), await failedFirst(1)])
      await kit.moveTo(new Date(now().getTime() + 6_000))
      const asleep = gate()
      const slow = kit.worker(
        'slow',
        withRelay({
          prepare: async (...args) => {
            await asleep.sleep()
            return kit.client.prepare(...args)
          },
        }),
      )
      const sending = slow.dispatchDue()
      await asleep.reached

      await one.applyReceipts(MALL, [await cameAfterAll(0)])
      asleep.wake()
      await sending
      await one.sweep()
      await turn(kit, one)

      expect(texts(kit).map(({ to }) => to)).toEqual([phoneOf(1).digits])
      expect(await rowOf(kit, 0)).toMatchObject({ end: 'delivered', chargedWon: WON.brand })
      await expectBooks(kit)
    })

    it('goes on when it is out already, and is counted once', async () => {
      await out(1)
      await textDue()
      await one.dispatchDue()

      for (let i = 0; i < 3; i += 1) await one.applyReceipts(MALL, [await cameAfterAll(0)])

      expect(await rowOf(kit, 0)).toMatchObject({ step: 2, end: null, firstDeliveredAt: now() })
      expect(await tallyOf(kit)).toMatchObject({ contradicted: 1, out: 1 })
      const own = receipt(await rowOf(kit, 0), 2, 'delivered', now())
      await one.applyReceipts(MALL, [await cameAfterAll(0), own])
      expect(await rowOf(kit, 0)).toMatchObject({ end: 'delivered', chargedWon: WON.lms })
      await expectBooks(kit)
    })

    it('never begins when failure and delivery are told together, in either order', async () => {
      await out(2)

      await one.applyReceipts(MALL, [
        await failedFirst(0),
        await cameAfterAll(0),
        await cameAfterAll(1),
        await failedFirst(1),
      ])

      expect(await rowsOf(kit)).toMatchObject([
        { step: 1, end: 'delivered' },
        { step: 1, end: 'delivered' },
      ])
      await expectBooks(kit)
    })
  })

  it.each<[string, 'failed' | 'uncertain']>([
    ['a second, other failure', 'failed'],
    ['a timeout', 'uncertain'],
  ])('is not touched by %s of the first try that comes late', async (_name, kind) => {
    await out(1)
    await textDue()
    const late = receipt(await rowOf(kit, 0), 1, failure(kind === 'failed' ? 'blocked' : 'uncertain'), now())

    await one.applyReceipts(MALL, [late])
    await one.dispatchDue()
    await one.applyReceipts(MALL, [late])

    expect(texts(kit)).toHaveLength(1)
    expect(await rowOf(kit, 0)).toMatchObject({ step: 2, end: null })
    await turn(kit, one)
    expect(await rowOf(kit, 0)).toMatchObject({ end: 'delivered' })
    await expectBooks(kit)
  })

  it('takes no result of its own before there is one', async () => {
    await out(1)

    await one.applyReceipts(MALL, [receipt(await rowOf(kit, 0), 2, 'delivered', now())])

    expect(await rowOf(kit, 0)).toMatchObject({ step: 1, end: null })
  })

  it('never follows a first try whose answer was lost and that nobody tells about', async () => {
    await planned(kit, one, 1)
    await fate(kit, 0, '3102')
    await kit.faults([
      { kind: 'accepted-then-reset', times: 1 },
      { kind: '500', times: null, path: 'GET /messages/v4/groups/*' },
      { kind: '500', times: null, path: 'GET /messages/v4/groups/*/messages' },
      { kind: '500', times: null, path: 'GET /messages/v4/list' },
    ])
    await one.dispatchDue()

    for (const minutes of [3, 9, 51, 61, 61]) {
      await turn(kit, one, minutes * 60)
      await one.askFates()
      await one.askLateResults()
    }

    expect(taken(kit)).toEqual({ [phoneOf(0).digits]: ['BMS_FREE'] })
    expect(await rowOf(kit, 0)).toMatchObject({ step: 1, end: null })
    expect(await kit.dayBudget()).toMatchObject({ reservedWon: WON.lms })
    await kit.faults([])
    await turn(kit, one, 3_700)
    await one.askFates()
    await turn(kit, one, 120)
    expect(taken(kit)).toEqual({ [phoneOf(0).digits]: ['BMS_FREE', 'LMS'] })
    await expectBooks(kit)
  })

  it('stays apart from its first batch: taken back or closed, that one no longer has the send', async () => {
    await planned(kit, one, 2)
    await fate(kit, 0, '3102')
    await kit.faults({ kind: 'reset', times: 1 })
    await one.dispatchDue()
    await one.applyReceipts(MALL, [await failedFirst(0)])

    await kit.moveTo(seoul(DAY, 10, 3))
    await one.askFates()
    for (let i = 0; i < 3; i += 1) await turn(kit, one)

    expect(taken(kit)).toEqual({ [phoneOf(0).digits]: ['LMS'], [phoneOf(1).digits]: ['BMS_FREE'] })
    expect(await tallyOf(kit)).toMatchObject({ ended: { delivered: 2 }, unsettled: 0 })
    await expectBooks(kit)
  })

  it('stays open when a person closes the unknown batch of its first try', async () => {
    await planned(kit, one, 2)
    await kit.faults({ kind: 'reset', times: 1 })
    await one.dispatchDue()
    await one.applyReceipts(MALL, [await failedFirst(0)])

    const closed = await one.closeUnknown(MALL, `${(await kit.run()).id}:1`)

    expect(closed).toBe(1)
    expect(await rowsOf(kit)).toMatchObject([
      { step: 2, end: null },
      { step: 1, end: 'failed', endReason: 'uncertain' },
    ])
    await expectBooks(kit)
  })

  it.each([
    ['reset', 'planned again, its won kept'],
    ['accepted-then-reset', 'accepted'],
    ['429', 'planned again, its won kept'],
  ])('whose own release meets %s ends once: %s', async (kind) => {
    await planned(kit, one, 2, { dailyCapWon: 2 * WON.lms })
    for (const i of [0, 1]) await fate(kit, i, '3102')
    await one.dispatchDue()
    await turn(kit, one)
    await kit.faults({ kind, times: 1 })
    await kit.moveTo(new Date(now().getTime() + 6_000))
    await one.dispatchDue()
    const between = await kit.dayBudget()

    for (const minutes of [1, 3, 9, 51]) {
      await turn(kit, one, minutes * 60)
      await one.askFates()
    }

    expect(between).toMatchObject({ reservedWon: 2 * WON.lms })
    expect(texts(kit)).toHaveLength(2)
    expect(await tallyOf(kit)).toMatchObject({ ended: { delivered: 2 }, unsettled: 0, waiting: 0 })
    expect(await kit.dayBudget()).toMatchObject({ reservedWon: 0, chargedWon: 100, peakWon: 100 })
    await expectBooks(kit, 100)
  })

  it('because its sender number is not registered waits by itself: Kakao messages go on', async () => {
    const refusing = kit.worker(
      'refusing',
      withRelay({
        prepare: async (account, key, messages) =>
          messages.some(({ kind }) => kind === 'lms')
            ? { state: 'rejected', failure: { ...failure('sender-number'), scope: 'account' } }
            : kit.client.prepare(account, key, messages),
      }),
    )
    await out(1)
    await textDue()

    await refusing.dispatchDue()

    expect(kit.problems).toEqual(['sender-number'])
    expect((await kit.stores.lanes.byRun(MALL, (await kit.run()).id))?.hold).toBeNull()
    expect(await kit.dayBudget()).toMatchObject({ reservedWon: WON.lms })
    await turn(kit, one, 301)
    expect(texts(kit)).toHaveLength(1)
    await expectBooks(kit)
  })

  it('keeps caps, once-rule and every sum under random histories', async () => {
    const Move = fc.oneof(
      fc.record({ kind: fc.constant('turn' as const), seconds: fc.integer({ min: 1, max: 90 }) }),
      fc.record({
        kind: fc.constant('tell' as const),
        who: fc.nat(7),
        what: fc.nat(5),
        step: fc.constantFrom(1, 2),
      }),
      fc.record({
        kind: fc.constant('fault' as const),
        what: fc.constantFrom('reset', 'accepted-then-reset', '429'),
      }),
      fc.record({ kind: fc.constant('sweep' as const) }),
    )
    const History = fc.record({
      capWon: fc.integer({ min: 40, max: 460 }),
      fates: fc.array(fc.constantFrom('3102', '3107', '1060', '3040', '4000', '4000', '2999'), {
        minLength: 8,
        maxLength: 8,
      }),
      texts: fc.array(fc.constantFrom('4000', '4000', '3010', '3040'), { minLength: 8, maxLength: 8 }),
      moves: fc.array(Move, { minLength: 4, maxLength: 14 }),
    })
    await fc.assert(
      fc.asyncProperty(History, async ({ capWon, fates, texts: textFates, moves }) => {
        await kit.close()
        kit = await startSendsKit()
        one = kit.worker('one')
        const two = kit.worker('two')
        await planned(kit, one, 8, { dailyCapWon: capWon, fallback: FALLBACK })
        for (let i = 0; i < 8; i += 1) {
          await fate(kit, i, fates[i] ?? '4000')
          await fate(kit, i, textFates[i] ?? '4000', { of: 'text' })
        }
        const told = [
          failure('not-friend'),
          failure('unreachable'),
          failure('blocked'),
          failure('uncertain', false),
          'delivered' as const,
          failure('system'),
        ]
        for (const move of [...moves, { kind: 'sweep' as const }]) {
          if (move.kind === 'turn') {
            await kit.moveTo(new Date(now().getTime() + move.seconds * 1000))
            await Promise.all([one, two].map((worker) => worker.dispatchDue()))
            await two.pollReceipts()
          } else if (move.kind === 'tell') {
            const step = move.step === 1 ? 1 : 2
            const result = told[move.what] ?? 'delivered'
            const row = await rowOf(kit, move.who)
            // What a relay may tell: results of tries that it took.
            const kinds = taken(kit)[phoneOf(move.who).digits] ?? []
            if (kinds.length >= step)
              await Promise.all(
                [one, two].map((each) => each.applyReceipts(MALL, [receipt(row, step, result, now())])),
              )
          } else if (move.kind === 'fault') await kit.faults({ kind: move.what, times: 1 })
          else {
            kit.machine.pass(31)
            await one.sweep()
            await two.askFates()
          }
          await expectBooks(kit, capWon)
        }
        await kit.faults([])
        for (const minutes of [1, 3, 9, 51, 61]) {
          await turn(kit, one, minutes * 60)
          await one.askFates()
        }
        await kit.moveTo(seoul('2026-11-24', 12, 1))
        await one.pollReceipts()
        await one.dispatchDue()
        await one.askLateResults()
        await expectBooks(kit, capWon)
        expect(await tallyOf(kit)).toMatchObject({ waiting: 0, out: 0, unsettled: 0 })
        expect(await kit.dayBudget()).toMatchObject({ reservedWon: 0 })
      }),
      { numRuns: 4 },
    )
  }, 120_000)
})
