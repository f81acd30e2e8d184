import type { KstDay } from '../core/seoul'
import { assertWon, type Won } from '../core/won'
import type { MallId } from '../malls/mall'
import type { Budget, BudgetScope } from './spend'

/** What one send may cost at most: its first try and its fallback, if it has one. */
export interface SendPrice {
  firstWon: Won
  /** True when the relay keeps the price of a first try that definitely failed. */
  firstChargedOnFailure: boolean
  fallbackWon: Won | null
}

/** The dearest way one send can end: its first try, or that (if charged on failure) and the fallback. */
export function worstCaseWon(price: SendPrice): Won {
  if (price.fallbackWon === null) return assertWon(price.firstWon)
  return assertWon(
    Math.max(price.firstWon, (price.firstChargedOnFailure ? price.firstWon : 0) + price.fallbackWon),
  )
}

/** Won that one budget still lets be reserved; Infinity without a cap, never negative. */
export function leftWon(budget: Pick<Budget, 'capWon' | 'reservedWon' | 'chargedWon'>): number {
  if (budget.capWon === null) return Number.POSITIVE_INFINITY
  return Math.max(0, budget.capWon - budget.reservedWon - budget.chargedWon)
}

/** How many of `count` sends at `eachWon` fit into every budget; a send without a price always fits. */
export function howManyFit(
  budgets: readonly Pick<Budget, 'capWon' | 'reservedWon' | 'chargedWon'>[],
  eachWon: Won,
  count: number,
): number {
  if (eachWon === 0) return count
  const left = Math.min(Number.POSITIVE_INFINITY, ...budgets.map(leftWon))
  return Math.min(count, left === Number.POSITIVE_INFINITY ? count : Math.floor(left / eachWon))
}

/** The id of a run's own budget. */
export function runBudgetId(mallId: MallId, runId: string): string {
  return `${mallId}:run:${runId}`
}

/** The id of a campaign's budget of one Seoul day. */
export function dayBudgetId(mallId: MallId, campaignId: string, day: KstDay): string {
  return `${mallId}:day:${campaignId}:${day}`
}

/** The id of a mall's budget of the month that `day` lies in. */
export function monthBudgetId(mallId: MallId, day: KstDay): string {
  return `${mallId}:month:${day.slice(0, 7)}`
}

/** The id of the budget over everything a mall ever sends. */
export function mallBudgetId(mallId: MallId): string {
  return `${mallId}:all`
}

/** The budgets that a run's won must fit into; a test send spends from the mall's, not from the campaign's day. */
export function budgetIdsOf(scope: BudgetScope): string[] {
  const { mallId, campaignId, runId, runDay } = scope
  return [
    runBudgetId(mallId, runId),
    ...(scope.test ? [] : [dayBudgetId(mallId, campaignId, runDay)]),
    monthBudgetId(mallId, runDay),
    mallBudgetId(mallId),
  ]
}
