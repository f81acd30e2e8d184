import { z } from 'zod'
import { type Connection, openDatabase, prepareDatabase } from '../config/database'
import { type Child as Process, startChild as startProcess } from '../scripts/child'
import { wait } from '../scripts/story/sandbox-control'
import { openStores, registerModels } from '../server/models'
import type { Batch } from '../server/sends/send'
import type { Child } from './child'
import type { BenchDatabase } from './database'
import { benchEnvironment, CAMPAIGN, DAY, MALL, START } from './scene'
import { seedMall, seedShoppers } from './seed'

/** Who goes on after the kill: another worker that lived all along, or a fresh one that is started at the kill. */
export type Crew = 'another' | 'fresh'
/**
 * What stands where at the kill. `held`: all that is left was leased by the killed worker. `half-held`: it had handed one
 * batch over, without an answer, and held the rest. `more`: other batches are still planned.
 */
export type Moment = 'held' | 'half-held' | 'more'

/** One kill; the lease and the relay's patience are the product's own when `leaseMs` is null. */
export interface RecoveryCase {
  number: number
  crew: Crew
  moment: Moment
  /** 0 to 1: how late in the time in which the worker surely holds what it holds. */
  share: number
  leaseMs: number | null
}

/** What a kill came to, in machine milliseconds. */
export interface RecoverySample {
  crew: Crew
  moment: Moment
  /** From kill -9 to the first new message at the relay. */
  recoveryMs: number
  /** What the last lease of the dead still had to run; null where there was other work. */
  leaseLeftMs: number | null
}

type Fault = { kind: string; path: string; times: number | null; skip?: number; delayMs?: number }

const FILL = 'PUT /messages/v4/groups/*/messages'
const RELEASE = 'POST /messages/v4/groups/*/send'
// A hand-over is broken off after its call's time; by then the worker must be dead.
const SHARE_OF_CALL = 0.25
const USUAL = { leaseMs: 30_000, callMs: 8_000 }
const LOOK_MS = 25
const PATIENCE_MS = 90_000

/** Everything of a worker stands still in these calls; nothing that stalls so is ever taken by the relay. */
const SCENES: Record<Moment, { people: number; faults: Fault[] }> = {
  held: { people: 300, faults: [{ kind: 'stall', path: FILL, times: null }] },
  'half-held': {
    people: 300,
    faults: [
      { kind: 'stall', path: RELEASE, times: null },
      { kind: 'stall', path: FILL, times: null, skip: 1 },
    ],
  },
  more: { people: 2_000, faults: [{ kind: 'stall-then-accept', path: FILL, times: null, delayMs: 400 }] },
}

const Url = z.object({ url: z.string() })
const Found = z.object({ atMs: z.number().nullable() })
const Taken = z.object({ messages: z.number(), phones: z.number() })

/** A database of its own with the people of one case. */
export interface RecoveryGround {
  uri: string
  connection: Connection
}

/**
 * Makes the ground of a case. All grounds are made before the first sample and dropped after the last: on the Rust
 * server transactions were seen to stand still for up to a minute when another database was dropped beside them.
 */
export async function makeGround(
  database: BenchDatabase,
  { number, moment }: RecoveryCase,
): Promise<RecoveryGround> {
  const uri = database.uri(`recovery_${number}`)
  const connection = await openDatabase(uri)
  registerModels(connection)
  await prepareDatabase(connection, { info: () => undefined, warn: () => undefined })
  await seedMall(connection)
  await seedShoppers(connection, SCENES[moment].people)
  return { uri, connection }
}

