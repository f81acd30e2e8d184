import { startChild } from './child'
import type { BenchDatabase } from './database'
import { type Measure, percentile } from './measure'
import {
  makeGround,
  type RecoveryCase,
  type RecoveryGround,
  type RecoverySample,
  sampleRecovery,
} from './recovery-sample'

const SAMPLES = 20
// They mostly wait for leases: with so many at once the starting processes hardly disturb each other.
const AT_ONCE = 5
const BOUND_SECONDS = 35
const MOMENTS = ['held', 'half-held', 'held', 'half-held', 'more'] as const
// Spreads kills evenly over the time in which they may come, however many samples there are.
const GOLDEN = 0.618

/** From kill -9 of a worker to the first new message of its run, with the real lease, several runs side by side. */
export async function benchRecovery(
  database: BenchDatabase,
  options: ReadonlyMap<string, string>,
): Promise<Measure[]> {
  const samples = Number(options.get('samples') ?? SAMPLES)
  // For the test of this bench alone: figures of a shorter lease say nothing about the product.
  const leaseMs = options.has('lease-ms') ? Number(options.get('lease-ms')) : null
  const cases = Array.from({ length: samples }, (_, i) => caseOf(i, leaseMs))
  const waiting: { given: RecoveryCase; ground: RecoveryGround }[] = []
  for (const given of cases) waiting.push({ given, ground: await makeGround(database, given) })
  const grounds = waiting.map(({ ground }) => ground)
  const rooms = startChild('rooms')
  const done: RecoverySample[] = []
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { given, ground } = next
      const sample = await sampleRecovery(ground, rooms, given)
      process.stderr.write(`${JSON.stringify({ sample: given.number, ...sample })}\n`)
      done.push(sample)
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, lane))
  } finally {
    await rooms.stop()
    for (const { connection } of grounds) {
      await database.drop(connection)
      await connection.close()
    }
  }
  return measuresOf(done)
}

/** The two crews in turns, the five moments in turns: ten samples meet every pair. */
function caseOf(index: number, leaseMs: number | null): RecoveryCase {
  const moment = MOMENTS[index % MOMENTS.length] ?? 'held'
  const crew = index % 2 === 0 ? 'another' : 'fresh'
  return { number: index + 1, crew, moment, share: (index * GOLDEN) % 1, leaseMs }
}

function measuresOf(samples: readonly RecoverySample[]): Measure[] {
  const parts: [string, RecoverySample[]][] = [
    [`all ${samples.length}`, [...samples]],
    ['nothing left but what it held', samples.filter(({ moment }) => moment !== 'more')],
    ['more was left', samples.filter(({ moment }) => moment === 'more')],
  ]
  const waited = samples.flatMap(({ recoveryMs, leaseLeftMs }) =>
    leaseLeftMs === null ? [] : [recoveryMs - leaseLeftMs],
  )
  return [
    ...parts.flatMap(([what, some]) =>
      percentiles(
        `first new message, ${what}`,
        some.map((each) => each.recoveryMs),
      ),
    ),
    ...percentiles('of that, after the lease had ended', waited).map((each) => ({
      ...each,
      bound: '–',
      kept: true,
    })),
  ]
}

function percentiles(what: string, times: readonly number[]): Measure[] {
  if (times.length === 0) return []
  const at = (share: number) => percentile(times, share) / 1_000
  const measure = (name: string, ours: number, isBound: boolean): Measure => ({
    what: `${what}, ${name}`,
    unit: 's',
    ours,
    floor: BOUND_SECONDS,
    ratio: ours / BOUND_SECONDS,
    bound: isBound ? `≤ ${BOUND_SECONDS} s` : '–',
    kept: !isBound || ours <= BOUND_SECONDS,
  })
  return [measure('p50', at(0.5), false), measure('p95', at(0.95), true), measure('max', at(1), false)]
}
