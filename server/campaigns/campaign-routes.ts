import { Router } from 'express'
import { z } from 'zod'
import { seeOther } from '../http/notice'
import { page } from '../http/page'
import { parseForm } from '../http/parse-form'
import { currentMall, currentUser } from '../http/session-user'
import { editorRoutes } from './editor-routes'
import { campaignListView } from './list-view'
import { type CampaignPageParts, onlyManagers } from './page-parts'
import { peopleRoutes } from './people-routes'
import { RECIPES } from './recipes'
import { stateRoutes } from './state-routes'
import { testSendRoutes } from './test-send-routes'

const NewCampaign = z.object({ recipe: z.string().max(40) })

/** The pages of campaigns, under /campaigns. */
export function campaignRoutes(parts: CampaignPageParts): Router {
  const router = Router()
  router.get('/', async (req, res) => {
    const mallId = currentMall(req)
    const all = await parts.campaigns.list(mallId)
    const ids = all.map(({ campaign }) => campaign.id)
    const last = ids.length === 0 ? new Map() : await parts.lastRunFigures(mallId, ids)
    const view = campaignListView(all, last, parts.clock.now())
    page(res, 'campaigns/list', { title: '캠페인', nav: 'campaigns', view })
  })
  router.get('/new', (_req, res) => {
    page(res, 'campaigns/new', { title: '캠페인 만들기', nav: 'campaigns', recipes: RECIPES })
  })
  router.post('/', onlyManagers, async (req, res) => {
    const read = parseForm(req, NewCampaign)
    const recipe = read.ok ? read.value.recipe : ''
    const campaign = await parts.campaigns.create(currentMall(req), recipe, currentUser(req).userId)
    seeOther(req, res, `/campaigns/${campaign.id}`)
  })
  router.use(stateRoutes(parts), testSendRoutes(parts), peopleRoutes(parts), editorRoutes(parts))
  return router
}
