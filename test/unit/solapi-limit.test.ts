import { createCallLimit } from '../../server/adapters/relays/solapi/solapi-limit'
import { machineClock } from '../../server/core/clock'

const NEVER_TOO_LONG = 60_000

describe('the turns of calls to a relay', () => {
  let ms: number
  const clock = { now: () => new Date(ms) }

  beforeEach(() => {
    ms = machineClock.now().getTime()
    jest.useFakeTimers()
  })

  afterEach(() => jest.useRealTimers())

  /** Lets machine time pass for clock and timers alike. */
  async function pass(passedMs: number): Promise<void> {
    ms += passedMs
    await jest.advanceTimersByTimeAsync(passedMs)
  }

  /** Starts `times` calls at once and tells after which milliseconds each had its turn. */
  function watch(limit: ReturnType<typeof createCallLimit>, account: string, times: number, count = 1) {
    const began = ms
    const turns: number[] = []
    for (let i = 0; i < times; i += 1)
      void limit.take(account, count, NEVER_TOO_LONG).then(() => turns.push(ms - began))
    return turns
  }

  it('come five a second for one account, those of the first second at once', async () => {
    const turns = watch(createCallLimit(5, clock), 'a', 12)

    await pass(0)
    for (let i = 0; i < 20; i += 1) await pass(100)

    expect(turns).toEqual([0, 0, 0, 0, 0, 200, 400, 600, 800, 1_000, 1_200, 1_400])
  })

  it('of one account do not wait for another', async () => {
    const limit = createCallLimit(5, clock)
    watch(limit, 'a', 50)

    const other = watch(limit, 'b', 1)
    await pass(0)

    expect(other).toEqual([0])
  })

  it('of a whole hand-over are taken together, also where one second has fewer', async () => {
    const limit = createCallLimit(1, clock)
    const turns = watch(limit, 'a', 2, 3)

    await pass(0)
    for (let i = 0; i < 40; i += 1) await pass(100)

    expect(turns).toEqual([0, 3_000])
  })

  it('that would come too late are refused at once with the wait, and hold up nobody', async () => {
    const limit = createCallLimit(5, clock)
    await limit.take('a', 5, 0)

    expect(await limit.take('a', 3, 500)).toBe(600)
    const next = watch(limit, 'a', 1)
    for (let i = 0; i < 3; i += 1) await pass(100)

    expect(next).toEqual([200])
  })

  it('for a list come within half a call’s time, however much is to be handed over', async () => {
    const limit = createCallLimit(5, clock)
    const callMs = 8_000
    const refused: number[] = []
    for (let i = 0; i < 20; i += 1)
      void limit.take('a', 3, callMs / 2).then((waitMs) => waitMs > 0 && refused.push(waitMs))
    await pass(0)
    expect(refused.length).toBeGreaterThan(0)

    const list = watch(limit, 'a', 1)
    for (let i = 0; i < 50; i += 1) await pass(100)

    expect(list).toHaveLength(1)
    expect(list[0]).toBeLessThanOrEqual(callMs / 2 + 200)
  })

  it('that cannot wait are counted: those behind them wait longer', async () => {
    const limit = createCallLimit(5, clock)
    for (let i = 0; i < 7; i += 1) limit.count('a')

    const turns = watch(limit, 'a', 1)
    for (let i = 0; i < 10; i += 1) await pass(100)

    expect(turns).toEqual([600])
  })

  it('are as many as anybody likes without a limit', async () => {
    const turns = watch(createCallLimit(null, clock), 'a', 1_000)
    await pass(0)

    expect(turns).toHaveLength(1_000)
  })
})
