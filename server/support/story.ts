import type { Campaign, CampaignSpec } from '../campaigns/campaign'
import type { DecisionReason, Run } from '../campaigns/run'
import type { ShopEvent } from '../events/event'
import type { Lane } from '../sends/lane'
import type { Batch, Send } from '../sends/send'
import type { Shopper } from '../shoppers/shopper'
import type { Click, Order } from '../tracking/tracking'
import type { AuditEntry } from './audit'
import type { CheckedCondition, Verdict } from './verdict-rules'

/** What one run did about this person. */
export interface RunAnswer {
  run: Run
  campaignName: string
  answer:
    | { as: 'sent'; send: Send }
    | { as: 'decided'; reason: Exclude<DecisionReason, 'send'>; detail: string | null }
    /** No row: computed now, by the facts that we have now. */
    | { as: 'outside'; conditions: CheckedCondition[]; matchesNow: boolean }
}

/** One message to this person, with what is known of its way. */
export interface SentMessage {
  send: Send
  campaignName: string
  spec: CampaignSpec | null
  run: Run | null
  /** Of a message that has not left: its run's lane, which says what holds it. */
  lane: Lane | null
  batch: Batch | null
  /** Of a message that went on to a text: the batch of its first try. */
  firstBatch: Batch | null
  /** Who closed its batch without an answer. */
  closedBy: AuditEntry | null
  clicks: Click[]
}

/** What a campaign that runs would do about this person now. */
export interface CampaignVerdict {
  campaign: Campaign
  verdict: Verdict
}

/** Everything that support needs about one person, names and numbers in clear; views mask it. */
export interface PersonStory {
  shopper: Shopper
  name: string
  phone: string | null
  /** Other members with the same phone. */
  samePhone: string[]
  verdicts: CampaignVerdict[]
  runs: RunAnswer[]
  messages: SentMessage[]
  orders: Order[]
  /** Newest first. */
  events: ShopEvent[]
  audit: AuditEntry[]
}
