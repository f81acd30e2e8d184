import type { Campaign, CampaignSpec } from '../campaigns/campaign'
import { isOver } from '../campaigns/schedule-rules'
import { isQuiet, nextAllowedInstant, type QuietHours } from '../core/quiet-hours'
import type { Mall } from '../malls/mall'
import { boughtSince } from '../segments/segment-conditions'
import type { ContactFacts } from '../shoppers/shopper'
import type { HoldReason } from './lane'
import type { Batch, CancelReason, Send } from './send'

/** What the last look says about a whole batch. */
export type BatchVerdict =
  | { kind: 'go' }
  | { kind: 'hold'; reason: HoldReason; until: Date }
  | { kind: 'cancel'; reason: CancelReason }
  | { kind: 'expire' }

/** What is known of a batch's campaign and mall at this moment. */
export interface BatchFacts {
  batch: Pick<Batch, 'test' | 'latestAt'>
  spec: CampaignSpec
  campaign: Pick<Campaign, 'state' | 'endedAt'> | null
  mall: Pick<Mall, 'state' | 'sync'> | null
}

// A call takes at most 8 s and the relay's own clock is not ours: what begins a minute before the edge has left by then.
const EDGE_MARGIN_MS = 60_000
// Kakao takes nothing from 20:50 (reference §1.7), whatever the campaign says.
const LATEST_EVENING_MINUTE = 20 * 60 + 45
const PAUSED_LOOK_MS = 5_000
const FACTS_LOOK_MS = 60_000
const HOUR_MS = 3_600_000

/** When advertising handed over at `at` may leave: `at` itself, or the next morning edge. */
export function nextHandOver(at: Date, quiet: QuietHours): Date {
  const hours = { ...quiet, fromMinute: Math.min(quiet.fromMinute, LATEST_EVENING_MINUTE) }
  const soon = new Date(at.getTime() + EDGE_MARGIN_MS)
  if (isQuiet(at, hours)) return nextAllowedInstant(at, hours)
  return isQuiet(soon, hours) ? nextAllowedInstant(soon, hours) : at
}

/** Whether anything of this batch may leave now (laws 4, 5, 11). */
export function judgeBatch({ batch, spec, campaign, mall }: BatchFacts, now: Date): BatchVerdict {
  if (!mall || mall.state === 'uninstalled') return { kind: 'cancel', reason: 'mall-uninstalled' }
  if (!batch.test && hasStopped(campaign, spec)) return { kind: 'cancel', reason: 'campaign-stopped' }
  if (now >= batch.latestAt) return { kind: 'expire' }
  const later = (ms: number) => new Date(now.getTime() + ms)
  if (!batch.test && campaign?.state === 'paused')
    return { kind: 'hold', reason: 'paused', until: later(PAUSED_LOOK_MS) }
  if (mall.state !== 'connected')
    return { kind: 'hold', reason: 'mall-disconnected', until: later(FACTS_LOOK_MS) }
  const allowedAt = nextHandOver(now, spec.quietHours)
  if (allowedAt > now) return { kind: 'hold', reason: 'night', until: allowedAt }
  if (!batch.test && areStale(mall, spec, now))
    return { kind: 'hold', reason: 'stale-facts', until: later(FACTS_LOOK_MS) }
  return { kind: 'go' }
}

/** Why this person must not get the message any more; null when it may leave. A test send is judged by its batch alone. */
export function judgeSend(
  send: Pick<Send, 'phoneKey' | 'test'>,
  shopper: ContactFacts | undefined,
  { purchases, isOptedOut }: { purchases: CampaignSpec['segment']['purchases']; isOptedOut: boolean },
): CancelReason | null {
  if (send.test) return null
  if (!shopper) return 'member-gone'
  if (shopper.restricted) return 'restricted'
  if (shopper.phoneKey !== send.phoneKey) return 'phone-changed'
  if (isOptedOut || shopper.optedOutAt !== null) return 'opted-out'
  if (!shopper.adConsent) return 'consent-withdrawn'
  if (purchases === 'exclude' && boughtSince(shopper)) return 'bought'
  if (!shopper.hasSellable) return 'empty-cart'
  return null
}

/** True when facts are older than the campaign allows (law 5). */
export function areStale(
  mall: Pick<Mall, 'sync'>,
  spec: Pick<CampaignSpec, 'maxFactAgeHours'>,
  now: Date,
): boolean {
  const { fullPullAt } = mall.sync
  return fullPullAt === null || now.getTime() - fullPullAt.getTime() > spec.maxFactAgeHours * HOUR_MS
}

/** True when a person ended the campaign; one whose last day is over still sends what its last night held. */
function hasStopped(campaign: BatchFacts['campaign'], spec: CampaignSpec): boolean {
  if (campaign === null) return true
  if (campaign.state === 'draft') return true
  return campaign.state === 'ended' && !(campaign.endedAt && isOver(spec, campaign.endedAt))
}
