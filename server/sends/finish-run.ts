import type { RunStore } from '../campaigns/run-store'
import type { Clock } from '../core/clock'
import type { Logger } from '../core/logger'
import type { MallId } from '../malls/mall'
import { runBudgetId } from '../spend/spend-rules'
import type { SpendStore } from '../spend/spend-store'
import type { Tally } from './lane'
import type { LaneStore } from './lane-store'
import type { TallyStore } from './tally-store'

/** What finishing a run is built from. */
export interface FinishParts {
  runs: Pick<RunStore, 'move'>
  lanes: Pick<LaneStore, 'byRun' | 'finish'>
  tallies: Pick<TallyStore, 'byRun'>
  spend: Pick<SpendStore, 'budget'>
  clock: Clock
  logger: Logger
}

/** Finishes a run whose batches are all settled; one with open batches stays as it is. Twice changes nothing. */
export function createFinishRun(parts: FinishParts): (mallId: MallId, runId: string) => Promise<void> {
  return async (mallId, runId) => {
    const tally = await parts.tallies.byRun(mallId, runId)
    if (!tally || tally.unsettled > 0) return
    const lane = await parts.lanes.byRun(mallId, runId)
    const state = lane?.stopped ? 'stopped' : 'finished'
    const note =
      lane?.stopped === 'mall-uninstalled'
        ? '앱이 삭제되어 남은 발송을 멈췄어요.'
        : '캠페인을 종료해 남은 발송을 멈췄어요.'
    const finished = await parts.runs.move(mallId, runId, ['published'], {
      state,
      finishedAt: parts.clock.now(),
      ...(state === 'stopped' ? { note } : {}),
    })
    await parts.lanes.finish(mallId, runId)
    if (finished) await logEnd(parts, tally, state)
  }
}

/** The one line that a run leaves in the log: what became of its sends, and what they cost. */
async function logEnd(
  { spend, logger }: FinishParts,
  { mallId, id: runId, ended, refused, reasons }: Tally,
  state: 'finished' | 'stopped',
): Promise<void> {
  const budget = await spend.budget(mallId, runBudgetId(mallId, runId))
  const chargedWon = budget?.chargedWon ?? 0
  logger.info({ mallId, runId, state, ...ended, refused, reasons, chargedWon }, 'run finished')
}
