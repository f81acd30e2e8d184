import { kstDay } from '../core/seoul'
import type { CampaignSpec } from './campaign'
import { type CampaignParts, type CurrentCampaign, conflict, type SaveResult } from './campaign-parts'
import { specProblems } from './spec-rules'

/** Numbers that a crash between the two writes left without a campaign are leapt over. */
const TRIES = 20

/** Stores `spec` as the next revision, unless it is refused or says what the current one says. */
export async function saveRevision(
  parts: Pick<CampaignParts, 'campaigns' | 'revisions' | 'clock'>,
  { campaign, revision }: CurrentCampaign,
  spec: CampaignSpec,
  by: string,
): Promise<SaveResult> {
  if (campaign.state === 'ended') throw conflict('끝난 캠페인은 고칠 수 없어요. 새 캠페인을 만들어 주세요.')
  const now = parts.clock.now()
  const runningFrom = campaign.state === 'draft' ? null : revision.spec.schedule.fromDay
  const problems = specProblems(spec, kstDay(now), runningFrom)
  if (problems.length > 0) return { state: 'refused', problems }
  if (sameSpec(spec, revision.spec)) return { state: 'unchanged' }
  const { id: campaignId, mallId } = campaign
  for (let number = revision.number + 1; number <= revision.number + TRIES; number += 1) {
    const next = { campaignId, mallId, number, spec, createdAt: now, createdBy: by }
    if (!(await parts.revisions.insert(next))) continue
    const taken = { from: revision.number, to: number, name: spec.name }
    if (await parts.campaigns.revise(mallId, campaignId, taken)) return { state: 'saved' }
    break
  }
  throw conflict('그사이 다른 사람이 저장했어요. 새로 고친 뒤 다시 시도해 주세요.')
}

/** True when both say the same, whatever the order of their keys. */
export function sameSpec(a: CampaignSpec, b: CampaignSpec): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
}

/** The database may give keys in another order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  )
}
