import { type Connection, openDatabase, prepareDatabase } from '../../config/database'
import type { RelayBehaviour } from '../../sandbox/relay/relay-types'
import type { CampaignSpec } from '../../server/campaigns/campaign'
import { QUIET_HOURS } from '../../server/core/quiet-hours'
import { openStores, registerModels, type Stores } from '../../server/models'
import type { Batch, Send } from '../../server/sends/send'
import { budgetIdsOf } from '../../server/spend/spend-rules'
import { MALL } from '../jobs/sends-kit'
import type { Hand } from './crew'
import type { Finding } from './evidence'
import { judge, type Verdict } from './judge'
import { openRelayRoom, type RelayRoom } from './relay-room'
import { MASTER_KEY, personOf, seedCampaign, seedMall, TEN } from './seeding'
import type { WorkerOrder } from './worker-order'
import type { World } from './world'

/** Business seconds a machine second while faults are let loose: unknowns are asked after two seconds. */
export const SPEED = 60
const LEASE_MS = 2_000
const RELAY_TIMEOUT_MS = 600

/** What one seed is played with. */
export interface RoundOptions {
  suite: string
  seed: number
  people: number
  spec?: Partial<CampaignSpec>
  behaviour?: Partial<RelayBehaviour>
  /** Of the members, those who refuse just before the plan is published: nothing may leave for them. */
  refusing?: number
}

/** A batch as the harness looks at it, many times a second: without the long lists of who is in it. */
export type RoundBatch = Omit<Batch, 'sendIds' | 'intent'>

/** One seed's world: a database, a relay and workers of its own; the campaign is due at once. */
export interface Round {
  readonly options: RoundOptions
  stores: Stores
  relay: RelayRoom
  /** Every worker that was begun, dead ones too. */
  hands: Hand[]
  /** Begins a worker; what is left out is nothing out of the ordinary. */
  begin(change?: Partial<WorkerOrder>): Promise<Hand>
  batches(): Promise<RoundBatch[]>
  /** Who holds the lease of a plan. */
  planners(): Promise<string[]>
  verdict(): Promise<Verdict>
  /** What stands where, for a person who reads a breach; no phones. */
  describe(findings: readonly Finding[]): Promise<string>
  close(): Promise<void>
}

/** Opens a round; its campaign is put in place by `startCampaign`. */
export async function openRound(world: World, options: RoundOptions): Promise<Round> {
  const name = `faults_${options.suite}_${options.seed}`
  const uri = world.databaseUri(name)
  const connection = await openDatabase(uri)
  await connection.dropDatabase()
  registerModels(connection)
  await prepareDatabase(connection, { info: () => undefined, warn: () => undefined })
  const stores = openStores(connection)
  const behaviour = { kind: false, late: false, ...options.behaviour }
  const relay = await openRelayRoom(world.relayUrl, { start: TEN, speed: SPEED, behaviour })
  await seedMall(stores, options.people)
  await seedCampaign(stores, options.spec ?? {})
  const hands: Hand[] = []
  const refusing = Array.from({ length: options.refusing ?? 0 }, (_, index) => personOf(index * 7))
  const round: Round = {
    options,
    stores,
    relay,
    hands,
    async begin(change = {}) {
      const hand = await world.crew.begin({
        kind: 'start',
        name: `w${hands.length + 1}`,
        env: envOf(uri, name, relay.url),
        parallel: 2,
        skewMs: 0,
        trap: null,
        broken: world.broken,
        refusing: refusing.map(({ phoneKey }) => phoneKey),
        web: false,
        ...change,
      })
      hands.push(hand)
      return hand
    },
    batches: () => allBatches(connection),
    async planners() {
      const leases = await connection.collection('leases').find().toArray()
      const held = leases.filter(({ _id, until }) => String(_id).startsWith('plan:') && until > new Date())
      return held.map(({ owner }) => String(owner))
    },
    async verdict() {
      const barred = new Set(refusing.map(({ digits }) => digits))
      return judge(await evidenceOf(round, connection, barred))
    },
    describe: (findings) => describe(round, findings),
    async close() {
      await Promise.all(hands.map((hand) => hand.dismiss()))
      await relay.close()
      // Its database ends with the server: the default one deletes row by row while everybody waits.
      await connection.close()
    },
  }
  return round
}

