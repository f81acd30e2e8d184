import { AppError } from '../core/errors'
import type { BatchState, Send } from './send'

/** What can happen to a batch. */
export type BatchEvent =
  | 'leased'
  /** Given back before the intent: nothing was handed over. */
  | 'given-back'
  /** The intent is stored and its won reserved; from here on the relay may have it. */
  | 'handed-over'
  | 'accepted'
  /** Definitely not sent: refused connection, 429, or the relay confirmed that nothing left or will leave. */
  | 'not-sent'
  /** The answer was lost. */
  | 'lost'
  /** Its worker is gone. */
  | 'lease-ended'
  /** Every send has ended. */
  | 'all-ended'

// DESIGN §6, line by line; what is not here cannot happen.
const TABLE: Record<BatchState, Partial<Record<BatchEvent, BatchState>>> = {
  planned: { leased: 'leased', 'all-ended': 'settled' },
  leased: {
    'given-back': 'planned',
    'lease-ended': 'planned',
    'handed-over': 'handed-over',
    'all-ended': 'settled',
  },
  'handed-over': {
    accepted: 'accepted',
    'not-sent': 'planned',
    lost: 'unknown',
    'lease-ended': 'unknown',
    'all-ended': 'settled',
  },
  unknown: { accepted: 'accepted', 'not-sent': 'planned', 'all-ended': 'settled' },
  accepted: { 'all-ended': 'settled' },
  settled: {},
}

/** The state after `event`; null when it cannot happen in `state`. */
export function transition(state: BatchState, event: BatchEvent): BatchState | null {
  return TABLE[state][event] ?? null
}

/** The state after `event`; throws AppError `impossible-transition` when it cannot happen. */
export function mustTransition(state: BatchState, event: BatchEvent): BatchState {
  const next = transition(state, event)
  if (!next) throw new AppError('impossible-transition', 'A batch cannot do this now', { state, event })
  return next
}

/** Machine milliseconds: how long a lease lasts, and how long a call to the relay may take, which must be left of it. */
export interface LeaseTimes {
  readonly leaseMs: number
  readonly callMs: number
}

/** DESIGN §6. */
export const LEASE_TIMES: LeaseTimes = { leaseMs: 30_000, callMs: 8_000 }

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** Business time until a batch without an answer is asked about for the `asked`-th time: 2, 10, 60 minutes, then hourly for two days, then daily. */
export function unknownWaitMs(asked: number): number {
  const first = [2 * MINUTE_MS, 8 * MINUTE_MS, 50 * MINUTE_MS][asked]
  return first ?? (asked < 50 ? HOUR_MS : 24 * HOUR_MS)
}

/** Business time until the results of an accepted batch are asked for by themselves, besides webhooks and polling. */
export function resultsWaitMs(asked: number): number {
  return [10 * MINUTE_MS, 50 * MINUTE_MS, 5 * HOUR_MS][asked] ?? 12 * HOUR_MS
}

/** After this business time an accepted send without a result ends `uncertain` (Kakao's 3005 may arrive for 3 days; reference §5.4). */
export const NO_RESULT_MS = 4 * 24 * HOUR_MS

/** A failure after which the message may still arrive: it is never sent again and stays charged. */
export function mayHaveArrived(reason: Send['endReason']): boolean {
  return reason === 'uncertain'
}

/** True for a send that counts for the repeat window (law 1): planned, held, unknown, accepted, delivered, or failed without being sure. */
export function countsForRepeat(send: Pick<Send, 'end' | 'endReason' | 'test'>): boolean {
  if (send.test) return false
  return (
    send.end === null || send.end === 'delivered' || (send.end === 'failed' && mayHaveArrived(send.endReason))
  )
}

/** True when a failure says that the person does not want our messages (reference §2.8: suppress the phone). */
export function isRefusal(reason: Send['endReason']): boolean {
  return reason === 'blocked' || reason === 'opted-out'
}
