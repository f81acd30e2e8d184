import type { CampaignStore } from '../campaigns/campaign-store'
import type { RevisionStore } from '../campaigns/revision-store'
import type { Clock } from '../core/clock'
import type { Keyring } from '../core/crypto'
import type { Logger } from '../core/logger'
import type { MallId } from '../malls/mall'
import type { MallStore } from '../malls/mall-store'
import type { ComposedMessage, MessageFacts, MessageTemplate } from '../messages/message'
import type { MessageRelay } from '../messages/message-relay'
import type { AccountSource } from '../messages/sending-account'
import type { OptOutStore } from '../shoppers/opt-out-store'
import type { ShopperStore } from '../shoppers/shopper-store'
import type { SpendStore } from '../spend/spend-store'
import type { LeaseTimes } from './batch-rules'
import type { BatchStore } from './batch-store'
import type { LaneStore } from './lane-store'
import type { Ledger } from './ledger'
import type { TextGate } from './move-to-texts'
import type { Send } from './send'
import type { SendStore } from './send-store'

/** What dispatching is built from. */
export interface DispatchParts {
  /** Business time. */
  clock: Clock
  /** Leases and timeouts. */
  machine: Clock
  times: LeaseTimes
  /** Names this process in leases. */
  worker: string
  lanes: LaneStore
  batches: BatchStore
  sends: SendStore
  spend: Pick<SpendStore, 'budgets'>
  ledger: Ledger
  shoppers: Pick<ShopperStore, 'contactFacts'>
  optOuts: Pick<OptOutStore, 'of'>
  campaigns: Pick<CampaignStore, 'find'>
  revisions: Pick<RevisionStore, 'find'>
  malls: Pick<MallStore, 'find'>
  accounts: AccountSource
  relay: MessageRelay
  keyring: Pick<Keyring, 'forMall'>
  compose: (
    template: MessageTemplate,
    input: { name: string | null; facts: MessageFacts; url: string },
  ) => ComposedMessage
  /** The tracked link of a send. */
  linkFor: (send: Pick<Send, 'id'>) => string
  /** A person blocked the channel or refused by 080: recorded as a refusal that beats every consent. */
  refuse: (mallId: MallId, phoneKey: string, at: Date) => Promise<void>
  /** Whether failures of a run go on to a text. */
  texts: TextGate
  /** Called when a batch was settled: finishes the run when it was the last one. */
  finishRun: (mallId: MallId, runId: string) => Promise<void>
  logger: Logger
}
