import { createSolapiRelay } from '../../server/adapters/relays/solapi/solapi-relay'
import { machineClock } from '../../server/core/clock'
import { addDays } from '../../server/core/seoul'
import type { MessageRelay } from '../../server/messages/message-relay'
import type { Sending, SendsParts } from '../../server/sends/create-sends'
import { ACCOUNT, request } from '../contract/play-relay-kit'
import { DAY, gate, MALL, type SendsKit, seoul, startSendsKit } from './sends-kit'

const PEOPLE = 30

/** A process that ends here: everything after this point never happens. */
const death = () => Promise.reject(new Error('killed'))

describe('a hand-over that goes wrong', () => {
  let kit: SendsKit
  let heir: Sending

  beforeEach(async () => {
    kit = await startSendsKit()
    heir = kit.worker('heir')
    await kit.members(PEOPLE)
    await kit.campaign()
    await heir.startDueRuns()
  })

  afterEach(() => kit.close())

  const onceEach = () => {
    expect(kit.accepted().size).toBe(PEOPLE)
    expect([...kit.accepted().values()].filter((times) => times !== 1)).toEqual([])
  }
  const batch = async () => {
    const found = await kit.stores.batches.byId(MALL, `${(await kit.run()).id}:1`)
    if (!found) throw new Error('no batch')
    return found
  }
  const tally = async () => kit.stores.tallies.byRun(MALL, (await kit.run()).id)
  const later = (minutes: number) => new Date(kit.relay.clock.now().getTime() + minutes * 60_000)

  /** A worker that soon gives up where the relay stalls; others wait, however busy the machine is. */
  const workerFor = (kind: string) =>
    kind.endsWith('stall')
      ? kit.worker('impatient', {
          relay: createSolapiRelay({ apiUrl: kit.relay.url, timeoutMs: 600 }, machineClock),
        })
      : heir

  /** What the jobs do, over and over, until everything that can be told has been told. */
  async function recover(worker = heir) {
    kit.machine.pass(31)
    for (const minutes of [0, 3, 9, 51, 61]) {
      await kit.moveTo(later(minutes))
      await worker.sweep()
      await worker.askFates()
      await worker.dispatchDue()
      await worker.pollReceipts()
      await worker.askLateResults()
    }
  }

  async function expectAllDelivered() {
    onceEach()
    expect(await tally()).toMatchObject({ waiting: 0, out: 0, unsettled: 0, ended: { delivered: PEOPLE } })
    expect(await kit.dayBudget()).toMatchObject({
      reservedWon: 0,
      chargedWon: PEOPLE * 25,
      peakWon: PEOPLE * 25,
    })
    expect((await kit.run()).state).toBe('finished')
  }

  const withRelay = (change: Partial<MessageRelay>): Partial<SendsParts> => ({
    relay: { ...kit.client, ...change },
  })

  describe('because its worker is killed', () => {
    it.each<[string, () => Partial<SendsParts>]>([
      ['before the last look', () => ({ shoppers: { ...kit.stores.shoppers, byMemberIds: death } })],
      ['before preparing', () => withRelay({ prepare: death })],
      [
        'after preparing',
        () =>
          withRelay({
            prepare: async (...args) => {
              await kit.client.prepare(...args)
              return death()
            },
          }),
      ],
      ['after the intent, before the release', () => withRelay({ release: death })],
      [
        'after the release, before its answer is stored',
        () =>
          withRelay({
            release: async (...args) => {
              await kit.client.release(...args)
              return death()
            },
          }),
      ],
      [
        'while the acceptance is stored',
        () => ({
          batches: {
            ...kit.stores.batches,
            accept: death,
          },
        }),
      ],
      ['in the transaction of the intent', () => ({ tallies: { ...kit.stores.tallies, move: death } })],
    ])('%s, the run is finished by another without a second message', async (_name, parts) => {
      await kit.worker('killed', parts()).dispatchDue()

      await recover()

      await expectAllDelivered()
    })

    it('before the intent, nothing is reserved and the batch is planned again once its lease ran out', async () => {
      await kit.worker('killed', withRelay({ prepare: death })).dispatchDue()

      await heir.sweep()
      await heir.dispatchDue()
      const within = [(await batch()).state, kit.accepted().size]
      kit.machine.pass(31)
      await heir.sweep()
      await heir.dispatchDue()

      expect(within).toEqual(['leased', 0])
      onceEach()
    })

    it('after the intent, nobody hands the batch over before the relay has told', async () => {
      await kit.worker('killed', withRelay({ release: death })).dispatchDue()
      kit.machine.pass(31)

      await heir.sweep()
      await heir.dispatchDue()
      await heir.askFates()

      expect((await batch()).state).toBe('unknown')
      expect(await kit.dayBudget()).toMatchObject({ reservedWon: PEOPLE * 25 })
      expect(kit.accepted().size).toBe(0)
    })
  })

  describe('because the answer is lost', () => {
    it.each([
      'accepted-then-reset',
      'accepted-then-500',
      'accepted-then-stall',
      'rubbish',
      'html',
      'half-json',
      'other-tenant',
    ])('by %s, it is unknown, keeps its won, and is found accepted', async (kind) => {
      await kit.faults({ kind, times: 1 })

      await workerFor(kind).dispatchDue()
      const lost = await batch()
      const kept = await kit.dayBudget()
      await recover()

      expect(lost).toMatchObject({ state: 'unknown', lease: null, open: PEOPLE })
      expect(kept).toMatchObject({ reservedWon: PEOPLE * 25, chargedWon: 0 })
      await expectAllDelivered()
    })

    it.each(['reset', '500', 'stall'])(
      'by %s before it was obeyed, the group is deleted and a new one leaves',
      async (kind) => {
        await kit.faults({ kind, times: 1 })

        await workerFor(kind).dispatchDue()
        await recover()

        await expectAllDelivered()
        expect(kit.relay.relay.stats().groups).toBe(2)
      },
    )

    it('and the relay does not tell, it stays unknown, is never sent again, and keeps its won', async () => {
      await kit.faults([
        { kind: 'accepted-then-reset', times: 1 },
        { kind: 'html', times: null, path: 'GET /messages/v4/groups/*' },
        { kind: 'html', times: null, path: 'GET /messages/v4/list' },
        { kind: 'html', times: null, path: 'DELETE /messages/v4/groups/*' },
      ])
      await heir.dispatchDue()

      for (let day = 1; day <= 6; day += 1) {
        await kit.moveTo(seoul(addDays(DAY, day), 10))
        await recover()
      }

      onceEach()
      expect(await batch()).toMatchObject({ state: 'unknown', open: PEOPLE })
      expect(await kit.dayBudget()).toMatchObject({ reservedWon: PEOPLE * 25 })
      expect((await kit.run()).state).toBe('published')
    })

    it('and a person closes it: it counts as sent, its won is charged, and it is closed once', async () => {
      await kit.faults([
        { kind: 'accepted-then-reset', times: 1 },
        { kind: 'html', times: null, path: 'GET /messages/v4/groups/*' },
      ])
      await heir.dispatchDue()

      const closed = await heir.closeUnknown(MALL, (await batch()).id)

      expect(closed).toBe(PEOPLE)
      await expect(heir.closeUnknown(MALL, (await batch()).id)).rejects.toMatchObject({ code: 'not-unknown' })
      expect(await tally()).toMatchObject({
        ended: { failed: PEOPLE },
        reasons: { 'failed:uncertain': PEOPLE },
      })
      expect(await kit.dayBudget()).toMatchObject({ reservedWon: 0, chargedWon: PEOPLE * 25 })
      expect((await kit.run()).state).toBe('finished')
    })

    it('while preparing, nothing is unknown: the batch simply goes again', async () => {
      await kit.faults({ kind: 'accepted-then-reset', times: 1, path: 'PUT /messages/v4/groups/*/messages' })

      await heir.dispatchDue()
      const state = (await batch()).state
      await recover()

      expect(state).toBe('planned')
      await expectAllDelivered()
    })
  })

  describe('because the relay refuses', () => {
    it('by 429, the batch is planned again at once, its won is free, and it leaves later', async () => {
      await kit.faults({ kind: '429', times: 1 })

      await heir.dispatchDue()
      const refused = [(await batch()).state, (await kit.dayBudget()).reservedWon, kit.accepted().size]
      await recover()

      expect(refused).toEqual(['planned', 0, 0])
      await expectAllDelivered()
    })

    it('since nobody listens, the same', async () => {
      const nowhere = kit.worker(
        'nowhere',
        withRelay({ release: async () => ({ state: 'not-sent', detail: 'ECONNREFUSED' }) }),
      )

      await nowhere.dispatchDue()
      const refused = [(await batch()).state, (await kit.dayBudget()).reservedWon]
      await recover()

      expect(refused).toEqual(['planned', 0])
      await expectAllDelivered()
    })

    it('for lack of balance, the whole mall waits and the account says so; after a top-up everything leaves', async () => {
      await request(`${kit.relay.url}/__fake/balance`, 'PUT', { balanceWon: 10 })

      await heir.dispatchDue()
      const lane = await kit.stores.lanes.byRun(MALL, (await kit.run()).id)
      const short = [
        kit.problems,
        lane?.hold?.reason,
        (await batch()).state,
        (await kit.dayBudget()).reservedWon,
      ]
      await request(`${kit.relay.url}/__fake/balance`, 'PUT', { balanceWon: 1_000_000 })
      await recover()

      expect(short).toEqual([['no-balance'], 'no-balance', 'planned', 0])
      await expectAllDelivered()
    })

    it('the key, nothing is spent and nobody fails', async () => {
      const wrong = kit.worker('wrong', {
        accounts: {
          current: async () => ({
            version: 1,
            prices: { brandTextWon: 25, smsWon: 20, lmsWon: 50 },
            account: {
              apiKey: ACCOUNT.apiKey,
              apiSecret: 'a-wrong-secret',
              pfId: ACCOUNT.pfId,
              senderNumber: ACCOUNT.senderNumbers[0] ?? '',
              number080: ACCOUNT.number080,
            },
          }),
          ofVersion: async () => null,
          reportProblem: async (_mallId, _version, problem) => {
            kit.problems.push(problem)
          },
        },
      })

      await wrong.dispatchDue()

      expect(kit.problems).toEqual(['auth'])
      expect(await tally()).toMatchObject({ waiting: PEOPLE, out: 0 })
    })
  })

  describe('because its worker slept past its lease', () => {
    it('before the intent, it can neither spend nor send when it wakes', async () => {
      const { reached, sleep, wake } = gate()
      const sleeper = kit.worker(
        'sleeper',
        withRelay({
          prepare: async (...args) => {
            const prepared = await kit.client.prepare(...args)
            await sleep()
            return prepared
          },
        }),
      )
      const work = sleeper.dispatchDue()
      await reached

      await recover()
      const before = await kit.dayBudget()
      wake()
      await work

      await expectAllDelivered()
      expect(await kit.dayBudget()).toEqual(before)
    })

    it('after the intent, its late release meets a deleted group, and its outcome changes nothing', async () => {
      const { reached, sleep, wake } = gate()
      const outcomes: string[] = []
      const sleeper = kit.worker(
        'sleeper',
        withRelay({
          release: async (...args) => {
            await sleep()
            const outcome = await kit.client.release(...args)
            outcomes.push(outcome.state)
            return outcome
          },
        }),
      )
      const work = sleeper.dispatchDue()
      await reached

      await recover()
      const before = [await batch(), await kit.dayBudget()]
      wake()
      await work

      expect(outcomes).toEqual(['unknown'])
      expect([await batch(), await kit.dayBudget()]).toEqual(before)
      await expectAllDelivered()
    })

    it('with an answer in its hand that says "not sent", it takes nothing back that another has settled', async () => {
      const { reached, sleep, wake } = gate()
      const sleeper = kit.worker(
        'sleeper',
        withRelay({
          release: async (...args) => {
            await kit.client.release(...args)
            await sleep()
            return { state: 'not-sent', detail: 'a lie' }
          },
          discard: async () => {},
        }),
      )
      const work = sleeper.dispatchDue()
      await reached

      await recover()
      wake()
      await work
      await recover()

      await expectAllDelivered()
    })

    it('and wakes while another hands the same batch over, its own "not sent" takes nothing from the other', async () => {
      const [first, second] = [gate(), gate()]
      const sleeper = kit.worker(
        'sleeper',
        withRelay({
          // A truthful 429 that is read late.
          release: async () => {
            await first.sleep()
            return { state: 'not-sent', detail: '429' }
          },
          discard: async () => {},
        }),
      )
      const other = kit.worker(
        'other',
        withRelay({
          release: async (...args) => {
            const outcome = await kit.client.release(...args)
            await second.sleep()
            return outcome
          },
        }),
      )
      const asleep = sleeper.dispatchDue()
      await first.reached
      kit.machine.pass(31)
      await heir.sweep()
      await kit.moveTo(later(3))
      await heir.askFates()
      const sending = other.dispatchDue()
      await second.reached

      first.wake()
      await asleep
      const held = await batch()
      await heir.dispatchDue()
      second.wake()
      await sending
      await recover()

      expect(held.state).toBe('handed-over')
      await expectAllDelivered()
    })

    it('between two checks, it does not begin a call that its lease no longer covers', async () => {
      let naps = 1
      const releases: number[] = []
      const discards: string[] = []
      const drowsy = kit.worker('drowsy', {
        relay: {
          ...kit.client,
          release: async (...args) => {
            releases.push((await kit.dayBudget()).reservedWon)
            return kit.client.release(...args)
          },
          discard: async (...args) => {
            discards.push((await batch()).state)
            return kit.client.discard(...args)
          },
        },
        batches: {
          ...kit.stores.batches,
          handOver: async (...args) => {
            const moved = await kit.stores.batches.handOver(...args)
            if (naps-- > 0) kit.machine.pass(25)
            return moved
          },
        },
      })

      await drowsy.dispatchDue()

      expect(discards).toHaveLength(1)
      expect(releases).toEqual([PEOPLE * 25])
      await recover()
      await expectAllDelivered()
    })
  })
})
