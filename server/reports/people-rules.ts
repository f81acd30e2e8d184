import { DECISION_ORDER } from '../campaigns/plan-rules'
import type { DecisionReason } from '../campaigns/run'
import { unreachable } from '../core/errors'
import type { BatchState } from '../sends/send'
import type { PeopleQuery, PeopleSource } from './people'
import { isDecisionReason } from './reason-texts'

type SkipReason = Exclude<DecisionReason, 'send'>

const SKIPS = DECISION_ORDER.filter((reason): reason is SkipReason => reason !== 'send')
const NOT_AUDIENCE: readonly SkipReason[] = ['excluded', 'bought-since']
const WAITING: readonly BatchState[] = ['planned', 'leased']
const UNKNOWN: readonly BatchState[] = ['handed-over', 'unknown']
const OUT: readonly BatchState[] = ['handed-over', 'unknown', 'accepted']

/** Where the people behind a figure are found, in the order of the list; together they are exactly the figure. */
export function sourcesOf(query: PeopleQuery): PeopleSource[] {
  const { state, reason } = query
  const narrowed = reason === null ? {} : { reason }
  const decided = (skip: SkipReason): PeopleSource => ({ from: 'decisions', reason: skip })
  switch (state) {
    case 'population':
      return [...SKIPS.map(decided), { from: 'sends' }]
    case 'audience':
      return [...SKIPS.filter((skip) => !NOT_AUDIENCE.includes(skip)).map(decided), { from: 'sends' }]
    case 'decision':
      if (reason === 'send') return [{ from: 'sends' }]
      return isSkip(reason) ? [decided(reason)] : SKIPS.map(decided)
    case 'planned':
      return [{ from: 'sends' }]
    case 'waiting':
      return [{ from: 'open', states: WAITING }]
    case 'sent':
      return [{ from: 'sends', end: 'delivered' }, { from: 'taken' }, { from: 'open', states: OUT }]
    case 'pending':
      return [{ from: 'open', states: ['accepted'] }]
    case 'unknown':
      return [{ from: 'open', states: UNKNOWN }]
    case 'delivered':
    case 'capped':
    case 'expired':
      return [{ from: 'sends', end: state }]
    case 'failed':
    case 'cancelled':
      return [{ from: 'sends', end: state, ...narrowed }]
    case 'clicked':
      return [{ from: 'clicks' }]
    case 'ordered':
      return [{ from: 'orders', counted: true }]
    case 'cancelled-orders':
      return [{ from: 'orders', counted: false }]
    default:
      return unreachable(state)
  }
}

function isSkip(reason: string | null): reason is SkipReason {
  return isDecisionReason(reason) && reason !== 'send'
}
