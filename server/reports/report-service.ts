import type { Campaign, CampaignSpec } from '../campaigns/campaign'
import type { CampaignStore } from '../campaigns/campaign-store'
import type { RevisionStore } from '../campaigns/revision-store'
import type { Run } from '../campaigns/run'
import type { RunStore } from '../campaigns/run-store'
import type { KstDay } from '../core/seoul'
import type { Won } from '../core/won'
import type { MallId } from '../malls/mall'
import type { BatchStore } from '../sends/batch-store'
import type { Lane } from '../sends/lane'
import type { LaneStore } from '../sends/lane-store'
import type { Progress } from '../sends/progress-service'
import type { TallyStore } from '../sends/tally-store'
import { dayBudgetId, runBudgetId } from '../spend/spend-rules'
import type { SpendStore } from '../spend/spend-store'
import type { Figures, ReportRow, RunTrail } from './report'
import { campaignReport } from './report-rules'
import type { SpendCurve } from './spend-curve'
import type { SpendCurveService } from './spend-curve-service'
import type { TrailService } from './trail-service'

/** What reports are read from. */
export interface ReportServiceParts {
  runs: Pick<RunStore, 'find' | 'list'>
  campaigns: Pick<CampaignStore, 'find' | 'list'>
  revisions: Pick<RevisionStore, 'find'>
  tallies: Pick<TallyStore, 'byRuns'>
  batches: Pick<BatchStore, 'openIn'>
  lanes: Pick<LaneStore, 'byRun'>
  trails: Pick<TrailService, 'trailsOf'>
  curves: Pick<SpendCurveService, 'curveOf'>
  spend: Pick<SpendStore, 'budget'>
  progressOf(mallId: MallId, runId: string): Promise<Progress | null>
}

/** One run with its figures. */
export interface RunLine {
  run: Run
  figures: Figures
  /** When clicks, orders and won were counted. */
  countedAt: Date
}

/** The report of one run. */
export interface RunReport extends RunLine {
  campaign: Campaign
  /** The revision that the run took. */
  spec: CampaignSpec
  /** Why nothing leaves for now; null when nothing holds it. */
  hold: Lane['hold']
}

/** How one run goes, and its money over time. */
export interface RunWay {
  /** Null before it is published. */
  progress: Progress | null
  /** Null when it was not counted yet. */
  curve: SpendCurve | null
  /** The highest reserved + charged that the ledger ever had for this run. */
  peakWon: Won
  /** Of the campaign's day; null = none. */
  capWon: Won | null
}

/** The report of one campaign: its figures over all runs, and a page of runs. */
export interface CampaignReport {
  campaign: Campaign
  spec: CampaignSpec
  figures: Figures
  lines: RunLine[]
}

/** A place in a list of runs. */
export interface RunPlace {
  day: KstDay
  id: string
}

/** The read models of reports; null where the mall has no such run or campaign. */
export interface ReportService {
  ofRun(mallId: MallId, runId: string, now: Date): Promise<RunReport | null>
  wayOf(run: Run, now: Date): Promise<RunWay>
  ofCampaign(mallId: MallId, campaignId: string, now: Date): Promise<CampaignReport | null>
  /** Scheduled runs of the mall, newest first, at most `limit`, with the names of their campaigns. */
  recent(
    mallId: MallId,
    options: { before?: RunPlace; limit: number; now: Date },
  ): Promise<(RunLine & { campaignName: string })[]>
}

// A batch between its intent and the relay's answer may have left: unknown until it is answered.
const UNSURE = ['handed-over', 'unknown'] as const
// A campaign that runs daily for three years.
const MOST_RUNS = 1_100

