import type { KstDay } from '../core/seoul'
import type { Won } from '../core/won'
import type { MallId } from '../malls/mall'

/** One purse: a cap over what is reserved and charged together. `capWon` null = no cap. */
export interface Budget {
  /** `{mallId}:run:{runId}`, `{mallId}:day:{campaignId}:{day}`, `{mallId}:month:{YYYY-MM}`, `{mallId}:all` */
  id: string
  mallId: MallId
  capWon: Won | null
  reservedWon: Won
  chargedWon: Won
  /** The highest reserved + charged ever seen. */
  peakWon: Won
}

/** The budgets that one run's spending must fit into, all or none. Won belongs to the Seoul day of the run. */
export interface BudgetScope {
  mallId: MallId
  campaignId: string
  runId: string
  runDay: KstDay
  /** True for a test send, which the campaign's day does not pay for. */
  test?: boolean
}

/** Prices of one message by kind, from the sending account. */
export interface PriceList {
  brandTextWon: Won
  smsWon: Won
  lmsWon: Won
}
