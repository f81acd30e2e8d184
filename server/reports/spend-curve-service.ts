import type { Run } from '../campaigns/run'
import type { RunStore } from '../campaigns/run-store'
import type { BatchStore } from '../sends/batch-store'
import type { Tally } from '../sends/lane'
import type { LaneStore } from '../sends/lane-store'
import { batchIdOf } from '../sends/send'
import type { SendStore } from '../sends/send-store'
import type { TallyStore } from '../sends/tally-store'
import { runBudgetId } from '../spend/spend-rules'
import type { SpendStore } from '../spend/spend-store'
import type { SpendCurve } from './spend-curve'
import type { SpendCurveStore } from './spend-curve-store'
import { gatherMoves, movesOf, spendersOf } from './spend-moves'
import { type SpendMove, spendSeries, thinSeries } from './spend-series'
import { countSteps, noSteps } from './step-counts'

/** What curves are counted from. */
export interface SpendCurveParts {
  runs: Pick<RunStore, 'find' | 'inState'>
  lanes: Pick<LaneStore, 'byRun'>
  batches: Pick<BatchStore, 'byId'>
  sends: Pick<SendStore, 'spendOf'>
  tallies: Pick<TallyStore, 'byRun'>
  spend: Pick<SpendStore, 'budget'>
  spendCurves: SpendCurveStore
}

type CurveRun = Pick<Run, 'id' | 'mallId' | 'decisions'>

/** The won of runs over time. */
export interface SpendCurveService {
  /** Counted now for a small run that has moved since, else as last counted; null when it never was. */
  curveOf(run: CurveRun, tally: Tally | null, now: Date): Promise<SpendCurve | null>
  /** Counts anew the curves of large runs that are due, so that pages need not; true when more is waiting. */
  refreshCurves(now: Date): Promise<boolean>
}

// A page may read this many rows itself: some tens of milliseconds on any database.
const SMALL_RUN = 2_000
const BATCHES_AT_ONCE = 20
const DUE_AT_ONCE = 10
const RUNS_AT_ONCE = 1_000
const MINUTE_MS = 60_000

/** Builds the service; it reads a run batch by batch, so that memory does not grow with the run. */
export function createSpendCurveService(parts: SpendCurveParts): SpendCurveService {
  const { spendCurves } = parts

  async function count(run: CurveRun, tally: Tally, now: Date): Promise<SpendCurve> {
    const { id, mallId } = run
    const [lane, budget] = await Promise.all([
      parts.lanes.byRun(mallId, id),
      parts.spend.budget(mallId, runBudgetId(mallId, id)),
    ])
    const moves = new Map<number, SpendMove>()
    const steps = noSteps()
    for (let from = 1; from <= (lane?.batches ?? 0); from += BATCHES_AT_ONCE) {
      const { batches, rows } = await readLedger(parts, run, from)
      gatherMoves(moves, movesOf(batches, rows))
      countSteps(steps, batches, rows)
    }
    const points = thinSeries(spendSeries([...moves.values()], budget?.peakWon ?? 0))
    const dueAt = tally.unsettled === 0 ? null : new Date(now.getTime() + waitMs(run))
    const curve = { id, mallId, points, steps, standing: standingOf(tally), countedAt: now, dueAt }
    await spendCurves.save(curve)
    return curve
  }

  return {
    async curveOf(run, tally, now) {
      if (!tally) return null
      const known = await spendCurves.byRun(run.mallId, run.id)
      if (known?.standing === standingOf(tally) || plannedOf(run) > SMALL_RUN) return known
      return count(run, tally, now)
    },
    async refreshCurves(now) {
      const due = await spendCurves.due(now, DUE_AT_ONCE)
      const running = (await parts.runs.inState(['published'], RUNS_AT_ONCE)).filter(
        (run) => plannedOf(run) > SMALL_RUN,
      )
      const fresh: Pick<SpendCurve, 'id' | 'mallId'>[] = []
      for (const { id, mallId } of running)
        if (!(await spendCurves.byRun(mallId, id))) fresh.push({ id, mallId })
      for (const { id, mallId } of [...due, ...fresh]) {
        const [run, tally] = await Promise.all([parts.runs.find(mallId, id), parts.tallies.byRun(mallId, id)])
        if (run && tally) await count(run, tally, now)
      }
      return due.length === DUE_AT_ONCE
    },
  }
}

/** Up to 20 batches from number `from` on, with the rows of their sends by id. */
async function readLedger(parts: SpendCurveParts, { id, mallId }: CurveRun, from: number) {
  const numbers = Array.from({ length: BATCHES_AT_ONCE }, (_, i) => from + i)
  const found = await Promise.all(numbers.map((number) => parts.batches.byId(mallId, batchIdOf(id, number))))
  const batches = found.filter((batch) => batch !== null)
  const ids = spendersOf(batches)
  const rows = ids.length === 0 ? [] : await parts.sends.spendOf(mallId, ids)
  return { batches, rows: new Map(rows.map((row) => [row.id, row])) }
}

function plannedOf({ decisions }: CurveRun): number {
  return decisions.send ?? 0
}

/** Reading a large run costs the database something: 5 minutes, and 3 more for each 100,000 sends. */
function waitMs(run: CurveRun): number {
  return (5 + (3 * plannedOf(run)) / 100_000) * MINUTE_MS
}

function standingOf({ waiting, out, ended, unsettled }: Tally): string {
  const { delivered, failed, cancelled, capped, expired } = ended
  return [waiting, out, unsettled, delivered, failed, cancelled, capped, expired].join(':')
}
