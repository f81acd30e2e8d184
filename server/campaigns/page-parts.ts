import { z } from 'zod'
import type { Clock } from '../core/clock'
import { requireRole } from '../http/session-user'
import type { MallId } from '../malls/mall'
import type { CampaignService } from './campaign-service'
import type { LastRunFigures } from './list-view'
import type { ShopFace } from './phone-view'
import type { PreviewService } from './preview-service'

/** What a test send came to; `refused` says in Korean what to mend. */
export type TestSendResult = { state: 'sent' } | { state: 'refused'; text: string }

/** What the pages of campaigns ask. */
export interface CampaignPageParts {
  campaigns: CampaignService
  previews: PreviewService
  clock: Clock
  shopFace(mallId: MallId): Promise<ShopFace>
  /** A tracked link as messages carry it, for previews. */
  linkExample: string
  /** By campaign id; campaigns without a run are left out. */
  lastRunFigures(mallId: MallId, campaignIds: string[]): Promise<ReadonlyMap<string, LastRunFigures>>
  /** Sends to `phone` (E.164) what `memberId` would get; it counts nowhere. */
  sendTest(
    mallId: MallId,
    campaignId: string,
    memberId: string,
    phone: string,
    by: string,
  ): Promise<TestSendResult>
}

/** The campaign that a path names. */
export const CampaignPath = z.object({ id: z.string().regex(/^[0-9a-f]{24}$/) })

/** Only people who run campaigns may change them. */
export const onlyManagers = requireRole('owner', 'marketer')
