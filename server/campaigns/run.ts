import type { KstDay } from '../core/seoul'
import type { Won } from '../core/won'
import type { MallId } from '../malls/mall'
import type { MessageFacts } from '../messages/message'

/** The closed list of what a run decides about one person of its population. */
export const DECISION_REASONS = [
  'send',
  'excluded',
  'bought-since',
  'restricted',
  'no-phone',
  'no-consent',
  'opted-out',
  'empty-cart',
  'same-phone',
  'repeat',
  'frequency',
] as const
export type DecisionReason = (typeof DECISION_REASONS)[number]

/** A decision as a plan makes it. Exactly one per person of the population (law 6). */
export interface Decision {
  memberId: string
  reason: DecisionReason
  /** The person, when there is a number. */
  phoneKey: string | null
  /** What the rule saw, for support: e.g. the day of the earlier send, the member who has the same phone. */
  detail: string | null
  /** Only for `send`. */
  send: { toSealed: string; nameSealed: string; facts: MessageFacts } | null
}

/** planning → published → finished; `missed` did not start on its day and never will; `held` waits for fresh facts. */
export type RunState = 'planning' | 'published' | 'finished' | 'missed' | 'stopped'

/** One occurrence of a campaign. Key (campaign, occurrence): the Seoul day, or `test:{id}` for a test send. */
export interface Run {
  id: string
  mallId: MallId
  campaignId: string
  revision: number
  kind: 'scheduled' | 'test'
  occurrence: string
  day: KstDay
  state: RunState
  /** The instant that the plan was judged for. */
  plannedFor: Date
  publishedAt: Date | null
  finishedAt: Date | null
  /** The last instant at which a send of this run may leave. */
  latestAt: Date
  population: number
  /** Reason → people; their sum is `population`. */
  decisions: Partial<Record<DecisionReason, number>>
  batches: number
  priceWon: Won
  /** Why a missed or stopped run did not send. */
  note: string | null
}
