import type { Connection } from '../config/database'
import type { Run } from '../server/campaigns/run'
import { newId, sendIdOf } from '../server/core/ids'
import { addDays, type KstDay, kstInstant } from '../server/core/seoul'
import { openStores, type Stores } from '../server/models'
import { createTrailService } from '../server/reports/trail-service'
import { createPlanWriter } from '../server/sends/plan-writer'
import type { Batch, Send } from '../server/sends/send'
import { emptyTally } from '../server/sends/tally-store'
import { runBudgetId } from '../server/spend/spend-rules'
import { createTransactions } from '../server/spend/transaction-store'
import { benchRun, benchSpec, CAMPAIGN, MALL } from './scene'

const PRICE_WON = 25
/** One message in so many failed. */
const FAILS_EVERY = 20
/** Of so many people one clicked. */
const CLICKS_EVERY = 25
const AT_ONCE = 1_000

/** Runs that wrote to every member of the mall and are over, one a day up to the day before `today`; their ids, newest first. */
export async function seedHistory(connection: Connection, today: KstDay, runs: number): Promise<string[]> {
  const stores = openStores(connection)
  const ids: string[] = []
  for (let age = 1; age <= runs; age++) ids.push(await seedRun(connection, stores, addDays(today, -age)))
  // As the worker does every minute: pages count no large run themselves.
  await createTrailService(stores).refreshSummaries(kstInstant(today, 600))
  return ids
}

async function seedRun(connection: Connection, stores: Stores, day: KstDay): Promise<string> {
  const at = kstInstant(day, 600)
  const run = {
    ...benchRun(newId(at)),
    day,
    occurrence: day,
    plannedFor: at,
    publishedAt: at,
    finishedAt: at,
  }
  const totals = await planEnded(stores, run)
  const failed = Math.ceil(totals.sends / FAILS_EVERY)
  const tally = emptyTally(run.id, MALL, 0, 0)
  const ended = { ...tally.ended, delivered: totals.sends - failed, failed }
  await createTransactions(connection).run(MALL, (session) =>
    stores.tallies.open(session, { ...tally, ended, reasons: { 'failed:not-friend': failed } }),
  )
  await connection.collection<{ _id: string }>('budgets').insertOne({
    _id: runBudgetId(MALL, run.id),
    mallId: MALL,
    capWon: null,
    reservedWon: 0,
    chargedWon: ended.delivered * PRICE_WON,
    peakWon: totals.sends * PRICE_WON,
  } as never)
  const { population, decisions, batches } = totals
  await stores.runs.insert({ ...run, population, decisions, batches, state: 'published' })
  await seedClicks(stores, run, totals.sends)
  return run.id
}

/** The planner's own writer over stores that write every send and batch with its end. */
async function planEnded(stores: Stores, run: Run) {
  const { shoppers, sends, batches, decisions } = stores
  let written = 0
  const ended = (send: Send): Send => {
    const hasFailed = written++ % FAILS_EVERY === 0
    return hasFailed
      ? { ...send, end: 'failed', endReason: 'not-friend', endedAt: run.plannedFor }
      : { ...send, end: 'delivered', endedAt: run.plannedFor, chargedWon: PRICE_WON }
  }
  const settled = (batch: Batch): Batch => ({
    ...batch,
    state: 'settled',
    open: 0,
    handedOverAt: run.plannedFor,
  })
  const writer = createPlanWriter(
    {
      decisions,
      sends: { ...sends, insert: (mallId, rows) => sends.insert(mallId, rows.map(ended)) },
      batches: { ...batches, insert: (mallId, rows) => batches.insert(mallId, rows.map(settled)) },
    },
    {
      run,
      attempt: 1,
      segment: benchSpec().segment,
      ctx: { day: run.day, now: run.plannedFor, campaignId: CAMPAIGN },
      contact: { repeatDays: 1, frequency: null, campaignNames: new Map() },
    },
  )
  for await (const chunk of shoppers.population(MALL, {}, { dearestFirst: true }))
    await writer.add(chunk, new Map())
  return writer.close()
}

async function seedClicks({ clicks }: Stores, { id: runId, plannedFor }: Run, sends: number): Promise<void> {
  const all = Array.from({ length: Math.ceil(sends / CLICKS_EVERY) }, (_, i) => i * CLICKS_EVERY)
  for (let from = 0; from < all.length; from += AT_ONCE)
    await clicks.insert(
      all.slice(from, from + AT_ONCE).map((index) => {
        const at = new Date(plannedFor.getTime() + index * 100)
        const sendId = sendIdOf(runId, index)
        return { id: newId(at), mallId: MALL, runId, sendId, at, device: 'mobile' as const }
      }),
    )
}
