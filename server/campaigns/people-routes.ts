import { Router } from 'express'
import { z } from 'zod'
import { page } from '../http/page'
import { parseParams } from '../http/parse-form'
import { currentMall } from '../http/session-user'
import { type CampaignPageParts, CampaignPath } from './page-parts'
import { peopleView } from './preview-view'
import { DECISION_REASONS } from './run'

const PeoplePath = CampaignPath.extend({ reason: z.enum(['population', ...DECISION_REASONS]) })

/** The people behind a figure of the preview. */
export function peopleRoutes(parts: CampaignPageParts): Router {
  const router = Router()
  router.get('/:id/preview/:reason', async (req, res) => {
    const mallId = currentMall(req)
    const { id, reason } = parseParams(req, PeoplePath)
    const { campaign, revision } = await parts.campaigns.find(mallId, id)
    const found = await parts.previews.people({ mallId, campaignId: id, spec: revision.spec }, reason)
    const view = peopleView(campaign, reason, found)
    page(res, 'campaigns/people', { title: view.head.title, nav: 'campaigns', ...view })
  })
  return router
}
