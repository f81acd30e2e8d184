import type { Config } from '../config/config'
import type { Connection } from '../config/database'
import type { Clock, MovableClock } from './core/clock'
import type { Keyring } from './core/crypto'
import type { Logger } from './core/logger'
import type { Metrics } from './core/metrics'
import type { Health } from './health'
import type { Stores } from './models'

/** What everything else is built from. */
export interface Base {
  config: Config
  /** Business time. */
  clock: MovableClock
  machine: Clock
  keyring: Keyring
  logger: Logger
  stores: Stores
  connection: Connection
  metrics: Metrics
  health: Health
  /** Names this process in leases. */
  worker: string
}
