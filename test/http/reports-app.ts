import type { Connection } from 'mongoose'
import { campaignStore } from '../../server/campaigns/campaign-store'
import { decisionStore } from '../../server/campaigns/decision-store'
import { revisionStore } from '../../server/campaigns/revision-store'
import { runStore } from '../../server/campaigns/run-store'
import { createPeopleService } from '../../server/reports/people-service'
import { type ReportRoutesParts, reportRoutes } from '../../server/reports/report-routes'
import { createReportService } from '../../server/reports/report-service'
import { createSpendCurveService } from '../../server/reports/spend-curve-service'
import { spendCurveStore } from '../../server/reports/spend-curve-store'
import { summaryStore } from '../../server/reports/summary-store'
import { createTrailService } from '../../server/reports/trail-service'
import { batchStore } from '../../server/sends/batch-store'
import { laneStore } from '../../server/sends/lane-store'
import type { ProgressService } from '../../server/sends/progress-service'
import { sendStore } from '../../server/sends/send-store'
import { tallyStore } from '../../server/sends/tally-store'
import { shopperStore } from '../../server/shoppers/shopper-store'
import { spendStore } from '../../server/spend/spend-store'
import { clickStore } from '../../server/tracking/click-store'
import { orderStore } from '../../server/tracking/order-store'
import { keyring } from './reports-shop'

/** The report services over the real stores of `connection`. */
export function reportParts(
  connection: Connection,
  progressOf: ProgressService['progressOf'] = async () => null,
) {
  const runs = runStore(connection)
  const sends = sendStore(connection)
  const batches = batchStore(connection)
  const clicks = clickStore(connection)
  const orders = orderStore(connection)
  const trails = createTrailService({
    clicks,
    orders,
    spend: spendStore(connection),
    summaries: summaryStore(connection),
    runs,
  })
  const curves = createSpendCurveService({
    runs,
    lanes: laneStore(connection),
    batches,
    sends,
    tallies: tallyStore(connection),
    spend: spendStore(connection),
    spendCurves: spendCurveStore(connection),
  })
  const reports = createReportService({
    runs,
    campaigns: campaignStore(connection),
    revisions: revisionStore(connection),
    tallies: tallyStore(connection),
    batches,
    lanes: laneStore(connection),
    trails,
    curves,
    spend: spendStore(connection),
    progressOf,
  })
  const people = createPeopleService({
    decisions: decisionStore(connection),
    sends,
    batches,
    clicks,
    orders,
    shoppers: shopperStore(connection),
    keyring,
  })
  return { trails, reports, people }
}

/** Their mount, at the instant `now`, or by the clock of `over`. */
export function reportMount(
  connection: Connection,
  now: Date,
  over: Partial<Pick<ReportRoutesParts, 'sending' | 'campaigns' | 'clock'>> &
    Partial<Pick<ProgressService, 'progressOf'>> = {},
) {
  const { progressOf, ...rest } = over
  const parts = reportParts(connection, progressOf)
  return {
    path: '/reports',
    router: reportRoutes({
      ...parts,
      sending: { pendingSends: async () => ({ waiting: 0, left: 0 }), goOn: async () => false },
      campaigns: { pause: async () => {}, stop: async () => {} },
      clock: { now: () => now },
      ...rest,
    }),
    kind: 'admin' as const,
  }
}
