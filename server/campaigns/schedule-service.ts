import type { Clock } from '../core/clock'
import { newId } from '../core/ids'
import { addDays, formatDay, type KstDay, kstDay } from '../core/seoul'
import type { Campaign, Revision } from './campaign'
import type { CampaignStore } from './campaign-store'
import type { RevisionStore } from './revision-store'
import type { Run } from './run'
import type { RunStore } from './run-store'
import { isOver, latestInstant, missedDays, occurrenceDue, plannedInstant } from './schedule-rules'

/** A run that should exist by now and does not. */
export interface DueRun {
  campaign: Campaign
  revision: Revision
  day: KstDay
}

/** What the sweeper asks every few seconds, about the campaigns of all malls; doing it twice changes nothing. */
export function createScheduleService(parts: {
  campaigns: CampaignStore
  revisions: RevisionStore
  runs: RunStore
  clock: Clock
}) {
  return {
    /** Runs to start now, the campaign that was started first before the others. */
    async due(): Promise<DueRun[]> {
      const now = parts.clock.now()
      const due: DueRun[] = []
      for (const { campaign, revision } of await running(parts)) {
        const day = occurrenceDue(revision.spec, campaign, now)
        if (day === null || (await parts.runs.byOccurrence(campaign.mallId, campaign.id, day))) continue
        due.push({ campaign, revision, day })
      }
      return due
    },

    /** Writes down the runs that did not start on their Seoul day and never will (law 11); gives the new ones. */
    async noteMissed(): Promise<Run[]> {
      const now = parts.clock.now()
      const noted: Run[] = []
      for (const { campaign, revision } of await running(parts)) {
        const from = addDays(kstDay(now), -31)
        const handled = await parts.runs.daysWithRun(campaign.mallId, campaign.id, from)
        for (const day of missedDays(revision.spec, sinceOf(campaign, revision), handled, now)) {
          const run = missedRun({ campaign, revision, day }, now)
          if (await parts.runs.insert(run)) noted.push(run)
        }
      }
      return noted
    },

    /** Ends campaigns whose last day is over; gives how many. */
    async endOver(): Promise<number> {
      const now = parts.clock.now()
      let ended = 0
      for (const { campaign, revision } of await running(parts)) {
        if (!isOver(revision.spec, now)) continue
        const set = { state: 'ended' as const, endedAt: now }
        if (await parts.campaigns.move(campaign.mallId, campaign.id, ['running'], set)) ended += 1
      }
      return ended
    },
  }
}

async function running(parts: {
  campaigns: CampaignStore
  revisions: RevisionStore
}): Promise<{ campaign: Campaign; revision: Revision }[]> {
  const campaigns = await parts.campaigns.running()
  const found = await Promise.all(
    campaigns
      .toSorted((a, b) => Number(a.startedAt) - Number(b.startedAt))
      .map(async (campaign) => ({
        campaign,
        revision: await parts.revisions.find(campaign.mallId, campaign.id, campaign.revision),
      })),
  )
  return found.flatMap(({ campaign, revision }) => (revision ? [{ campaign, revision }] : []))
}

/** Days before an edit had another schedule; nobody can say of them that this one was missed. */
function sinceOf(campaign: Campaign, revision: Revision): Date {
  const began = campaign.runningSince ?? campaign.startedAt ?? revision.createdAt
  return new Date(Math.max(began.getTime(), revision.createdAt.getTime()))
}

function missedRun({ campaign, revision, day }: DueRun, now: Date): Run {
  return {
    id: newId(now),
    mallId: campaign.mallId,
    campaignId: campaign.id,
    revision: revision.number,
    kind: 'scheduled',
    occurrence: day,
    day,
    state: 'missed',
    plannedFor: plannedInstant(revision.spec, day),
    publishedAt: null,
    finishedAt: now,
    latestAt: latestInstant(revision.spec, day),
    population: 0,
    decisions: {},
    batches: 0,
    priceWon: 0,
    note: `${formatDay(day)} 안에 시작하지 못해 보내지 않았어요. 지난 날의 회차는 다시 보내지 않아요.`,
  }
}