/** Kills a worker of the product in the middle of a run and waits for the first new message. */
export async function sampleRecovery(
  { uri, connection }: RecoveryGround,
  rooms: Child,
  given: RecoveryCase,
): Promise<RecoverySample> {
  const start = new Date(START.getTime() - 10 * 60_000)
  const { url } = await rooms.ask('open', Url, { start })
  const crew: Worker[] = []
  const begin = async () => {
    const worker = startWorker(uri, url, given.leaseMs)
    crew.push(worker)
    await worker.started
    return worker
  }
  try {
    await call(`${url}/__fake/faults`, SCENES[given.moment].faults)
    const [victim, other] = await Promise.all([begin(), given.crew === 'another' ? begin() : null])
    // It must not take a share of what the victim shall hold; it goes on before the kill.
    other?.process.process.kill('SIGSTOP')
    await call(`${url}/clock.json`, { now: START })
    await until('the worker to hold its batches', async () => isScene(given, await batchesOf(connection)))
    other?.process.process.kill('SIGCONT')
    const callMs = given.leaseMs === null ? USUAL.callMs : callMsFor(given.leaseMs)
    // Of a run with more to send nothing would be left a moment later.
    if (given.moment !== 'more') await wait(given.share * SHARE_OF_CALL * callMs)

    const killedAt = Date.now()
    await victim.process.kill()
    if (given.crew === 'fresh') void begin().catch(() => undefined)
    const left = await batchesOf(connection)
    await call(`${url}/__fake/faults`, [])

    // Of what was handed over by then the dead one may have had a part: only what was not counts as new.
    const notOf = left.flatMap(({ intent }) => (intent ? [intent.relayBatchId] : []))
    const { atMs } = await until('a new message', async () => {
      const found = await rooms.ask('firstAfter', Found, { url, afterMs: killedAt, notOf })
      return found.atMs !== null && { atMs: found.atMs }
    })
    const { messages, phones } = await rooms.ask('taken', Taken, { url })
    if (messages !== phones) throw new Error(`${messages - phones} people got a second message`)
    return {
      crew: given.crew,
      moment: given.moment,
      recoveryMs: atMs - killedAt,
      leaseLeftMs: given.moment === 'more' ? null : leaseLeft(left, killedAt),
    }
  } catch (cause) {
    const said = crew.map(({ lines }) => lines.join('\n')).join('\n')
    throw new Error(`Sample ${given.number} (${given.moment}, ${given.crew}): ${said}`, { cause })
  } finally {
    // Asked to end, so that no transaction is left open when the databases are dropped.
    await Promise.all(crew.map(({ process }) => process.stop()))
    await rooms.ask('close', z.unknown(), { url })
  }
}

interface Worker {
  process: Process
  started: Promise<void>
  /** What it said last. */
  lines: string[]
}

/** `jobs/main.ts` as the Procfile starts it. */
function startWorker(uri: string, relayUrl: string, leaseMs: number | null): Worker {
  const env = {
    ...benchEnvironment({ uri, relayUrl }),
    CLOCK_URL: relayUrl,
    // Nobody listens there: this mall is never read.
    CAFE24_API_URL: 'http://127.0.0.1:9/{mall_id}',
    LOG_LEVEL: 'info',
    ...(leaseMs === null ? {} : { LEASE_MS: String(leaseMs), RELAY_TIMEOUT_MS: String(callMsFor(leaseMs)) }),
  }
  const lines: string[] = []
  let isReady = () => {}
  let hasFailed = (_cause: Error) => {}
  const started = new Promise<void>((resolve, reject) => {
    isReady = resolve
    hasFailed = reject
  })
  const process = startProcess('jobs/main.ts', env, (line) => {
    lines.push(line)
    if (lines.length > 20) lines.shift()
    if (line.includes('worker started')) isReady()
  })
  process.process.once('exit', () => hasFailed(new Error('A worker ended before it had started')))
  return { process, started, lines }
}

/** As much of a shorter lease as the product's call takes of its own. */
function callMsFor(leaseMs: number): number {
  return Math.floor((leaseMs * USUAL.callMs) / USUAL.leaseMs)
}

function isScene({ moment }: RecoveryCase, batches: readonly Batch[]): boolean {
  const count = (...states: Batch['state'][]) => batches.filter(({ state }) => states.includes(state)).length
  const planned = count('planned')
  if (moment === 'more') return planned > 4 && count('accepted') > 0 && count('leased', 'handed-over') > 0
  const all = SCENES[moment].people / 100
  const out = moment === 'half-held' ? 1 : 0
  return count('handed-over') === out && count('leased') === all - out
}

async function batchesOf(connection: Connection): Promise<Batch[]> {
  const run = await openStores(connection).runs.byOccurrence(MALL, CAMPAIGN, DAY)
  if (!run) return []
  const rows = await connection.collection('batches').find({ runId: run.id }).toArray()
  return rows.map(({ _id, ...row }) => ({ ...row, id: String(_id) }) as unknown as Batch)
}

function leaseLeft(batches: readonly Batch[], killedAt: number): number {
  const ends = batches.flatMap(({ state, lease }) =>
    state === 'leased' && lease ? [lease.until.getTime()] : [],
  )
  return Math.min(...ends) - killedAt
}

async function call(url: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url, { method: 'PUT', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`The play relay answered ${answer.status}`)
}

async function until<T>(what: string, look: () => Promise<T | false>): Promise<T> {
  const end = performance.now() + PATIENCE_MS
  while (performance.now() < end) {
    const seen = await look()
    if (seen !== false) return seen
    await wait(LOOK_MS)
  }
  throw new Error(`Waited in vain for ${what}`)
}
