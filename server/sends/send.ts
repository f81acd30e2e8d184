import type { KstDay } from '../core/seoul'
import type { Won } from '../core/won'
import type { MallId } from '../malls/mall'
import type { MessageFacts } from '../messages/message'
import type { FailureReason } from '../messages/message-relay'

/** Why a planned send was called off by the last look or by a person. */
export type CancelReason =
  | 'bought'
  | 'opted-out'
  | 'consent-withdrawn'
  | 'restricted'
  | 'empty-cart'
  | 'phone-changed'
  | 'member-gone'
  | 'campaign-stopped'
  | 'mall-uninstalled'

export type SendEnd = 'delivered' | 'failed' | 'cancelled' | 'capped' | 'expired'

/**
 * One message to one phone in one run: written when planned, and once more when it ends.
 * In between its state is its batch's. Keys: `id`, unique (runId, phoneKey); index (mallId, phoneKey, runDay).
 */
export interface Send {
  id: string
  mallId: MallId
  campaignId: string
  revision: number
  runId: string
  runDay: KstDay
  memberId: string
  phoneKey: string
  toSealed: string
  nameSealed: string
  facts: MessageFacts
  test: boolean
  /** Batch number within the run. */
  batch: number
  step: 1 | 2
  end: SendEnd | null
  endReason: FailureReason | CancelReason | null
  endedAt: Date | null
  chargedWon: Won
}

export type BatchState = 'planned' | 'leased' | 'handed-over' | 'accepted' | 'unknown' | 'settled'

/** What is leased, fenced, reserved for and handed over. `id` = `{runId}:{number}`. */
export interface Batch {
  id: string
  mallId: MallId
  campaignId: string
  revision: number
  runId: string
  runDay: KstDay
  number: number
  step: 1 | 2
  state: BatchState
  /** False until the plan is published. */
  published: boolean
  /** All its sends in order, dearest cart first. */
  sendIds: string[]
  /** Sends that have not ended. */
  open: number
  /** Business instant from which it may be leased. */
  dueAt: Date
  latestAt: Date
  lease: { owner: string; fence: number; until: Date } | null
  /** Rises with each lease; a writer with an older number changes nothing. */
  fence: number
  /** Stored before the relay is called: who leaves, and the worst-case won kept for them. */
  intent: { sendIds: string[]; priceWon: Won; reservedWon: Won; at: Date; relayBatchId: string | null } | null
  handedOverAt: Date | null
  acceptedAt: Date | null
  /** When the relay is next asked about it. */
  askAt: Date | null
}
