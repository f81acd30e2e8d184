import { z } from 'zod'
import { openDatabase, prepareDatabase } from '../config/database'
import { registerModels } from '../server/models'
import { SENDS_A_BATCH } from '../server/sends/plan-writer'
import { type Child, startChild } from './child'
import type { BenchDatabase } from './database'
import type { Measure } from './measure'
import { benchEnvironment, MAIN, type Place, WARM_UP_PEOPLE, WARM_UPS } from './scene'
import { seedMall, seedShoppers, webhookOf } from './seed'

/** What one run of `people` came to; times in milliseconds. */
export interface DispatchFigures {
  people: number
  /** `cpuMs` is that of all workers while they dispatched. */
  ours: { planMs: number; dispatchMs: number; settleMs: number; cpuMs: number }
  floor: { planMs: number; dispatchMs: number; settleMs: number }
  /** Highest resident set so far of the worker that planned, then of the largest, in megabytes. */
  rssMb: { plan: number; dispatch: number }
  /** What the relay itself says it took and delivered. */
  relay: { accepted: number; delivered: number }
}

/** How many people are measured, how many go before them (in all warm-ups), and how many workers share them. */
interface Size {
  people: number
  warmUp: number
  workers: number
}

const Url = z.object({ url: z.string() })
const Step = z.object({
  ms: z.number(),
  cpuMs: z.number(),
  rssMb: z.number(),
  waiting: z.number(),
  out: z.number(),
  delivered: z.number(),
})
const Timed = z.object({ ms: z.number() })
const Counts = z.object({ accepted: z.number(), delivered: z.number() }).loose()

// Long after the last hand-over, so that no result comes while messages leave; then each in its order.
const RESULTS_AFTER_SECONDS = 6_000
const RESULTS = { from: RESULTS_AFTER_SECONDS, to: RESULTS_AFTER_SECONDS }

/** Plans, sends and settles a run of `people` with the product's worker, and the same with bare calls. */
export async function runDispatch(database: BenchDatabase, size: Size): Promise<DispatchFigures> {
  const { people, warmUp } = size
  const relay = startChild('relay')
  try {
    const { url } = await relay.ask('start', Url, relaySetUp(size))
    const floor = await runFloor(database, size)
    const { ours, rssMb } = await runOurs(database, size, { relay, url })
    const { accepted, delivered } = await relay.ask('counts', Counts)
    const all = people + warmUp
    if (accepted !== all || delivered !== all)
      throw new Error(`The relay took ${accepted} and delivered ${delivered} of ${people}`)
    return { people, ours, floor, rssMb, relay: { accepted, delivered } }
  } finally {
    await relay.stop()
  }
}

async function runOurs(
  database: BenchDatabase,
  { people, warmUp, workers }: Size,
  { relay, url }: { relay: Child; url: string },
) {
  const uri = await freshDatabase(database, `ours_${people}`)
  const env = benchEnvironment({ uri: uri.address, relayUrl: url })
  const first = startChild('worker', env)
  const all = [first, ...Array.from({ length: workers - 1 }, () => startChild('worker', env))]
  const web = startChild('worker', env, 'web')
  try {
    const site = (await web.ask('listen', Url)).url
    const tell = (place: Place) => {
      const { path, secret } = webhookOf(place)
      return relay.ask('tell', z.unknown(), { url: `${site}${path}`, secret })
    }
    for (const [index, place] of WARM_UPS.entries()) {
      await tell(place)
      await uri.seed(place, warmUp / WARM_UPS.length)
      await Promise.all(all.map((worker) => worker.ask('warmUp', z.unknown(), index)))
      await relay.ask('settle', Timed, { afterSeconds: RESULTS_AFTER_SECONDS })
    }
    await tell(MAIN)
    await uri.seed(MAIN, people)
    const plan = await first.ask('plan', Step)
    if (plan.waiting !== people) throw new Error(`${plan.waiting} of ${people} were planned`)
    const dispatch = await dispatchWith(all)
    const settle = await relay.ask('settle', Timed, { afterSeconds: RESULTS_AFTER_SECONDS })
    const { delivered } = await first.ask('look', Step)
    if (delivered !== people) throw new Error(`${delivered} of ${people} were settled`)
    return {
      ours: { planMs: plan.ms, dispatchMs: dispatch.ms, settleMs: settle.ms, cpuMs: dispatch.cpuMs },
      rssMb: { plan: plan.rssMb, dispatch: dispatch.rssMb },
    }
  } finally {
    await Promise.all(all.map((worker) => worker.stop()))
    await web.stop()
    await uri.drop()
  }
}

/** From the call to the last worker's end, with the CPU of all and the memory of the largest. */
async function dispatchWith(workers: readonly Child[]) {
  const began = performance.now()
  const steps = await Promise.all(workers.map((worker) => worker.ask('dispatch', Step)))
  return {
    ms: performance.now() - began,
    cpuMs: steps.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    rssMb: Math.max(...steps.map(({ rssMb }) => rssMb)),
  }
}