/** Builds the report service. */
export function createReportService(parts: ReportServiceParts): ReportService {
  const { runs, campaigns, revisions } = parts

  async function rowsOf(mallId: MallId, found: readonly Run[], now: Date): Promise<ReportRow[]> {
    const ids = found.map(({ id }) => id)
    const [tallies, trails] = await Promise.all([
      parts.tallies.byRuns(mallId, ids),
      parts.trails.trailsOf(mallId, found, now),
    ])
    const tallyOf = new Map(tallies.map((tally) => [tally.id, tally]))
    return Promise.all(
      found.map(async (run) => {
        const tally = tallyOf.get(run.id) ?? null
        const unknown = tally && tally.out > 0 ? await parts.batches.openIn(mallId, run.id, UNSURE) : 0
        return { run, tally, unknown, trail: trails.get(run.id) ?? noTrail(now) }
      }),
    )
  }

  async function linesOf(mallId: MallId, found: readonly Run[], now: Date): Promise<RunLine[]> {
    const rows = await rowsOf(mallId, found, now)
    return found.flatMap((run, i) => {
      const row = rows[i]
      return row ? [{ run, figures: campaignReport([row]), countedAt: row.trail.at }] : []
    })
  }

  return {
    async ofRun(mallId, runId, now) {
      const run = await runs.find(mallId, runId)
      if (!run) return null
      const [[line], campaign, revision, lane] = await Promise.all([
        linesOf(mallId, [run], now),
        campaigns.find(mallId, run.campaignId),
        revisions.find(mallId, run.campaignId, run.revision),
        parts.lanes.byRun(mallId, runId),
      ])
      if (!line || !campaign || !revision) return null
      return { ...line, campaign, spec: revision.spec, hold: lane?.finished ? null : (lane?.hold ?? null) }
    },
    async wayOf(run, now) {
      const { id, mallId, campaignId, day } = run
      const [progress, [tally], own, ofDay] = await Promise.all([
        parts.progressOf(mallId, id),
        parts.tallies.byRuns(mallId, [id]),
        parts.spend.budget(mallId, runBudgetId(mallId, id)),
        parts.spend.budget(mallId, dayBudgetId(mallId, campaignId, day)),
      ])
      const curve = await parts.curves.curveOf(run, tally ?? null, now)
      const capWon = run.kind === 'test' ? null : (ofDay?.capWon ?? null)
      return { progress, curve, peakWon: own?.peakWon ?? 0, capWon }
    },
    async ofCampaign(mallId, campaignId, now) {
      const campaign = await campaigns.find(mallId, campaignId)
      if (!campaign) return null
      const [revision, found] = await Promise.all([
        revisions.find(mallId, campaignId, campaign.revision),
        runs.list(mallId, { campaignId, limit: MOST_RUNS }),
      ])
      if (!revision) return null
      const scheduled = found.filter(({ kind }) => kind === 'scheduled')
      const rows = await rowsOf(mallId, scheduled, now)
      const lines = scheduled.flatMap((run, i) => {
        const row = rows[i]
        return row ? [{ run, figures: campaignReport([row]), countedAt: row.trail.at }] : []
      })
      return { campaign, spec: revision.spec, figures: campaignReport(rows), lines }
    },
    async recent(mallId, { before, limit, now }) {
      const found: Run[] = []
      let place = before
      // Test sends are runs too, and have no place in the list.
      for (let more = true; more && found.length < limit; ) {
        const some = await runs.list(mallId, { limit, ...(place ? { before: place } : {}) })
        found.push(...some.filter(({ kind }) => kind === 'scheduled'))
        const last = some.at(-1)
        more = some.length === limit
        if (last) place = { day: last.day, id: last.id }
      }
      const [lines, all] = await Promise.all([
        linesOf(mallId, found.slice(0, limit), now),
        campaigns.list(mallId),
      ])
      const names = new Map(all.map(({ id, name }) => [id, name]))
      return lines.map((line) => ({ ...line, campaignName: names.get(line.run.campaignId) ?? '캠페인' }))
    },
  }
}

function noTrail(now: Date): RunTrail {
  return {
    clicks: { clicks: 0, people: 0, byHour: {} },
    orders: { orders: 0, netWon: 0, cancelled: 0, unpaid: 0, byHour: {} },
    reservedWon: 0,
    chargedWon: 0,
    at: now,
  }
}
