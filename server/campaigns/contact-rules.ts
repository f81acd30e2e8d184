import { addDays, formatDay, type KstDay } from '../core/seoul'
import type { FrequencyCap } from '../malls/frequency-cap'
import type { ShopperFacts } from '../segments/condition-kind'
import { segmentAsksLedger } from '../segments/population'
import type { Segment } from '../segments/segment'
import type { Shopper } from '../shoppers/shopper'

/** One earlier send to a phone that counts (law 1), of any campaign of the mall. */
export interface RecentSend {
  campaignId: string
  runDay: KstDay
}

/** Phone key → its sends that count, in any order; a phone without one may be left out. */
export type RecentSends = ReadonlyMap<string, readonly RecentSend[]>

/** What keeps one phone from being written to too often. */
export interface ContactRules {
  /** Seoul days in which one phone gets this campaign at most once. */
  repeatDays: number
  /** Over all campaigns of the mall; null = switched off. */
  frequency: FrequencyCap | null
  /** The mall's campaigns by id, for the sentence that says which of them took the person. */
  campaignNames: ReadonlyMap<string, string>
}

/** The first day whose sends block `day`: sent on S blocks S … S + days − 1 (law 1). */
export function windowFrom(day: KstDay, days: number): KstDay {
  return addDays(day, 1 - days)
}

// Before the first message ever sent.
const FIRST_DAY: KstDay = '2000-01-01'

/** The first day whose sends a plan of `segment` on `day` has to know. */
export function recentFrom(
  day: KstDay,
  { repeatDays, frequency }: Omit<ContactRules, 'campaignNames'>,
  segment: Segment,
): KstDay {
  if (segmentAsksLedger(segment)) return FIRST_DAY
  return windowFrom(day, Math.max(repeatDays, frequency?.days ?? 0))
}

/** What conditions read of a person: their facts, and which campaigns wrote to their phone. */
export function withReceived(shopper: Shopper, recent: RecentSends): ShopperFacts & Shopper {
  return { ...shopper, receivedCampaigns: recentOf(shopper, recent).map(({ campaignId }) => campaignId) }
}

/** The sends that count for this person's phone; without a phone there are none. */
export function recentOf(
  { phoneKey }: Pick<Shopper, 'phoneKey'>,
  recent: RecentSends,
): readonly RecentSend[] {
  return (phoneKey !== null && recent.get(phoneKey)) || []
}

/** The newest send of this campaign that blocks another one on `day`; null when none does. */
export function repeatedBy(
  recent: readonly RecentSend[],
  { day, campaignId }: { day: KstDay; campaignId: string },
  { repeatDays }: Pick<ContactRules, 'repeatDays'>,
): RecentSend | null {
  const from = windowFrom(day, repeatDays)
  return newestFirst(recent).find((send) => send.campaignId === campaignId && send.runDay >= from) ?? null
}

/** The sends, newest first, that fill the frequency cap on `day`; empty while one more fits. */
export function filledBy(
  recent: readonly RecentSend[],
  day: KstDay,
  frequency: FrequencyCap | null,
): readonly RecentSend[] {
  if (frequency === null) return []
  const from = windowFrom(day, frequency.days)
  const counted = newestFirst(recent).filter((send) => send.runDay >= from)
  return counted.length >= frequency.messages ? counted : []
}

// More names than this tell nobody anything.
const NAMED = 3

/** Which campaigns took the person, and when: "11월 23일(월) ‘주말 할인’ 캠페인에서 보냄". */
export function takersText(
  takers: readonly RecentSend[],
  campaignId: string,
  names: ContactRules['campaignNames'],
): string {
  const nameOf = (id: string) => {
    const name = names.get(id)
    if (id === campaignId) return '이 캠페인'
    return name === undefined ? '다른 캠페인' : `‘${name}’ 캠페인`
  }
  const named = takers.slice(0, NAMED).map((send) => `${formatDay(send.runDay)} ${nameOf(send.campaignId)}`)
  const more = takers.length > NAMED ? ` 외 ${takers.length - NAMED}건` : ''
  return `${named.join(', ')}${more}에서 보냄`
}

function newestFirst(recent: readonly RecentSend[]): RecentSend[] {
  return recent.toSorted((a, b) => (a.runDay < b.runDay ? 1 : a.runDay > b.runDay ? -1 : 0))
}
