import { z } from 'zod'
import { openDatabase, prepareDatabase } from '../config/database'
import { registerModels } from '../server/models'
import { SENDS_A_BATCH } from '../server/sends/plan-writer'
import { type Child, startChild } from './child'
import type { BenchDatabase } from './database'
import { type Measure, median } from './measure'
import { benchEnvironment, MAIN, type Place, placeOf } from './scene'
import { seedMall, seedShoppers, webhookOf } from './seed'

/** Milliseconds of one run; `cpuMs` is that of all workers while they dispatched, 0 for the floor. */
interface Steps {
  planMs: number
  dispatchMs: number
  settleMs: number
  cpuMs: number
}

/** What runs of `people` came to; times in milliseconds. */
export interface DispatchFigures {
  people: number
  ours: Steps
  floor: Steps
  /** Highest resident set so far of the worker that planned, then of the largest, in megabytes. */
  rssMb: { plan: number; dispatch: number }
  /** What the relay itself says it took and delivered. */
  relay: { accepted: number; delivered: number }
}

/** How many people are measured, how often, how many go before them in all, and how many workers share them. */
interface Size {
  people: number
  rounds: number
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

/**
 * Plans, sends and settles runs of `people` with the product's worker and, in turns, the same with bare calls; medians of the
 * rounds. Every run is one of a mall of its own.
 */
export async function runDispatch(database: BenchDatabase, size: Size): Promise<DispatchFigures> {
  const { people, rounds, warmUp } = size
  const crew = await startCrew(database, size)
  const floor = await startFloor(database, size)
  try {
    // Two malls, since code that has only ever seen one is compiled anew at the second.
    for (const place of [1, 2].map(placeOf)) {
      await floor.run(warmUp / 2)
      await crew.warmUp(place, warmUp / 2)
    }
    const all = { ours: [] as Steps[], floor: [] as Steps[] }
    for (let round = 1; round <= rounds; round++) {
      all.floor.push(await floor.run(people))
      all.ours.push(await crew.run(placeOf(2 + round), people))
    }
    const relay = await crew.counts()
    const sent = people * rounds + warmUp
    if (relay.accepted !== sent || relay.delivered !== sent)
      throw new Error(`The relay took ${relay.accepted} and delivered ${relay.delivered} of ${sent}`)
    return { people, ours: mediansOf(all.ours), floor: mediansOf(all.floor), rssMb: crew.rssMb(), relay }
  } finally {
    await crew.stop()
    await floor.stop()
  }
}

function mediansOf(all: readonly Steps[]): Steps {
  const of = (name: keyof Steps) => median(all.map((steps) => steps[name]))
  return { planMs: of('planMs'), dispatchMs: of('dispatchMs'), settleMs: of('settleMs'), cpuMs: of('cpuMs') }
}

/** The product's processes around one relay. */
async function startCrew(database: BenchDatabase, size: Size) {
  const uri = await freshDatabase(database, `ours_${size.people}`)
  const relay = startChild('relay')
  const { url } = await relay.ask('start', Url, relaySetUp(size))
  const env = benchEnvironment({ uri: uri.address, relayUrl: url })
  const first = startChild('worker', env)
  const all = [first, ...Array.from({ length: size.workers - 1 }, () => startChild('worker', env))]
  const web = startChild('worker', env, 'web')
  const site = (await web.ask('listen', Url)).url
  const settle = () => relay.ask('settle', Timed, { afterSeconds: RESULTS_AFTER_SECONDS })
  const open = async (place: Place, people: number) => {
    const { path, secret } = webhookOf(place)
    await relay.ask('tell', z.unknown(), { url: `${site}${path}`, secret })
    await uri.seed(place, people)
  }
  const rssMb = { plan: 0, dispatch: 0 }
  return {
    async warmUp(place: Place, people: number) {
      await open(place, people)
      await Promise.all(all.map((worker) => worker.ask('warmUp', z.unknown(), place)))
      await settle()
    },
    async run(place: Place, people: number): Promise<Steps> {
      await open(place, people)
      const plan = await first.ask('plan', Step, place)
      if (plan.waiting !== people) throw new Error(`${plan.waiting} of ${people} were planned`)
      const dispatch = await dispatchWith(all, place)
      const { ms: settleMs } = await settle()
      const { delivered } = await first.ask('look', Step, place)
      if (delivered !== people) throw new Error(`${delivered} of ${people} were settled`)
      rssMb.plan = plan.rssMb
      rssMb.dispatch = dispatch.rssMb
      return { planMs: plan.ms, dispatchMs: dispatch.ms, settleMs, cpuMs: dispatch.cpuMs }
    },
    rssMb: () => rssMb,
    counts: () => relay.ask('counts', Counts),
    async stop() {
      await Promise.all([...all, web, relay].map((child) => child.stop()))
      await uri.drop()
    },
  }
}

/** From the call to the last worker's end, with the CPU of all and the memory of the largest. */
async function dispatchWith(workers: readonly Child[], place: Place) {
  const began = performance.now()
  const steps = await Promise.all(workers.map((worker) => worker.ask('dispatch', Step, place)))
  return {
    ms: performance.now() - began,
    cpuMs: steps.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    rssMb: Math.max(...steps.map(({ rssMb }) => rssMb)),
  }
}

/** The bare calls around a relay of their own, so that it remembers as little as the one that the product finds. */
async function startFloor(database: BenchDatabase, size: Size) {
  const uri = await freshDatabase(database, `floor_${size.people}`)
  const relay = startChild('relay')
  const floor = startChild('floor', { MONGODB_URI: uri.address })
  const { url } = await relay.ask('start', Url, relaySetUp(size))
  const site = (await floor.ask('listen', Url)).url
  await relay.ask('tell', z.unknown(), { url: site, secret: webhookOf(MAIN).secret })
  return {
    async run(people: number): Promise<Steps> {
      await floor.ask('setUp', z.unknown(), { people, relayUrl: url })
      const plan = await floor.ask('plan', Timed)
      const dispatch = await floor.ask('dispatch', Timed)
      const settle = await relay.ask('settle', Timed, { afterSeconds: RESULTS_AFTER_SECONDS })
      const { batches } = await floor.ask('settled', z.object({ batches: z.number() }))
      if (batches !== Math.ceil(people / SENDS_A_BATCH))
        throw new Error(`The floor settled ${batches} batches`)
      return { planMs: plan.ms, dispatchMs: dispatch.ms, settleMs: settle.ms, cpuMs: 0 }
    },
    async stop() {
      await Promise.all([floor, relay].map((child) => child.stop()))
      await uri.drop()
    },
  }
}

function relaySetUp({ people, rounds, warmUp }: Size) {
  return { balanceWon: 100 * (people * rounds + warmUp) + 1_000_000, receiptSeconds: RESULTS }
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
const WARM_UP_PEOPLE = 50_000
const LESS_WARM_UP: Record<string, number> = { 'secantusd-py': 10_000 }
// A run of a few seconds says as much about the machine's moment as about the code.
const ROUNDS = 5
const MEASURED_OFTEN = 10_000
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
    const rounds = Number(options.get('rounds') ?? (people <= MEASURED_OFTEN ? ROUNDS : 1))
    const figures = await runDispatch(database, { people, rounds, warmUp, workers })
    process.stderr.write(`${JSON.stringify(figures)}\n`)
    all.push(figures)
  }
  return measuresOf(all, database.kind)
}

/** The figures beside the bounds of DESIGN §8. */
export function measuresOf(all: readonly DispatchFigures[], kind: string): Measure[] {
  // Two reads of each person are more than the whole floor on secantusd-py (docs/decisions/0006).
  const [least, half] = kind === 'secantusd-py' ? [500, null] : [5_000, 0.5]
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
      versus('dispatch, lease to accepted', ours.dispatchMs, floor.dispatchMs, half),
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
