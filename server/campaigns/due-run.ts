import { newId } from '../core/ids'
import { formatDay, type KstDay } from '../core/seoul'
import type { Campaign, Revision } from './campaign'
import type { Run } from './run'
import { latestInstant, plannedInstant } from './schedule-rules'

/** A run that should exist by now and does not. */
export interface DueRun {
  campaign: Campaign
  revision: Revision
  day: KstDay
}

/** The run of a campaign's day as it is first stored: to be planned from `now` on, or with `missed` never. */
export function newRun({ campaign, revision, day }: DueRun, now: Date, missed: string | null = null): Run {
  const never = missed !== null
  return {
    id: newId(now),
    mallId: campaign.mallId,
    campaignId: campaign.id,
    revision: revision.number,
    kind: 'scheduled',
    occurrence: day,
    day,
    state: never ? 'missed' : 'planning',
    plannedFor: never ? plannedInstant(revision.spec, day) : now,
    publishedAt: null,
    finishedAt: never ? now : null,
    latestAt: latestInstant(revision.spec, day),
    population: 0,
    decisions: {},
    batches: 0,
    priceWon: 0,
    note: missed,
  }
}

/** Why the run of `day` never starts (law 11). */
export function missedText(day: KstDay): string {
  return `${formatDay(day)} 안에 시작하지 못해 보내지 않았어요. 지난 날의 회차는 다시 보내지 않아요.`
}
