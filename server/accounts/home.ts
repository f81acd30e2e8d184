import type { Won } from '../core/won'
import type { Mall, MallId } from '../malls/mall'

/** Something that waits for a person, with where to mend it. */
export interface StandingStill {
  /** A Korean sentence: "'7일 된 고객' 캠페인이 발송 비용 제한에 닿았어요." */
  reason: string
  remedyHref: string
  /** The button's words; "해결하기" without. */
  remedy?: string
  /** The set-up checklist says it too, as long as a shop is setting up. */
  inSetUp?: boolean
}

/** How far a shop is from its first message, and what stands still. */
export interface Readiness {
  mall: Mall
  sendingAccount: 'none' | 'ok' | 'broken'
  has080: boolean
  /** Campaigns that can run or still run: those that ended are left out. */
  campaigns: number
  /** True once a campaign was ever made, also an ended one. */
  hadCampaigns: boolean
  running: number
  /** The open alerts, the weightiest first. */
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
