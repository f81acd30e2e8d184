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
import { summaryStore } from './reports/summary-store'
import { optOutStore } from './shoppers/opt-out-store'
import { productStore } from './shoppers/product-store'
import { shopperStore } from './shoppers/shopper-store'
import { clickStore } from './tracking/click-store'
import { orderStore } from './tracking/order-store'

/** Registers the model of every store on a connection, so that release and start can make collections and indexes. */
export function registerModels(connection: Connection): void {
  // one line per store, in alphabetical order: xStore(connection)
  campaignStore(connection)
  clickStore(connection)
  decisionStore(connection)
  eventStore(connection)
  hintStore(connection, machineClock)
  installStore(connection)
  leaseStore(connection, machineClock)
  mallStore(connection)
  optOutStore(connection)
  orderStore(connection)
  productStore(connection)
  revisionStore(connection)
  runStore(connection)
  shopperStore(connection)
  summaryStore(connection)
  tokenCollection(connection)
  userStore(connection)
}
