import type { Connection } from 'mongoose'
import { campaignStore } from '../../server/campaigns/campaign-store'
import { decisionStore } from '../../server/campaigns/decision-store'
import { revisionStore } from '../../server/campaigns/revision-store'
import { runStore } from '../../server/campaigns/run-store'
import type { Clock } from '../../server/core/clock'
import { eventStore } from '../../server/events/event-store'
import { mallStore } from '../../server/malls/mall-store'
import { batchStore } from '../../server/sends/batch-store'
import { laneStore } from '../../server/sends/lane-store'
import { sendStore } from '../../server/sends/send-store'
import { optOutStore } from '../../server/shoppers/opt-out-store'
import { shopperStore } from '../../server/shoppers/shopper-store'
import { auditStore } from '../../server/support/audit-store'
import { supportRoutes } from '../../server/support/support-routes'
import { createSupportService } from '../../server/support/support-service'
import { clickStore } from '../../server/tracking/click-store'
import { orderStore } from '../../server/tracking/order-store'
import { keyring } from './reports-shop'

/** Stores that only support reads. */
export const SUPPORT_STORES = [eventStore, auditStore, optOutStore]

/** The mount of support over the real stores of `connection`, at an instant or by a clock; `closeUnknown` is the ledger's. */
export function supportMount(
  connection: Connection,
  now: Date | Clock,
  closeUnknown: (mallId: string, batchId: string) => Promise<number> = async () => 0,
) {
  const shoppers = shopperStore(connection)
  const optOuts = optOutStore(connection)
  const support = createSupportService({
    shoppers,
    events: eventStore(connection),
    campaigns: campaignStore(connection),
    revisions: revisionStore(connection),
    runs: runStore(connection),
    malls: mallStore(connection),
    decisions: decisionStore(connection),
    sends: sendStore(connection),
    batches: batchStore(connection),
    lanes: laneStore(connection),
    clicks: clickStore(connection),
    orders: orderStore(connection),
    audit: auditStore(connection),
    keyring,
    closeUnknown,
    async optOut(mallId, phoneKey, at) {
      await optOuts.put({ mallId, phoneKey, at, source: 'support' })
      await shoppers.markOptedOut(mallId, phoneKey, at)
    },
  })
  const router = supportRoutes({
    support,
    shopFace: async () => ({ name: '오늘의식탁', number080: '080-000-0000' }),
    clock: now instanceof Date ? { now: () => now } : now,
  })
  return { path: '/support', router, kind: 'admin' as const }
}
