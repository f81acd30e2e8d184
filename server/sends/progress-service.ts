import type { Clock } from '../core/clock'
import type { MallId } from '../malls/mall'
import type { BatchStore } from './batch-store'
import type { Lane, Tally } from './lane'
import type { LaneStore } from './lane-store'
import type { BatchState, CancelReason } from './send'
import type { TallyStore } from './tally-store'

/** Where a run stands. */
export interface RunProgress {
  lane: Lane
  tally: Tally
  /** Sends without an end by the state of their batch. */
  open: Partial<Record<BatchState, number>>
}

/** What has not left, and what has and cannot be called back. */
export interface PendingSends {
  waiting: number
  left: number
}

/** What pages ask of sends under way, and what they tell them. */
export interface ProgressService {
  runProgress(mallId: MallId, runId: string): Promise<RunProgress | null>
  pendingSends(mallId: MallId, campaignId: string): Promise<PendingSends>
  /** Calls off what has not left: workers do it within seconds. */
  stopCampaign(mallId: MallId, campaignId: string): Promise<void>
  /** The app was removed: nothing of the mall leaves any more. */
  stopMall(mallId: MallId): Promise<void>
  /** A campaign goes on, or the account was mended: do not wait for the next look. */
  wake(mallId: MallId, campaignId: string | null): Promise<void>
}

/** Progress and stopping of runs. */
export function createProgressService(parts: {
  lanes: LaneStore
  batches: Pick<BatchStore, 'openByState'>
  tallies: TallyStore
  clock: Clock
}): ProgressService {
  const stop = (mallId: MallId, campaignId: string | null, reason: CancelReason) =>
    parts.lanes.stop(mallId, campaignId, reason, parts.clock.now())
  return {
    async runProgress(mallId, runId) {
      const [lane, tally, open] = await Promise.all([
        parts.lanes.byRun(mallId, runId),
        parts.tallies.byRun(mallId, runId),
        parts.batches.openByState(mallId, runId),
      ])
      return lane && tally ? { lane, tally, open } : null
    },
    async pendingSends(mallId, campaignId) {
      const lanes = await parts.lanes.unfinishedOf(mallId, campaignId)
      const tallies = await parts.tallies.byRuns(
        mallId,
        lanes.filter(({ test }) => !test).map(({ id }) => id),
      )
      const sum = (of: (tally: Tally) => number) => tallies.reduce((total, tally) => total + of(tally), 0)
      return {
        waiting: sum(({ waiting }) => waiting),
        left: sum(({ out, ended, refused }) => out + ended.delivered + ended.failed - refused),
      }
    },
    stopCampaign: (mallId, campaignId) => stop(mallId, campaignId, 'campaign-stopped'),
    stopMall: (mallId) => stop(mallId, null, 'mall-uninstalled'),
    wake: (mallId, campaignId) => parts.lanes.wakeAll(mallId, campaignId, parts.clock.now()),
  }
}
