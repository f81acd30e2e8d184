import type { SandboxClock } from '../clock'
import type { DueQueue } from './due-queue'
import type { RelayStore } from './relay-store'
import type { DueItem, PlayRelayAccount, RelayBehaviour } from './relay-types'
import type { WebhookSender } from './webhook-sender'

/** The parts that the relay's use cases share. */
export interface RelayContext {
  account: PlayRelayAccount
  accountId: string
  /** What a message on the wire tells of its account. */
  wire: { accountId: string; pfId: string }
  clock: SandboxClock
  machineNowMs: () => number
  store: RelayStore
  behaviour: () => RelayBehaviour
  due: Pick<DueQueue<DueItem>, 'add'>
  webhooks: Pick<WebhookSender, 'report'>
}
