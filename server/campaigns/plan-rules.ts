import { unreachable } from '../core/errors'
import { formatDay, formatInstant } from '../core/seoul'
import type { SegmentContext } from '../segments/condition-kind'
import { explain, matches } from '../segments/evaluate-segment'
import { isInPopulation, segmentAsksLedger } from '../segments/population'
import type { Segment } from '../segments/segment'
import { boughtSince } from '../segments/segment-conditions'
import type { Shopper } from '../shoppers/shopper'
import {
  type ContactRules,
  filledBy,
  type RecentSend,
  type RecentSends,
  recentOf,
  repeatedBy,
  takersText,
  withReceived,
} from './contact-rules'
import { messageFacts } from './message-facts'
import type { Decision, DecisionReason } from './run'

/** What a plan is made from. */
export interface PlanInput {
  segment: Segment
  ctx: SegmentContext
  /** The population, or a chunk of it, dearest cart first. */
  shoppers: Iterable<Shopper>
  /** Sends that count for these people's phones, of every campaign, without those of the run that is planned. */
  recent: RecentSends
  contact: ContactRules
  /** Those of these people's phones that this plan already sends to, with their member; written here for those that follow. */
  seenPhones: Map<string, string>
}

/**
 * The order in which reasons are asked; the first that holds is the decision. Who is not in the audience comes first
 * (law 6), then what is so whatever the campaign says (person, phone, refusal before consent, since a refusal beats
 * it), then what this campaign alone knows. `same-phone` comes last: it may only fall on people who would get it.
 */
export const DECISION_ORDER = [
  'excluded',
  'bought-since',
  'restricted',
  'no-phone',
  'opted-out',
  'no-consent',
  'empty-cart',
  'repeat',
  'frequency',
  'same-phone',
  'send',
] as const satisfies readonly DecisionReason[]

/** Those of a chunk that belong to the population: what a query cannot ask the ledger is looked at here. */
export function populationOf(
  segment: Segment,
  ctx: SegmentContext,
  shoppers: readonly Shopper[],
  recent: RecentSends,
): readonly Shopper[] {
  if (!segmentAsksLedger(segment)) return shoppers
  return shoppers.filter((shopper) => isInPopulation(segment, withReceived(shopper, recent), ctx))
}

/** Exactly one decision for each shopper, in their order; of people with one phone the first gets the message. */
export function* planRun(input: PlanInput): Generator<Decision> {
  for (const shopper of input.shoppers) yield decide(shopper, input)
}

/** How many people got each reason, and how many there are. */
export function planCounts(decisions: Iterable<Decision>): {
  population: number
  counts: Partial<Record<DecisionReason, number>>
} {
  const counts: Partial<Record<DecisionReason, number>> = {}
  let population = 0
  for (const { reason } of decisions) {
    counts[reason] = (counts[reason] ?? 0) + 1
    population += 1
  }
  return { population, counts }
}

function decide(shopper: Shopper, input: PlanInput): Decision {
  const reason = DECISION_ORDER.find((each) => holds(each, shopper, input)) ?? 'send'
  const { memberId, phoneKey, phoneSealed, nameSealed } = shopper
  const detail = detailOf(reason, shopper, input)
  if (reason !== 'send' || phoneKey === null || phoneSealed === null) {
    return { memberId, reason, phoneKey, detail, send: null }
  }
  input.seenPhones.set(phoneKey, memberId)
  const send = { toSealed: phoneSealed, nameSealed, facts: messageFacts(shopper) }
  return { memberId, reason, phoneKey, detail, send }
}

function holds(reason: DecisionReason, shopper: Shopper, input: PlanInput): boolean {
  const { segment, ctx } = input
  switch (reason) {
    case 'excluded':
      return segment.exclude !== null && matches(segment.exclude, withReceived(shopper, input.recent), ctx)
    case 'bought-since':
      return segment.purchases === 'exclude' && boughtSince(shopper)
    case 'restricted':
      return shopper.restricted
    case 'no-phone':
      return shopper.phoneKey === null || shopper.phoneSealed === null
    case 'opted-out':
      return shopper.optedOutAt !== null
    case 'no-consent':
      return !shopper.adConsent
    case 'empty-cart':
      return !shopper.cart.some((line) => line.sellable)
    case 'repeat':
      return repeatedBy(recentOf(shopper, input.recent), ctx, input.contact) !== null
    case 'frequency':
      return takersOf(shopper, input).length > 0
    case 'same-phone':
      return shopper.phoneKey !== null && input.seenPhones.has(shopper.phoneKey)
    case 'send':
      return true
    default:
      return unreachable(reason)
  }
}

function detailOf(reason: DecisionReason, shopper: Shopper, input: PlanInput): string | null {
  const phoneKey = shopper.phoneKey ?? ''
  switch (reason) {
    case 'excluded':
      return excludedBy(shopper, input)
    case 'bought-since':
      return shopper.latestOrderAt && `마지막 구매 ${formatInstant(shopper.latestOrderAt)}`
    case 'opted-out':
      return shopper.optedOutAt && `수신거부 ${formatInstant(shopper.optedOutAt)}`
    case 'empty-cart':
      return shopper.cart.length === 0 ? '장바구니가 비어 있음' : '담은 상품이 모두 판매 중이 아님'
    case 'repeat':
      return earlierSend(repeatedBy(recentOf(shopper, input.recent), input.ctx, input.contact))
    case 'frequency':
      return takersText(takersOf(shopper, input), input.ctx.campaignId, input.contact.campaignNames)
    case 'same-phone':
      return `같은 번호의 회원 ${input.seenPhones.get(phoneKey) ?? ''}에게 보냄`
    default:
      return null
  }
}

function excludedBy(shopper: Shopper, { segment, ctx, recent }: PlanInput): string | null {
  if (segment.exclude === null) return null
  const held = explain(segment.exclude, withReceived(shopper, recent), ctx).filter((finding) => finding.holds)
  return held.flatMap(({ saw }) => saw).join(', ')
}

function earlierSend(send: RecentSend | null): string | null {
  return send && `${formatDay(send.runDay)}에 이미 보냄`
}

function takersOf(shopper: Shopper, input: PlanInput): readonly RecentSend[] {
  return filledBy(recentOf(shopper, input.recent), input.ctx.day, input.contact.frequency)
}
