import type { Run } from '../../server/campaigns/run'

/** An instant of 22 November 2026, Seoul time: "10:00:07" or "10:00:07.500". */
export const at = (time: string) => new Date(`2026-11-22T${time}+09:00`)

/** A published run of that day. */
export function runOf(change: Partial<Run> = {}): Run {
  return {
    id: '0199aa00bb11cc22dd33ee44',
    mallId: 'm1',
    campaignId: 'c000000000000000000000d7',
    revision: 1,
    kind: 'scheduled',
    occurrence: '2026-11-22',
    day: '2026-11-22',
    state: 'published',
    plannedFor: at('10:00:00'),
    publishedAt: at('10:00:01'),
    finishedAt: null,
    latestAt: at('12:00:00'),
    population: 0,
    decisions: {},
    batches: 1,
    priceWon: 25,
    note: null,
    ...change,
  }
}
