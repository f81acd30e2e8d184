import type { Clock } from '../core/clock'
import { UserError } from '../core/errors'
import type { MallId } from '../malls/mall'
import type { Campaign, Revision } from './campaign'
import type { CampaignStore } from './campaign-store'
import type { RevisionStore } from './revision-store'
import type { Run } from './run'
import type { RunStore } from './run-store'
import type { SpecProblem } from './spec-rules'

/** Whether the mall can send at all; when not, what is missing and where to mend it. */
export type Readiness = { ready: true } | { ready: false; text: string; href: string }

/** What of a campaign has not left yet, and what has and cannot be called back. */
export interface PendingSends {
  waiting: number
  left: number
}

/** What campaigns are built from. */
export interface CampaignParts {
  campaigns: CampaignStore
  revisions: RevisionStore
  runs: RunStore
  clock: Clock
  readiness(mallId: MallId): Promise<Readiness>
  pendingSends(mallId: MallId, campaignId: string): Promise<PendingSends>
  /** Calls off what has not left, after a stop; without it the last look does so at each send's turn. */
  cancelPending?(mallId: MallId, campaignId: string): Promise<unknown>
  /** Lets what a pause held go on at once; without it workers look again within seconds. */
  wakePending?(mallId: MallId, campaignId: string): Promise<unknown>
}

/** A campaign with the revision that its next run takes. */
export interface CurrentCampaign {
  campaign: Campaign
  revision: Revision
  /** The instant of the next plan; null when none is left or nothing runs. In the past when today's is due. */
  nextAt: Date | null
  /** Today's run, when there is one. */
  todaysRun: Run | null
}

/** What saving came to. */
export type SaveResult = { state: 'saved' | 'unchanged' } | { state: 'refused'; problems: SpecProblem[] }

/** What starting or resuming came to; `refused` and `not-ready` name what must be mended first. */
export type StartResult =
  | { state: 'done' }
  | { state: 'refused'; problems: SpecProblem[] }
  | { state: 'not-ready'; text: string; href: string }

/** Which day's run is the first after a start. */
export type FirstDay = 'today' | 'tomorrow'

/** UserError 409 with what to do. */
export function conflict(korean: string): UserError {
  return new UserError(409, 'campaign-conflict', korean)
}
