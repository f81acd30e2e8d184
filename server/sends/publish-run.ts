import type { Run } from '../campaigns/run'
import type { RunStore } from '../campaigns/run-store'
import type { Transactions } from '../spend/transaction-store'
import type { LaneStore } from './lane-store'
import type { PlanTotals } from './plan-writer'
import { emptyTally, type TallyStore } from './tally-store'

/** What publishing is built from. */
export interface PublishParts {
  transactions: Transactions
  runs: Pick<RunStore, 'publish'>
  lanes: Pick<LaneStore, 'open'>
  tallies: Pick<TallyStore, 'open'>
}

/** Makes a plan visible with its lane and tally, all or nothing; false when another planner has taken the run over. */
export async function publishRun(
  { transactions, runs, lanes, tallies }: PublishParts,
  run: Run,
  attempt: number,
  { totals, priceWon, now }: { totals: PlanTotals; priceWon: number; now: Date },
): Promise<boolean> {
  const { mallId, id, campaignId, revision, day, latestAt } = run
  const set = {
    state: 'published' as const,
    publishedAt: now,
    population: totals.population,
    decisions: totals.decisions,
    batches: totals.batches,
    priceWon,
    note: null,
  }
  return transactions.run(mallId, async (session) => {
    if (!(await runs.publish(mallId, id, attempt, set, session))) return false
    await lanes.open(session, {
      id,
      mallId,
      campaignId,
      revision,
      runDay: day,
      test: run.kind === 'test',
      latestAt,
      batches: totals.batches,
      cursor: 1,
      next: totals.batches > 0 ? now : null,
      rev: 0,
      hold: null,
      stopped: null,
      finished: false,
    })
    await tallies.open(session, emptyTally(id, mallId, totals.sends, totals.batches))
    return true
  })
}
