import type { DecisionReason, Run } from '../campaigns/run'
import type { KstDay } from '../core/seoul'
import type { Won } from '../core/won'
import type { MallId } from '../malls/mall'
import type { Tally } from '../sends/lane'
import type { RunClicks } from '../tracking/click-store'
import type { RunOrders } from '../tracking/order-store'

/** What happened after the sends of a run: clicks, orders, won, as counted at `at`. */
export interface RunTrail {
  clicks: RunClicks
  orders: RunOrders
  reservedWon: Won
  chargedWon: Won
  at: Date
}

/** A stored trail; the pages of large and of old runs read it. `dueAt` null = it will not change any more. */
export interface RunSummary extends RunTrail {
  /** The run's id. */
  id: string
  mallId: MallId
  campaignId: string
  day: KstDay
  dueAt: Date | null
}

/** Everything that the report of one run is made from. */
export interface ReportRow {
  run: Pick<Run, 'id' | 'population' | 'decisions'>
  /** Null before the plan is published. */
  tally: Pick<
    Tally,
    'waiting' | 'out' | 'ended' | 'refused' | 'reasons' | 'firstFailures' | 'textsEnded'
  > | null
  /** Handed over, and nobody knows yet whether the relay took it. */
  unknown: number
  trail: RunTrail
}

/** The figures of one run, or of several together. People and sends are counted once a run. */
export interface Figures {
  runs: number
  population: number
  audience: number
  decisions: Partial<Record<DecisionReason, number>>
  /** Decided `send`. */
  planned: number
  /** Planned and not handed over yet; also those whose first try failed and whose text has not left. */
  waiting: number
  /** Handed over to the relay and not refused by it: delivered, failed later, and those without a result. */
  sent: number
  /** Refused by the relay at intake; part of `failed`, not of `sent`. */
  refused: number
  /** Accepted by the relay, no result yet. */
  pending: number
  /** 결과 확인 중: the answer of the relay was lost. */
  unknown: number
  delivered: number
  failed: number
  cancelled: number
  /** Of the cancelled: wrong messages that the last look held back, not those that a person called off. */
  avoided: number
  /** First tries that failed and went on to a text. */
  texted: number
  /** The same by reason. */
  firstFailures: Partial<Record<string, number>>
  /** Of the delivered: those whose text did. */
  textsDelivered: number
  capped: number
  expired: number
  /** `failed:{reason}` and `cancelled:{reason}` → sends. */
  reasons: Partial<Record<string, number>>
  /** Relays tell no opens of brand messages; never shown as 0. */
  opens: null
  clicks: number
  clickPeople: number
  /** Orders that count for a click, paid and not cancelled. */
  orders: number
  cancelledOrders: number
  unpaidOrders: number
  revenueWon: Won
  reservedWon: Won
  chargedWon: Won
  /** Clicking people ÷ delivered; null when nothing was delivered. */
  clickRate: number | null
  /** 장바구니 복구율: orders from clicks ÷ delivered. */
  recoveryRate: number | null
  /** Revenue ÷ charged won; null when nothing was charged. */
  roas: number | null
  clicksByHour: Partial<Record<string, number>>
  ordersByHour: Partial<Record<string, number>>
}
