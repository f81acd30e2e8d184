import type { Campaign, CampaignSpec } from '../../server/campaigns/campaign'
import { type SendsKit, seoul } from '../jobs/sends-kit'
import type { Rolls } from './rolls'

/** A campaign as the suite chose it, with everything that judging it needs. */
export interface HoursCampaign {
  campaign: Campaign
  /** Stands in each of its texts, so that the journal alone names it. */
  mark: string
  atMinute: number
  fromMinute: number
  toMinute: number
  latestMinute: number
  /** People whose newest add was this many days before the run's day. */
  daysBefore: number
  dailyCapWon: number
}

const HOUR = 60
const DAY_MS = 86_400_000

/** Campaigns with hours of their own: quiet hours as wide as chance makes them, planned at any minute, often in the evening. */
export async function plantHoursCampaigns(
  kit: SendsKit,
  firstDay: string,
  rolls: Rolls,
): Promise<HoursCampaign[]> {
  const planted: HoursCampaign[] = []
  for (const [place, daysBefore] of [7, 5, 3].entries()) {
    const fromMinute = 20 * HOUR - (rolls.chance(0.5) ? 0 : rolls.between(0, 3 * HOUR))
    const toMinute = 8 * HOUR + (rolls.chance(0.5) ? 0 : rolls.between(0, 2 * HOUR))
    const latestMinute = Math.min(toMinute + rolls.between(1, 5 * HOUR), fromMinute)
    const atMinute = minuteFrom(rolls)
    const mark = `알림 ${place + 1}호`
    const dailyCapWon = 25 * rolls.between(2, 20)
    const campaign = await kit.campaign(
      {
        ...specOf({ daysBefore, mark, dailyCapWon, latestMinute }),
        quietHours: { fromMinute, toMinute },
        schedule: { atMinute, weekdays: [1, 2, 3, 4, 5, 6, 7], fromDay: firstDay, untilDay: null },
      },
      { id: `c0000000000000000000000${place + 1}` },
    )
    const hours = { atMinute, fromMinute, toMinute, latestMinute }
    planted.push({ campaign, mark, ...hours, daysBefore, dailyCapWon })
  }
  return planted
}

function specOf({
  daysBefore,
  mark,
  dailyCapWon,
  latestMinute,
}: Pick<HoursCampaign, 'daysBefore' | 'mark' | 'dailyCapWon' | 'latestMinute'>): Partial<CampaignSpec> {
  return {
    segment: {
      scope: 'all-members',
      include: { all: [{ kind: 'latest-add', mode: 'exactly', days: daysBefore }] },
      exclude: null,
      purchases: 'exclude',
    },
    message: {
      channel: 'brand-text',
      targeting: 'I',
      text: `${mark} {상품명:이/가} 기다려요.`,
      buttonName: '장바구니 보기',
      fallbacks: { name: '고객', product: '상품' },
    },
    dailyCapWon,
    latestMinute,
  }
}

function minuteFrom(rolls: Rolls): number {
  const kind = rolls.share()
  if (kind < 0.45) return rolls.between(17 * HOUR, 21 * HOUR)
  if (kind < 0.7) return rolls.between(0, 10 * HOUR)
  return rolls.between(0, 24 * HOUR - 1)
}

/** Minutes since Seoul midnight of an instant; Seoul is nine hours ahead all year. */
export function minuteOf(at: Date): number {
  return Math.floor((at.getTime() / 60_000 + 9 * HOUR) % (24 * HOUR))
}

/** `day` moved by whole days. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
}

/** The last instant at which the run of `day` may leave, reckoned apart from the product. */
export function latestOf({ atMinute, toMinute, latestMinute }: HoursCampaign, day: string): Date {
  return seoul(dayAfter(day, atMinute < toMinute ? 0 : 1), 0, latestMinute)
}
