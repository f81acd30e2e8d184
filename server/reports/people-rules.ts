import { DECISION_ORDER } from '../campaigns/plan-rules'
import type { DecisionReason } from '../campaigns/run'
import { unreachable } from '../core/errors'
import type { BatchState } from '../sends/send'
import type { Order } from '../tracking/tracking'
import type { PeopleQuery, PeopleSource, SendPick, SendRow } from './people'
import { isDecisionReason } from './reason-texts'

type SkipReason = Exclude<DecisionReason, 'send'>

const SKIPS = DECISION_ORDER.filter((reason): reason is SkipReason => reason !== 'send')
const NOT_AUDIENCE: readonly SkipReason[] = ['excluded', 'bought-since']
const WAITING: readonly BatchState[] = ['planned', 'leased']
const UNKNOWN: readonly BatchState[] = ['handed-over', 'unknown']

/** Where the people behind a figure are found, in the order of the list; together they are exactly the figure. */
export function sourcesOf(query: PeopleQuery): PeopleSource[] {
  const { state, reason } = query
  switch (state) {
    case 'population':
      return [...SKIPS.map(decided), sends(() => true)]
    case 'audience':
      return [...SKIPS.filter((skip) => !NOT_AUDIENCE.includes(skip)).map(decided), sends(() => true)]
    case 'decision':
      if (reason === 'send') return [sends(() => true)]
      return isSkip(reason) ? [decided(reason)] : SKIPS.map(decided)
    case 'planned':
      return [sends(() => true)]
    case 'waiting':
      return [sends(isOpenIn(WAITING))]
    case 'pending':
      return [sends(isOpenIn(['accepted']))]
    case 'unknown':
      return [sends(isOpenIn(UNKNOWN))]
    case 'sent':
      return [sends(wasTaken)]
    case 'texted':
      return [sends(({ send }) => send.step === 2)]
    case 'delivered':
    case 'capped':
    case 'expired':
    case 'failed':
    case 'cancelled':
      return [sends(({ send }) => send.end === state && (reason === null || send.endReason === reason))]
    case 'clicked':
      return [sends(({ clicks }) => clicks.length > 0)]
    case 'ordered':
      return [{ from: 'sends', pick: ({ orders }) => orders.filter(counts) }]
    case 'cancelled-orders':
      return [{ from: 'sends', pick: ({ orders }) => orders.filter((order) => !counts(order)) }]
    default:
      return unreachable(state)
  }
}

function decided(reason: SkipReason): PeopleSource {
  return { from: 'decisions', reason }
}

/** Each fitting send is one row, with its first order where it has one. */
function sends(fits: (row: SendRow) => boolean): PeopleSource {
  const pick: SendPick = (row) => (fits(row) ? [row.orders[0] ?? null] : [])
  return { from: 'sends', pick }
}

function isOpenIn(states: readonly BatchState[]) {
  return ({ send, batch }: SendRow) => send.end === null && batch !== null && states.includes(batch.state)
}

/** True for what the figure `sent` counts: handed over, and not refused by the relay at intake. */
function wasTaken({ send, batch }: SendRow): boolean {
  if (send.end === 'delivered') return true
  if (send.end !== 'failed' && send.end !== null) return false
  // A text that was refused at intake: its first try had been taken.
  if (send.end === 'failed' && (batch?.keptEachWon ?? 0) > 0) return true
  return (
    batch !== null && !WAITING.includes(batch.state) && (batch.intent?.sendIds.includes(send.id) ?? false)
  )
}

/** True for an order that counts as one: paid and not cancelled. */
function counts(order: Order): boolean {
  return order.paid && !order.cancelled
}

function isSkip(reason: string | null): reason is SkipReason {
  return isDecisionReason(reason) && reason !== 'send'
}
