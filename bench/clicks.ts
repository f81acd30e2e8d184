import { z } from 'zod'
import { createKeyring } from '../server/core/crypto'
import { newId, sendIdOf } from '../server/core/ids'
import { openStores } from '../server/models'
import { linkToken } from '../server/tracking/link-token'
import { type Child, startChild } from './child'
import type { BenchDatabase } from './database'
import { type Measure, median } from './measure'
import { benchRun, MASTER_KEY, START } from './scene'
import { seedMall } from './seed'
import { startWeb, type WebProcess } from './web'

const CONNECTIONS = [
  { connections: 32, least: 0.7 },
  { connections: 128, least: 0.9 },
]
// The machine's pace changes by half within seconds: many short turns, each compared with its neighbour; an odd
// number, which has a middle.
const ROUNDS = 41
const LINKS = 5_000
const WARM_UP_MS = 1_000

const Url = z.object({ url: z.string() })
const Visited = z.object({ redirects: z.number(), others: z.number(), broken: z.number(), ms: z.number() })
type Visited = z.infer<typeof Visited>

/** Tracked clicks of the whole web process beside a bare redirect with HMAC, in turns; then clicks while it is asked to end. */
export async function benchClicks(
  database: BenchDatabase,
  options: ReadonlyMap<string, string>,
): Promise<Measure[]> {
  const ms = Number(options.get('ms') ?? 500)
  const rounds = Number(options.get('rounds') ?? ROUNDS)
  const tokens = await seedLinks(database)
  const visitors = startChild('visitors')
  const bare = startChild('bare-redirect')
  let web: WebProcess | null = null
  try {
    const { url: floor } = await bare.ask('start', Url, {
      target: 'https://bench.example/member/login.html?returnUrl=x',
    })
    web = await startWeb(database)
    const follow = (url: string, connections: number, forMs = ms) =>
      visitors.ask('follow', Visited, { url, tokens, connections, ms: forMs })
    for (const url of [floor, web.url]) await follow(url, 32, WARM_UP_MS)
    const measures: Measure[] = []
    for (const { connections, least } of CONNECTIONS) {
      const rates = { ours: [] as number[], floor: [] as number[] }
      for (let round = 0; round < rounds; round++) {
        rates.floor.push(rateOf(await follow(floor, connections)))
        rates.ours.push(rateOf(await follow(web.url, connections)))
      }
      measures.push(measureOf(connections, least, rates))
    }
    const lost = await endUnderLoad(database, web, visitors, tokens)
    return [...measures, lostClicks(lost.stored, lost.answered)]
  } finally {
    await visitors.stop()
    await bare.stop()
    web?.process.kill('SIGKILL')
  }
}

async function seedLinks({ connection }: BenchDatabase): Promise<string[]> {
  const { runs } = openStores(connection)
  await seedMall(connection)
  const run = benchRun(newId(START))
  await runs.insert(run)
  const keyring = createKeyring(MASTER_KEY)
  return Array.from({ length: LINKS }, (_, i) => linkToken(keyring, sendIdOf(run.id, i)))
}

/** SIGTERM in the middle of the traffic: what was answered with a redirect is stored. */
async function endUnderLoad(database: BenchDatabase, web: WebProcess, visitors: Child, tokens: string[]) {
  const clicks = database.connection.collection('clicks')
  const before = await clicks.countDocuments({})
  const ended = new Promise((resolve) => web.process.once('exit', resolve))
  setTimeout(() => web.process.kill('SIGTERM'), 1_000)
  const { redirects } = await visitors.ask('follow', Visited, {
    url: web.url,
    tokens,
    connections: 128,
    ms: 3_000,
  })
  await ended
  return { answered: redirects, stored: (await clicks.countDocuments({})) - before }
}

function rateOf({ redirects, others, broken, ms }: Visited): number {
  if (others + broken > 0) throw new Error(`${others} other answers, ${broken} broken connections`)
  return (redirects / ms) * 1_000
}

function measureOf(connections: number, least: number, rates: { ours: number[]; floor: number[] }): Measure {
  const ours = median(rates.ours)
  const floor = median(rates.floor)
  const ratio = median(rates.ours.map((rate, round) => rate / (rates.floor[round] ?? 0)))
  return {
    what: `tracked clicks, ${connections} connections`,
    unit: 'a second',
    ours,
    floor,
    ratio,
    bound: `≥ ${least.toFixed(2)}`,
    kept: ratio >= least,
  }
}

function lostClicks(stored: number, answered: number): Measure {
  return {
    what: 'stored of those answered, SIGTERM under load',
    unit: 'clicks',
    ours: stored,
    floor: answered,
    ratio: stored / answered,
    bound: 'none lost',
    kept: answered > 0 && stored >= answered,
  }
}
