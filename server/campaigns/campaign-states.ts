import { addDays, kstDay } from '../core/seoul'
import type { Campaign, CampaignSpec, CampaignState } from './campaign'
import {
  type CampaignParts,
  type CurrentCampaign,
  conflict,
  type FirstDay,
  type StartResult,
} from './campaign-parts'
import { saveRevision } from './save-revision'
import { specProblems } from './spec-rules'

/** Lets a draft or a paused campaign run from `first` on; the schedule is judged once more, and the mall must be able to send. */
export async function startCampaign(
  parts: CampaignParts,
  current: CurrentCampaign,
  { from, first, by }: { from: 'draft' | 'paused'; first: FirstDay; by: string },
): Promise<StartResult> {
  const { campaign, revision } = current
  if (campaign.state !== from) throw stateConflict(campaign)
  const readiness = await parts.readiness(campaign.mallId)
  if (!readiness.ready) return { state: 'not-ready', text: readiness.text, href: readiness.href }
  const now = parts.clock.now()
  const spec = beginning(revision.spec, first, kstDay(now))
  const problems = specProblems(spec, kstDay(now), spec.schedule.fromDay)
  if (problems.length > 0) return { state: 'refused', problems }
  if (spec !== revision.spec) await saveRevision(parts, current, spec, by)
  const set = { state: 'running' as const, startedAt: campaign.startedAt ?? now, runningSince: now }
  await move(parts, campaign, [from], set)
  if (from === 'paused') await parts.wakePending?.(campaign.mallId, campaign.id)
  return { state: 'done' }
}

/** Holds a running campaign: no new run is planned, and what waits does not leave. */
export async function pauseCampaign(parts: CampaignParts, { campaign }: CurrentCampaign): Promise<void> {
  await move(parts, campaign, ['running'], { state: 'paused' })
}

/** Ends a campaign for good; what has not left is called off. */
export async function stopCampaign(parts: CampaignParts, { campaign }: CurrentCampaign): Promise<void> {
  const set = { state: 'ended' as const, endedAt: parts.clock.now() }
  await move(parts, campaign, ['draft', 'running', 'paused'], set)
  await parts.cancelPending?.(campaign.mallId, campaign.id)
}

/** Only a later first day makes a new revision: a start today changes nothing of what was previewed. */
function beginning(spec: CampaignSpec, first: FirstDay, today: string): CampaignSpec {
  const day = first === 'today' ? today : addDays(today, 1)
  if (first === 'today' || spec.schedule.fromDay >= day) return spec
  return { ...spec, schedule: { ...spec.schedule, fromDay: day } }
}

async function move(
  parts: Pick<CampaignParts, 'campaigns'>,
  campaign: Campaign,
  from: readonly CampaignState[],
  set: Partial<Campaign>,
): Promise<void> {
  if (!(await parts.campaigns.move(campaign.mallId, campaign.id, from, set))) throw stateConflict(campaign)
}

function stateConflict(campaign: Campaign) {
  return conflict(
    campaign.state === 'ended'
      ? '이미 끝난 캠페인이에요. 새 캠페인을 만들어 주세요.'
      : '그사이 캠페인 상태가 바뀌었어요. 새로 고친 뒤 다시 시도해 주세요.',
  )
}
