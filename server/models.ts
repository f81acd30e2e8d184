import type { Connection } from '../config/database'
import { userStore } from './accounts/user-store'
import { campaignStore } from './campaigns/campaign-store'
import { decisionStore } from './campaigns/decision-store'
import { revisionStore } from './campaigns/revision-store'
import { runStore } from './campaigns/run-store'
import { machineClock } from './core/clock'
import { eventStore } from './events/event-store'
import { hintStore } from './malls/hint-store'
import { installStore } from './malls/install-store'
import { leaseStore } from './malls/lease-store'
import { mallStore } from './malls/mall-store'
import { tokenCollection } from './malls/token-store'
import { sendingAccountStore } from './messages/sending-account-store'
import { alertAddressStore } from './reports/alert-address-store'
import { alertStore } from './reports/alert-store'
import { spendCurveStore } from './reports/spend-curve-store'
import { summaryStore } from './reports/summary-store'
import { batchStore } from './sends/batch-store'
import { cursorStore } from './sends/cursor-store'
import { laneStore } from './sends/lane-store'
import { sendStore } from './sends/send-store'
import { tallyStore } from './sends/tally-store'
import { optOutStore } from './shoppers/opt-out-store'
import { productStore } from './shoppers/product-store'
import { shopperStore } from './shoppers/shopper-store'
import { spendStore } from './spend/spend-store'
import { transactorStore } from './spend/transactor-store'
import { auditStore } from './support/audit-store'
import { clickStore } from './tracking/click-store'
import { orderStore } from './tracking/order-store'

/** Every store on one connection. */
export type Stores = ReturnType<typeof openStores>

/** Builds every store on a connection; leases and hints run on machine time. */
export function openStores(connection: Connection) {
  // One line per store, in alphabetical order: a store that is not here has no collection and no index.
  return {
    alertAddresses: alertAddressStore(connection),
    alerts: alertStore(connection),
    audit: auditStore(connection),
    batches: batchStore(connection),
    campaigns: campaignStore(connection),
    clicks: clickStore(connection),
    cursors: cursorStore(connection),
    decisions: decisionStore(connection),
    events: eventStore(connection),
    hints: hintStore(connection, machineClock),
    installs: installStore(connection),
    lanes: laneStore(connection),
    leases: leaseStore(connection, machineClock),
    malls: mallStore(connection),
    optOuts: optOutStore(connection),
    orders: orderStore(connection),
    products: productStore(connection),
    revisions: revisionStore(connection),
    runs: runStore(connection),
    sendingAccounts: sendingAccountStore(connection),
    sends: sendStore(connection),
    shoppers: shopperStore(connection),
    spend: spendStore(connection),
    spendCurves: spendCurveStore(connection),
    summaries: summaryStore(connection),
    tallies: tallyStore(connection),
    tokenCollection: tokenCollection(connection),
    transactors: transactorStore(connection),
    users: userStore(connection),
  }
}

/** Registers the model of every store on a connection, so that release and start can make collections and indexes. */
export function registerModels(connection: Connection): void {
  openStores(connection)
}
