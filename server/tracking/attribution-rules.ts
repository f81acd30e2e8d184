import { daysBetween, kstDay } from '../core/seoul'
import type { Attribution, Order } from './tracking'

/** A click with what is known of its send. */
export interface SentClick {
  sendId: string
  runId: string
  campaignId: string
  memberId: string
  at: Date
}

/** How an order finds its click. `token` is the send whose link the order itself carried, null when it carried none. */
export interface AttributionRules {
  token: string | null
  /** Days after a click's Seoul day through which an order counts for it (전환 인정 기간), by campaign. */
  windowDays: Readonly<Record<string, number>>
}

/** The window of a campaign that names none. */
export const ATTRIBUTION_DAYS = 7

// The order itself proves that its token's click came first; only the clocks of mall and Baguni may disagree.
const CLOCK_SKEW_MS = 5 * 60_000

/**
 * The click that an order counts for, one at most: the last click of the send whose token the order carried, else the
 * last click of the member's own sends; before the order and within the window. Null when there is none.
 */
export function attributeOrder(
  order: Pick<Order, 'memberId' | 'orderedAt'>,
  clicks: readonly SentClick[],
  rules: AttributionRules,
): Attribution | null {
  const { token } = rules
  const counted = (click: SentClick, skewMs: number) => isWithin(click, order.orderedAt, skewMs, rules)
  const byToken = clicks.filter((click) => click.sendId === token && counted(click, CLOCK_SKEW_MS))
  if (byToken.length > 0) return attributionTo(lastOf(byToken), 'token')
  const byMember = clicks.filter((click) => click.memberId === order.memberId && counted(click, 0))
  return byMember.length > 0 ? attributionTo(lastOf(byMember), 'member') : null
}

function isWithin(click: SentClick, orderedAt: Date, skewMs: number, rules: AttributionRules): boolean {
  // Malls stamp orders in whole seconds.
  const clickedAtMs = Math.floor(click.at.getTime() / 1_000) * 1_000
  if (clickedAtMs > orderedAt.getTime() + skewMs) return false
  const days = rules.windowDays[click.campaignId] ?? ATTRIBUTION_DAYS
  return daysBetween(kstDay(click.at), kstDay(orderedAt)) <= days
}

function lastOf(clicks: readonly SentClick[]): SentClick | undefined {
  return clicks.reduce<SentClick | undefined>((last, click) => {
    if (!last || click.at > last.at) return click
    return click.at.getTime() === last.at.getTime() && click.sendId > last.sendId ? click : last
  }, undefined)
}

function attributionTo(click: SentClick | undefined, by: Attribution['by']): Attribution | null {
  if (!click) return null
  const { sendId, runId, campaignId, at } = click
  return { sendId, runId, campaignId, clickAt: at, by }
}

/** True when both count for the same click by the same trail. */
export function isSameAttribution(a: Attribution | null, b: Attribution | null): boolean {
  if (a === null || b === null) return a === b
  return a.sendId === b.sendId && a.by === b.by && a.clickAt.getTime() === b.clickAt.getTime()
}
