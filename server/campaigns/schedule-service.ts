import type { Clock } from '../core/clock'
import { addDays, kstDay } from '../core/seoul'
import type { Campaign, Revision } from './campaign'
import type { CampaignStore } from './campaign-store'
import { type DueRun, missedText, newRun } from './due-run'
import type { RevisionStore } from './revision-store'
import type { Run } from './run'
import type { RunStore } from './run-store'
import { byPlanOrder, isOver, missedDays, occurrenceDue } from './schedule-rules'

/** What the sweeper asks every few seconds, about the campaigns of all malls; doing it twice changes nothing. */
export function createScheduleService(parts: {
  campaigns: CampaignStore
  revisions: RevisionStore
  runs: RunStore
  clock: Clock
}) {
  return {
    /** Runs to start now, in the order in which they are planned; among equals the campaign that was started first. */
    async due(): Promise<DueRun[]> {
      const now = parts.clock.now()
      const due: DueRun[] = []
      for (const { campaign, revision } of await running(parts)) {
        const day = occurrenceDue(revision.spec, campaign, now)
        if (day === null || (await parts.runs.byOccurrence(campaign.mallId, campaign.id, day))) continue
        due.push({ campaign, revision, day })
      }
      return due.toSorted((a, b) => byPlanOrder(placeOf(a), placeOf(b)))
    },

    /** Writes down the runs that did not start on their Seoul day and never will (law 11); gives the new ones. */
    async noteMissed(): Promise<Run[]> {
      const now = parts.clock.now()
      const noted: Run[] = []
      for (const { campaign, revision } of await running(parts)) {
        const from = addDays(kstDay(now), -31)
        const handled = await parts.runs.daysWithRun(campaign.mallId, campaign.id, from)
        for (const day of missedDays(revision.spec, sinceOf(campaign, revision), handled, now)) {
          const run = newRun({ campaign, revision, day }, now, missedText(day))
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

function placeOf({ revision: { spec }, day }: DueRun) {
  return { spec, day }
}
