import type { Won } from '../core/won'
import type { Mall, MallId } from '../malls/mall'

/** Something that waits for a person, with where to mend it. */
export interface StandingStill {
  /** A Korean sentence: "'7일 된 고객' 캠페인이 발송 비용 제한에 닿았어요." */
  reason: string
  remedyHref: string
  /** The button's words; "해결하기" without. */
  remedy?: string
}

/** How far a shop is from its first message, and what stands still. */
export interface Readiness {
  mall: Mall
  sendingAccount: 'none' | 'ok' | 'broken'
  has080: boolean
  /** Campaigns that were made. */
  campaigns: number
  running: number
  /** What the mall's own state, its sync and the sending account do not tell: the home page adds those by itself. */
  standingStill: readonly StandingStill[]
}

/** The figures of today's runs (Seoul day), summed over campaigns. */
export interface Today {
  /** People whom today's runs decided to send to. */
  toSend: number
  /** Accepted by the relay. */
  sent: number
  /** People who opened their link. */
  clicks: number
  orders: number
  /** Net of cancellations. */
  revenueWon: Won
  /** The earliest run that has not started yet, of all running campaigns. */
  nextRunAt: Date | null
  /** Where today's figures open; null while no run of today is there. */
  href: string | null
}

/** What the home page asks; wired by the container. */
export interface HomeFacts {
  readiness(mallId: MallId): Promise<Readiness>
  today(mallId: MallId): Promise<Today>
}
