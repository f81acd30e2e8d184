import { UserError } from '../core/errors'
import { newId } from '../core/ids'
import { kstDay } from '../core/seoul'
import type { MallId } from '../malls/mall'
import type { Campaign, CampaignSpec } from './campaign'
import type { CampaignParts, CurrentCampaign, FirstDay } from './campaign-parts'
import { pauseCampaign, startCampaign, stopCampaign } from './campaign-states'
import { findRecipe } from './recipes'
import { saveRevision } from './save-revision'
import { isOver, nextOccurrence } from './schedule-rules'

export type CampaignService = ReturnType<typeof createCampaignService>

/** Campaigns of a mall: make, edit, start, pause, resume, stop. Another mall's ids throw UserError 404. */
export function createCampaignService(parts: CampaignParts) {
  const find = (mallId: MallId, id: string) => findCurrent(parts, mallId, id)
  const begin =
    (from: 'draft' | 'paused') => async (mallId: MallId, id: string, first: FirstDay, by: string) =>
      startCampaign(parts, await find(mallId, id), { from, first, by })
  return {
    find,
    create: (mallId: MallId, recipeKey: string, by: string) => createFrom(parts, mallId, recipeKey, by),
    async list(mallId: MallId): Promise<CurrentCampaign[]> {
      const campaigns = await parts.campaigns.list(mallId)
      return Promise.all(campaigns.map((campaign) => withRevision(parts, campaign)))
    },
    /** Stores an edit as a new revision; the next run takes it, what is planned keeps its own (law 12). */
    save: async (mallId: MallId, id: string, spec: CampaignSpec, by: string) =>
      saveRevision(parts, await find(mallId, id), spec, by),
    readiness: parts.readiness,
    pending: parts.pendingSends,
    /** Starts a draft; `tomorrow` leaves today's run out. */
    start: begin('draft'),
    resume: begin('paused'),
    pause: async (mallId: MallId, id: string) => pauseCampaign(parts, await find(mallId, id)),
    stop: async (mallId: MallId, id: string) => stopCampaign(parts, await find(mallId, id)),
  }
}

async function createFrom(
  parts: CampaignParts,
  mallId: MallId,
  recipeKey: string,
  by: string,
): Promise<Campaign> {
  const recipe = findRecipe(recipeKey)
  if (!recipe) throw new UserError(404, 'no-recipe', '없는 레시피예요. 캠페인 목록에서 다시 골라 주세요.')
  const now = parts.clock.now()
  const spec = recipe.specFrom(kstDay(now))
  const campaign: Campaign = {
    id: newId(now),
    mallId,
    name: spec.name,
    state: 'draft',
    revision: 1,
    createdAt: now,
    startedAt: null,
    runningSince: null,
    endedAt: null,
  }
  await parts.revisions.insert({
    campaignId: campaign.id,
    mallId,
    number: 1,
    spec,
    createdAt: now,
    createdBy: by,
  })
  await parts.campaigns.insert(campaign)
  return campaign
}

async function findCurrent(parts: CampaignParts, mallId: MallId, id: string): Promise<CurrentCampaign> {
  const campaign = await parts.campaigns.find(mallId, id)
  if (!campaign)
    throw new UserError(404, 'no-campaign', '없는 캠페인이에요. 캠페인 목록에서 다시 골라 주세요.')
  return withRevision(parts, campaign)
}

async function withRevision(parts: CampaignParts, campaign: Campaign): Promise<CurrentCampaign> {
  const { id, mallId } = campaign
  const now = parts.clock.now()
  const [revision, todaysRun] = await Promise.all([
    parts.revisions.find(mallId, id, campaign.revision),
    parts.runs.byOccurrence(mallId, id, kstDay(now)),
  ])
  if (!revision)
    throw new UserError(404, 'no-revision', '캠페인 내용을 찾지 못했어요. 새 캠페인을 만들어 주세요.')
  const runs = campaign.state === 'running' && !isOver(revision.spec, now)
  const nextAt = runs ? nextOccurrence(revision.spec, now, todaysRun !== null) : null
  return { campaign, revision, nextAt, todaysRun }
}
