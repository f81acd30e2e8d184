import type { KstDay } from '../core/seoul'
import type { MallId } from '../malls/mall'
import type { Morning } from './pace-rules'
import type { CancelReason, SendEnd } from './send'

/** Why nothing of a run leaves for now. */
export const HOLD_REASONS = [
  'paused',
  'night',
  'cap',
  'stale-facts',
  'mall-disconnected',
  'no-account',
  'account',
  'no-balance',
  'relay-busy',
  'failures',
] as const
export type HoldReason = (typeof HOLD_REASONS)[number]

/**
 * A published run on its way out: which of its batches is next, and when to look again. It only guides workers;
 * what may leave is decided batch by batch.
 */
export interface Lane {
  /** The run's id. */
  id: string
  mallId: MallId
  campaignId: string
  revision: number
  runDay: KstDay
  test: boolean
  latestAt: Date
  /** The highest batch number given out. */
  batches: number
  /** The next batch number to take; those below it that are still planned are in `back` or looked up. */
  cursor: number
  /** Numbers below `cursor` that a hold gave back: they go first, the lowest before the others. */
  back?: number[]
  /** Set by the night: from its edge on batches leave one after another. */
  morning?: Morning | null
  /** Business instant from which a worker looks at it; null = nothing waits to leave. */
  next: Date | null
  /** Rises when something is put back, so that a worker that saw nothing does not close the lane. */
  rev: number
  /** `failures` is lifted by a person alone; every other one by looking again at `next`. */
  hold: { reason: HoldReason; since: Date } | null
  /** The results that the breaker has judged and forgotten. */
  forgotten?: Results | null
  /** How many sends had left at two remembered instants, the older one first. */
  marks?: Mark[]
  /** Set when a person stopped the campaign or the mall left: what waits is called off for this reason. */
  stopped: CancelReason | null
  finished: boolean
}

/** Results of a run so far, and how many of them say that something is wrong with us, the relay or the message. */
export interface Results {
  count: number
  bad: number
}

/** How many sends had left at one business instant. */
export interface Mark {
  at: Date
  gone: number
}

/** How many sends of a run stand where; their sum is the number planned. Moves with the ledger, in its transactions. */
export interface Tally {
  /** The run's id. */
  id: string
  mallId: MallId
  /** Planned, not handed over. */
  waiting: number
  /** Handed over (also unknown), without an end. */
  out: number
  ended: Record<SendEnd, number>
  /** Of the failed: those that the relay refused at intake, so that they were never accepted. */
  refused: number
  /** Ends by reason, keyed `{end}:{reason}`, e.g. `failed:not-friend`. */
  reasons: Record<string, number>
  /** Sends whose first try failed and that went on to a text, by the reason of that failure. */
  firstFailures?: Record<string, number>
  /** Of `ended`: those that ended as a text (step 2). */
  textsEnded?: Partial<Record<SendEnd, number>>
  /** Sends that the relay first called failed and, after they had moved on to a text, delivered. */
  contradicted?: number
  /** Batches with a send that has not ended. */
  unsettled: number
}
