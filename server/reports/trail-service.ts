import type { Run } from '../campaigns/run'
import type { RunStore } from '../campaigns/run-store'
import { daysBetween, kstDay } from '../core/seoul'
import type { MallId } from '../malls/mall'
import { runBudgetId } from '../spend/spend-rules'
import type { SpendStore } from '../spend/spend-store'
import type { ClickStore } from '../tracking/click-store'
import type { OrderStore } from '../tracking/order-store'
import type { RunSummary, RunTrail } from './report'
import type { SummaryStore } from './summary-store'

/** What trails are counted from. */
export interface TrailServiceParts {
  clicks: Pick<ClickStore, 'ofRun'>
  orders: Pick<OrderStore, 'ofRun'>
  spend: Pick<SpendStore, 'budget'>
  summaries: SummaryStore
  runs: Pick<RunStore, 'inState'>
}

type TrailRun = Pick<Run, 'id' | 'mallId' | 'campaignId' | 'day' | 'decisions'>

/** Clicks, orders and won of runs. */
export interface TrailService {
  /** By run id: counted now for small and recent runs, else as last counted. */
  trailsOf(mallId: MallId, runs: readonly TrailRun[], now: Date): Promise<Map<string, RunTrail>>
  /** Counts anew what is due, so that pages need not; true when more is waiting. */
  refreshSummaries(now: Date): Promise<boolean>
}

// A page may count this many people's clicks itself: some milliseconds on any database.
const SMALL_RUN = 5_000
const RECENT_DAYS = 8
// The longest attribution window (30 days), and what is cancelled after it.
const ACTIVE_DAYS = 34
const FINAL_DAYS = 120
// Four days without a result end a send; an unknown batch may take longer and is counted again then.
const SETTLING_DAYS = 6
const AT_ONCE = 8
const DUE_AT_ONCE = 50
const MINUTE_MS = 60_000

/** Builds the trail service. */
export function createTrailService(parts: TrailServiceParts): TrailService {
  const { summaries } = parts

  async function count(run: TrailRun, now: Date): Promise<RunTrail> {
    const [clicks, orders, budget] = await Promise.all([
      parts.clicks.ofRun(run.mallId, run.id),
      parts.orders.ofRun(run.mallId, run.id),
      parts.spend.budget(run.mallId, runBudgetId(run.mallId, run.id)),
    ])
    const { reservedWon, chargedWon } = budget ?? { reservedWon: 0, chargedWon: 0 }
    return { clicks, orders, reservedWon, chargedWon, at: now }
  }

  /** A stored trail with the won of this moment, while it may still move: pages equal the ledger to the won. */
  async function withWon(run: TrailRun, known: RunSummary, now: Date): Promise<RunTrail> {
    if (daysBetween(run.day, kstDay(now)) > SETTLING_DAYS) return known
    const budget = await parts.spend.budget(run.mallId, runBudgetId(run.mallId, run.id))
    return budget ? { ...known, reservedWon: budget.reservedWon, chargedWon: budget.chargedWon } : known
  }

  async function countAndKeep(run: TrailRun, now: Date): Promise<RunTrail> {
    const trail = await count(run, now)
    const { id, mallId, campaignId, day } = run
    await summaries.save({ id, mallId, campaignId, day, ...trail, dueAt: nextCount(day, now) })
    return trail
  }

  async function trailOf(run: TrailRun, known: RunSummary | undefined, now: Date): Promise<RunTrail> {
    const isSmall = (run.decisions.send ?? 0) <= SMALL_RUN
    if (isSmall && daysBetween(run.day, kstDay(now)) <= RECENT_DAYS) return count(run, now)
    const isFresh = known && (known.dueAt === null || known.dueAt > now)
    if (known && (isFresh || !isSmall)) return withWon(run, known, now)
    return countAndKeep(run, now)
  }

  return {
    async trailsOf(mallId, runs, now) {
      const known = await summaries.byRuns(
        mallId,
        runs.map(({ id }) => id),
      )
      const byRun = new Map(known.map((summary) => [summary.id, summary]))
      const trails = new Map<string, RunTrail>()
      for (let i = 0; i < runs.length; i += AT_ONCE) {
        const some = runs.slice(i, i + AT_ONCE)
        const counted = await Promise.all(some.map((run) => trailOf(run, byRun.get(run.id), now)))
        some.forEach((run, at) => {
          const trail = counted[at]
          if (trail) trails.set(run.id, trail)
        })
      }
      return trails
    },
    async refreshSummaries(now) {
      const due = await summaries.due(now, DUE_AT_ONCE)
      for (const summary of due) await countAndKeep({ ...summary, decisions: {} }, now)
      const running = await parts.runs.inState(['published'], 1_000)
      for (const run of running) {
        if ((run.decisions.send ?? 0) <= SMALL_RUN) continue
        const [known] = await summaries.byRuns(run.mallId, [run.id])
        if (!known) await countAndKeep(run, now)
      }
      return due.length === DUE_AT_ONCE
    },
  }
}

/** When a run's trail is counted again: often on its first day, rarely later, never once nothing can change it. */
export function nextCount(day: Run['day'], now: Date): Date | null {
  const age = daysBetween(day, kstDay(now))
  if (age >= FINAL_DAYS) return null
  const minutes = age < 1 ? 5 : age < ACTIVE_DAYS ? 180 : 1_440
  return new Date(now.getTime() + minutes * MINUTE_MS)
}
