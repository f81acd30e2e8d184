import type { Connection } from '../config/database'
import { userStore } from './accounts/user-store'
import { campaignStore } from './campaigns/campaign-store'
import { decisionStore } from './campaigns/decision-store'
import { revisionStore } from './campaigns/revision-store'
import { runStore } from './campaigns/run-store'
import { summaryStore } from './reports/summary-store'
import { clickStore } from './tracking/click-store'
import { orderStore } from './tracking/order-store'

/** Registers the model of every store on a connection, so that release and start can make collections and indexes. */
export function registerModels(connection: Connection): void {
  // one line per store, in alphabetical order: xStore(connection)
  campaignStore(connection)
  clickStore(connection)
  decisionStore(connection)
  orderStore(connection)
  revisionStore(connection)
  runStore(connection)
  summaryStore(connection)
  userStore(connection)
}
