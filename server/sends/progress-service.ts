import type { RevisionStore } from '../campaigns/revision-store'
import type { Clock } from '../core/clock'
import { QUIET_HOURS, type QuietHours } from '../core/quiet-hours'
import type { MallId } from '../malls/mall'
import { resultsOf } from './breaker-rules'
import type { Lane, Tally } from './lane'
import type { LaneStore } from './lane-store'
import { alreadyGone, finishesAt, ratePerMinute } from './progress-rules'
import type { CancelReason } from './send'
import type { TallyStore } from './tally-store'

/** What has not left, and what has and cannot be called back. */
export interface PendingSends {
  waiting: number
  left: number
}

/** How a run goes, from its lane and tally alone. */
export interface Progress {
  /** Not handed over: what a pause holds and a stop calls off. */
  waiting: number
  /** Handed over (also those whose answer is lost), without a result. */
  out: number
  ended: Tally['ended']
  /** Out, delivered or failed on their way: nothing calls these back. */
  gone: number
  /** Messages a minute of business time over the last one to two minutes. */
  ratePerMinute: number | null
  /** When the last waiting one is expected to have left; null when nothing waits, a person has to act, or no rate is known. */
  finishesAt: Date | null
  hold: Lane['hold']
}

/** What pages ask of sends under way, and what they tell them. */
export interface ProgressService {
  /** Null for a run that was never published. */
  progressOf(mallId: MallId, runId: string): Promise<Progress | null>
  pendingSends(mallId: MallId, campaignId: string): Promise<PendingSends>
  /** Calls off what has not left: workers do it within seconds. */
  stopCampaign(mallId: MallId, campaignId: string): Promise<void>
  /** The app was removed: nothing of the mall leaves any more. */
  stopMall(mallId: MallId): Promise<void>
  /** A campaign goes on, or the account was mended: do not wait for the next look; what the breaker held goes on too. */
  wake(mallId: MallId, campaignId: string | null): Promise<void>
  /** A person lets a run go on that the breaker held; false when nothing held it. Failures before now open nothing again. */
  goOn(mallId: MallId, runId: string): Promise<boolean>
}

/** Progress and stopping of runs. */
export function createProgressService(parts: {
  lanes: LaneStore
  tallies: TallyStore
  revisions: Pick<RevisionStore, 'find'>
  clock: Clock
}): ProgressService {
  const goOn = async ({ mallId, id, hold }: Lane) => {
    const tally = hold?.reason === 'failures' ? await parts.tallies.byRun(mallId, id) : null
    if (tally) await parts.lanes.goOn(mallId, id, resultsOf(tally), parts.clock.now())
    return tally !== null
  }
  const stop = (mallId: MallId, campaignId: string | null, reason: CancelReason) =>
    parts.lanes.stop(mallId, campaignId, reason, parts.clock.now())
  return {
    async progressOf(mallId, runId) {
      const [lane, tally] = await Promise.all([
        parts.lanes.byRun(mallId, runId),
        parts.tallies.byRun(mallId, runId),
      ])
      if (!lane || !tally) return null
      const stored = await parts.revisions.find(mallId, lane.campaignId, lane.revision)
      return progress(lane, tally, stored?.spec.quietHours ?? QUIET_HOURS, parts.clock.now())
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
        left: sum(alreadyGone),
      }
    },
    stopCampaign: (mallId, campaignId) => stop(mallId, campaignId, 'campaign-stopped'),
    stopMall: (mallId) => stop(mallId, null, 'mall-uninstalled'),
    async wake(mallId, campaignId) {
      const lanes = await parts.lanes.unfinishedOf(mallId, campaignId ?? undefined)
      for (const lane of lanes) await goOn(lane)
      await parts.lanes.wakeAll(mallId, campaignId, parts.clock.now())
    },
    async goOn(mallId, runId) {
      const lane = await parts.lanes.byRun(mallId, runId)
      return lane !== null && goOn(lane)
    },
  }
}

function progress(lane: Lane, tally: Tally, quiet: QuietHours, now: Date): Progress {
  const { waiting, out, ended } = tally
  const gone = alreadyGone(tally)
  const rate = lane.finished || waiting === 0 ? null : ratePerMinute(lane.marks ?? [], gone, now)
  return {
    waiting,
    out,
    ended,
    gone,
    ratePerMinute: rate,
    finishesAt: finishesAt({ lane, waiting, rate, quiet, now }),
    hold: lane.hold,
  }
}