async function runFloor(database: BenchDatabase, size: Size) {
  const { people, warmUp } = size
  const uri = await freshDatabase(database, `floor_${people}`)
  // A relay of its own, so that it remembers as little as the one that the product finds.
  const relay = startChild('relay')
  const floor = startChild('floor', { MONGODB_URI: uri.address })
  try {
    const { url } = await relay.ask('start', Url, relaySetUp(size))
    const site = (await floor.ask('listen', Url)).url
    await relay.ask('tell', z.unknown(), { url: site, secret: webhookOf(MAIN).secret })
    const allSteps = async () => ({
      plan: await floor.ask('plan', Timed),
      dispatch: await floor.ask('dispatch', Timed),
      settle: await relay.ask('settle', Timed, { afterSeconds: RESULTS_AFTER_SECONDS }),
    })
    const runOf = async (count: number) => {
      await floor.ask('setUp', z.unknown(), { people: count, relayUrl: url })
      return allSteps()
    }
    for (const _ of WARM_UPS) await runOf(warmUp / WARM_UPS.length)
    const { plan, dispatch, settle } = await runOf(people)
    const { batches } = await floor.ask('settled', z.object({ batches: z.number() }))
    if (batches !== Math.ceil(people / SENDS_A_BATCH)) throw new Error(`The floor settled ${batches} batches`)
    return { planMs: plan.ms, dispatchMs: dispatch.ms, settleMs: settle.ms }
  } finally {
    await floor.stop()
    await relay.stop()
    await uri.drop()
  }
}

function relaySetUp({ people, warmUp }: Size) {
  return { balanceWon: 100 * (people + warmUp) + 1_000_000, receiptSeconds: RESULTS }
}

async function freshDatabase(database: BenchDatabase, name: string) {
  const address = database.uri(name)
  const connection = await openDatabase(address)
  registerModels(connection)
  await prepareDatabase(connection, { info: () => undefined, warn: () => undefined })
  return {
    address,
    async seed(place: Place, people: number) {
      await seedMall(connection, place)
      await seedShoppers(connection, people, place)
    },
    async drop() {
      await database.drop(connection)
      await connection.close()
    },
  }
}

const SIZES: Record<string, number[]> = { 'secantusd-py': [10_000, 100_000] }
// One a core: a process of Node uses one.
const WORKERS = 2
const LESS_WARM_UP: Record<string, number> = { 'secantusd-py': 10_000 }
const USUAL_SIZES = [10_000, 100_000, 1_000_000]

/** Messages a second, their cost from 10,000 to a million people, and the worker's memory, beside bare calls. */
export async function benchDispatch(
  database: BenchDatabase,
  options: ReadonlyMap<string, string>,
): Promise<Measure[]> {
  const sizes = options.get('people')?.split(',').map(Number) ?? SIZES[database.kind] ?? USUAL_SIZES
  const warmUp = Number(options.get('warm-up') ?? LESS_WARM_UP[database.kind] ?? WARM_UP_PEOPLE)
  const workers = Number(options.get('workers') ?? WORKERS)
  const all: DispatchFigures[] = []
  for (const people of sizes) {
    const figures = await runDispatch(database, { people, warmUp, workers })
    process.stderr.write(`${JSON.stringify(figures)}\n`)
    all.push(figures)
  }
  return measuresOf(all, database.kind)
}

/** The figures beside the bounds of DESIGN §8. */
export function measuresOf(all: readonly DispatchFigures[], kind: string): Measure[] {
  const least = kind === 'secantusd-py' ? 500 : 5_000
  const [first] = all
  return all.flatMap(({ people, ours, floor, rssMb }): Measure[] => {
    const rate = (ms: number) => (people / ms) * 1_000
    const versus = (what: string, ms: number, floorMs: number, bound: number | null): Measure => {
      const ratio = floorMs / ms
      const isKept = bound === null || ratio >= bound
      const measure = {
        what: `${what}, ${people}`,
        unit: 'messages/s',
        ours: rate(ms),
        floor: rate(floorMs),
        ratio,
      }
      return { ...measure, bound: bound === null ? '–' : `≥ ${bound.toFixed(2)} of the floor`, kept: isKept }
    }
    const whole = (of: typeof floor) => of.planMs + of.dispatchMs + of.settleMs
    const against = (what: string, unit: string, value: number, limit: number, atMost: boolean): Measure => ({
      what: `${what}, ${people}`,
      unit,
      ours: value,
      floor: limit,
      ratio: value / limit,
      bound: `${atMost ? '≤' : '≥'} ${limit}`,
      kept: atMost ? value <= limit : value >= limit,
    })
    const growth = (ours.dispatchMs / people) * ((first?.people ?? 0) / (first?.ours.dispatchMs ?? 1))
    return [
      versus('plan', ours.planMs, floor.planMs, null),
      versus('dispatch, lease to accepted', ours.dispatchMs, floor.dispatchMs, 0.5),
      versus('results to settled', ours.settleMs, floor.settleMs, null),
      versus('whole ledger, plan to settled', whole(ours), whole(floor), 0.5),
      against('dispatch rate', 'messages/s', rate(ours.dispatchMs), least, false),
      against('worker memory', 'MB', rssMb.dispatch, 350, true),
      ...(people === first?.people
        ? []
        : [against(`cost per message ÷ that at ${first?.people}`, '', growth, 1.3, true)]),
    ]
  })
}