function envOf(uri: string, name: string, relayUrl: string): Record<string, string> {
  return {
    MONGODB_URI: uri,
    DATABASE_NAME: name,
    MASTER_KEY: MASTER_KEY.toString('base64'),
    SESSION_SECRET: 'faults-session-secret-not-a-real-one',
    // Nobody listens there: these malls are never read.
    CAFE24_API_URL: 'http://127.0.0.1:9/{mall_id}',
    SOLAPI_API_URL: relayUrl,
    CLOCK_URL: relayUrl,
    LEASE_MS: String(LEASE_MS),
    RELAY_TIMEOUT_MS: String(RELAY_TIMEOUT_MS),
    LOG_LEVEL: 'info',
  }
}

async function evidenceOf(round: Round, connection: Connection, barred: ReadonlySet<string>) {
  const { stores, relay, options } = round
  const runs = await stores.runs.list(MALL, { limit: 100 })
  const sends: Send[] = []
  for (const { id } of runs) for await (const send of stores.sends.stream(MALL, id)) sends.push(send)
  const ids = runs.flatMap(({ id, campaignId, day }) =>
    budgetIdsOf({ mallId: MALL, campaignId, runId: id, runDay: day }),
  )
  const budgets = await Promise.all([...new Set(ids)].map((id) => stores.spend.budget(MALL, id)))
  return {
    sends,
    runs,
    batches: await allBatches(connection),
    tallies: await stores.tallies.byRuns(
      MALL,
      runs.map(({ id }) => id),
    ),
    budgets: budgets.filter((budget) => budget !== null),
    accepted: await relay.journal('accepted'),
    refused: await relay.journal('refused'),
    quietHours: options.spec?.quietHours ?? QUIET_HOURS,
    barred,
    fallback: Boolean(options.spec?.fallback),
  }
}

async function allBatches(connection: Connection): Promise<RoundBatch[]> {
  const projection = { sendIds: 0, intent: 0 }
  const rows = await connection.collection('batches').find({}, { projection }).toArray()
  return rows.map(({ _id, ...row }) => ({ ...row, id: String(_id) }) as unknown as RoundBatch)
}

async function describe(round: Round, findings: readonly Finding[]): Promise<string> {
  const { suite, seed } = round.options
  const states = (await round.batches()).map(({ number, state, open, fence, asked }) =>
    JSON.stringify({ number, state, open, fence, asked }),
  )
  const lanes = await round.stores.lanes.unfinished()
  const told = findings
    .slice(0, 12)
    .map(({ breach, what, id, count }) => `  ${breach} ${count}: ${what} (${id})`)
  const lines = round.hands.flatMap((hand) =>
    hand
      .lines()
      .slice(-12)
      .map((line) => `  ${hand.name}: ${line.slice(0, 220)}`),
  )
  return [
    `${suite} seed ${seed}: ${findings.length} findings; replay with --suite ${suite} --first ${seed} --seeds 1`,
    ...told,
    `  batches ${states.join(' ')}`,
    `  lanes ${JSON.stringify(lanes.map(({ cursor, batches, next, hold, stopped }) => ({ cursor, batches, next, hold, stopped })))}`,
    ...lines,
  ].join('\n')
}

/** Judges a round that has settled and tells of breaches. */
export async function conclude(world: World, round: Round, struck: { faults: number; hits: number }) {
  const { figures, findings } = await round.verdict()
  // Without a run nothing was judged.
  const noRun = figures.runs === 0 ? 1 : 0
  if (findings.length > 0 || noRun > 0) world.say(await round.describe(findings))
  return { ...figures, ...struck, lost: figures.lost + noRun }
}
