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
 * One message to one phone in one run: written when planned, once more when a fallback moves it to a new batch as step 2,
 * and when it ends. In between its state is its batch's. Keys: `id`, unique (runId, phoneKey); index (mallId, phoneKey, runDay).
 */
export interface Send {
  id: string
  mallId: MallId
  campaignId: string
  revision: number
  runId: string
  runDay: KstDay
  /** The planning attempt that wrote it. */
  attempt?: number
  memberId: string
  phoneKey: string
  toSealed: string
  nameSealed: string
  facts: MessageFacts
  test: boolean
  /** Batch number within the run. */
  batch: number
  step: 1 | 2
  /** Why its first try failed, when it went on to a text; nothing in rows that never did. */
  firstReason?: FailureReason | null
  /** The batch number of that first try. */
  firstBatch?: number | null
  firstFailedAt?: Date | null
  /** Set when the relay called the first try delivered after all while the text was already out. */
  firstDeliveredAt?: Date | null
  end: SendEnd | null
  endReason: FailureReason | CancelReason | null
  endedAt: Date | null
  chargedWon: Won
}

/** What dispatch needs of a send that has not ended. */
export type OpenSend = Pick<
  Send,
  'id' | 'mallId' | 'memberId' | 'phoneKey' | 'toSealed' | 'nameSealed' | 'facts' | 'test' | 'batch'
>

export type BatchState = 'planned' | 'leased' | 'handed-over' | 'accepted' | 'unknown' | 'settled'

/** Stored before the relay is called: who leaves, and the worst-case won kept for them. */
export interface Intent {
  sendIds: string[]
  /** What the relay charges for one send of this batch. */
  priceWon: Won
  /** What is kept for one send until it ends: the dearest way it can end, its fallback too. */
  worstWon: Won
  /** What is still kept for its sends that have not ended. */
  reservedWon: Won
  at: Date
  relayBatchId: string
  /** The sending account that handed it over; only it is asked what became of the batch. */
  account: number
}

/** What is leased, fenced, reserved for and handed over. `id` = `{runId}:{number}`. */
export interface Batch {
  id: string
  mallId: MallId
  campaignId: string
  revision: number
  runId: string
  runDay: KstDay
  /** The planning attempt that wrote it; nothing in those of texts, which are made later. */
  attempt?: number
  number: number
  step: 1 | 2
  /**
   * Only in step 2: won that stays reserved for each open send while the batch is not out, from the worst case of its first
   * try. While it is out, `intent.reservedWon` says what is kept.
   */
  keptEachWon?: Won
  /** Only in step 2: what the relay would have charged for the first try, in case that it arrived after all. */
  firstWon?: Won
  test: boolean
  state: BatchState
  /** All its sends in order, dearest cart first. */
  sendIds: string[]
  /** Sends that have not ended. */
  open: number
  /**
   * Business instant of its next step: when it may be leased (`planned`), when its results are asked for (`accepted`),
   * when the relay is asked what became of it (`unknown`).
   */
  dueAt: Date
  /** How often the relay has been asked since the batch left. */
  asked: number
  latestAt: Date
  lease: { owner: string; until: Date } | null
  /** Rises with each lease and each time one is taken away; a writer with an older number changes nothing. */
  fence: number
  intent: Intent | null
  handedOverAt: Date | null
  acceptedAt: Date | null
  /** Instants of the last hand-overs that were taken back, oldest first: nothing left then. For support. */
  takenBack?: Date[]
}

/** The id of a run's batch. */
export function batchIdOf(runId: string, number: number): string {
  return `${runId}:${number}`
}
