import { compare } from '../../scripts/story/compare'
import { until } from '../../scripts/story/ledger-view'
import { addDays, kstInstant } from '../../server/core/seoul'
import { type RunKit, startRunKit } from './run-kit'

// Nine batches: four under way when the worker ends, and more behind them.
const PEOPLE = 900
const PRICE_WON = 25
// Short: what is tested does not depend on how long the dead are waited for.
const ENV = { LEASE_MS: '8000', RELAY_TIMEOUT_MS: '3000' }
const MALL = 'cafe24-demoshop'
const STATES = ['planned', 'leased', 'handed-over', 'unknown'] as const

// Answers come one after another, so that the batches under way stand at different steps when the worker ends; all but the
// first come so late that a busy machine, too, sees their batches handed over before the worker is struck.
const SLOW = [100, 2_000, 2_100, 2_200].map((delayMs) => ({ kind: 'stall-then-accept', delayMs, times: 1 }))
const STILL_SLOW = { kind: 'stall-then-accept', delayMs: 2_000, times: null }

describe('a worker that ends in the middle of a run', () => {
  let kit: RunKit

  beforeEach(async () => {
    kit = await startRunKit(PEOPLE, ENV)
    await kit.faults([...SLOW, STILL_SLOW])
    await kit.startCampaign()
  }, 90_000)

  afterEach(() => kit.close(), 30_000)

  it('killed: another finishes the run, and nobody gets a second message', async () => {
    await someHaveLeft()
    await until('a batch to be on its way', 60_000, async () => (await states())['handed-over'] > 0)

    await kit.stack.worker.kill()

    const left = await states()
    expect(left['handed-over']).toBeGreaterThan(0)
    expect(left.planned).toBeGreaterThan(0)
    await kit.faults([])
    kit.stack.startWorker()
    await until('the leases of the dead to end', 90_000, async () => {
      const { leased, 'handed-over': out, unknown } = await states()
      return leased + out === 0 && unknown > 0
    })
    await until('the fates of the unknown', 60_000, async () => {
      await kit.pass(1)
      const { planned, leased, 'handed-over': out, unknown } = await states()
      return planned + leased + out + unknown === 0
    })
    await expectEverybodyOnce()
  }, 240_000)

  it('asked to end: it finishes what is under way, begins nothing more, and another does the rest', async () => {
    await someHaveLeft()

    await kit.stack.worker.stop()

    const { leased, 'handed-over': out, unknown, planned } = await states()
    expect(kit.stack.worker.process.exitCode).toBe(0)
    expect([leased, out, unknown]).toEqual([0, 0, 0])
    expect(planned).toBeGreaterThan(0)
    await kit.faults([])
    kit.stack.startWorker()
    await until('the rest to leave', 60_000, async () => {
      const tally = await kit.ledger.tally((await kit.run()).id)
      return tally?.waiting === 0
    })
    await expectEverybodyOnce()
  }, 240_000)

  async function someHaveLeft(): Promise<void> {
    await until('the first batch to leave', 60_000, async () => (await kit.accepted()) > 0)
  }

  /** Open sends by the state of their batch. */
  async function states() {
    const { id } = await kit.run()
    const open = STATES.map(async (state) => [state, await kit.stores.batches.openIn(MALL, id, [state])])
    return Object.fromEntries(await Promise.all(open)) as Record<(typeof STATES)[number], number>
  }

  /** Judged by the relay's own journal, the next morning. */
  async function expectEverybodyOnce(): Promise<void> {
    const { id: runId, day, decisions } = await kit.run()
    const left = (await kit.sandbox.journal('accepted')).map(({ to }) => to)
    expect(left).toHaveLength(new Set(left).size)
    await kit.sandbox.setClock({ now: kstInstant(addDays(day, 1), 9 * 60), speed: 1 })
    await until('the late receipts', 60_000, async () => (await kit.ledger.tally(runId))?.out === 0)

    const [accepted, refused] = await Promise.all([
      kit.sandbox.journal('accepted'),
      kit.sandbox.journal('refused'),
    ])
    const sends = await kit.ledger.sends(runId)
    const run = await kit.run()
    const budget = await kit.ledger.budget(run)
    const charged = accepted.reduce((sum, { chargedWon }) => sum + chargedWon, 0)
    const reached = new Set(accepted.map(({ to }) => to))
    const turnedAway = new Set(refused.map(({ to }) => to))

    expect(decisions).toEqual({ send: PEOPLE })
    expect(accepted).toHaveLength(left.length)
    expect([...turnedAway].filter((phone) => reached.has(phone))).toEqual([])
    expect(reached.size + turnedAway.size).toBe(PEOPLE)
    expect(sends.filter(({ end }) => end !== 'delivered' && end !== 'failed')).toEqual([])
    expect(compare(sends, accepted, refused)).toEqual({
      reconciled: true,
      doubles: 0,
      strangers: 0,
      lost: 0,
      otherFate: 0,
      wonDifference: 0,
    })
    expect(budget).toMatchObject({ reservedWon: 0, chargedWon: charged })
    expect(budget?.peakWon).toBeLessThanOrEqual(PEOPLE * PRICE_WON)
    expect(run.state).toBe('finished')
  }
})
