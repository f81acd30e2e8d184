import type { DecisionReason } from '../campaigns/run'
import type { Won } from '../core/won'
import type { FailureReason } from '../messages/message-relay'
import type { Batch, BatchState, Send, SendEnd } from '../sends/send'
import type { Click, Order } from '../tracking/tracking'

/** The doors of a run's page: which people stand behind a figure. */
export const PEOPLE_STATES = [
  'population',
  'audience',
  'decision',
  'planned',
  'waiting',
  'sent',
  'texted',
  'pending',
  'unknown',
  'delivered',
  'failed',
  'cancelled',
  'capped',
  'expired',
  'clicked',
  'ordered',
  'cancelled-orders',
] as const
export type PeopleState = (typeof PEOPLE_STATES)[number]

/** A figure whose people are asked for; `reason` narrows decisions, failures and cancellations. */
export interface PeopleQuery {
  state: PeopleState
  reason: string | null
}

/** A send with everything that hangs on it; orders and clicks oldest first. */
export interface SendRow {
  send: Send
  batch: Batch | null
  clicks: readonly Click[]
  orders: readonly Order[]
}

/** Rows of a list: one for each order given back, null standing for a row without one; an empty answer leaves the send out. */
export type SendPick = (row: SendRow) => readonly (Order | null)[]

/** One kind of row that a list of people is made of; a list is its sources one after another. */
export type PeopleSource =
  | { from: 'decisions'; reason: Exclude<DecisionReason, 'send'> }
  | { from: 'sends'; pick: SendPick }

/** One person behind a figure, in clear; views mask it. */
export interface RunPerson {
  memberId: string
  name: string | null
  /** E.164. */
  phone: string | null
  /** Where the person stands in this run. */
  stands:
    | { as: 'decided'; reason: Exclude<DecisionReason, 'send'>; detail: string | null }
    | { as: 'ended'; end: SendEnd; reason: string | null; at: Date | null }
    | { as: 'open'; batch: BatchState }
  /** Of a send: how its last try goes, why the first one failed before it, when it left and ended, what it cost. */
  way: {
    by: 'message' | 'text'
    firstReason: FailureReason | null
    leftAt: Date | null
    endedAt: Date | null
    chargedWon: Won
  } | null
  clickedAt: Date | null
  order: { orderId: string; at: Date; netWon: number; cancelled: boolean; paid: boolean } | null
}
