import type { CampaignStore } from '../campaigns/campaign-store'
import type { DecisionStore } from '../campaigns/decision-store'
import type { DueRun } from '../campaigns/due-run'
import type { RevisionStore } from '../campaigns/revision-store'
import type { Run } from '../campaigns/run'
import type { RunStore } from '../campaigns/run-store'
import type { Clock } from '../core/clock'
import type { Logger } from '../core/logger'
import type { Leases } from '../malls/lease-store'
import type { MallId } from '../malls/mall'
import type { MallStore } from '../malls/mall-store'
import type { AccountSource } from '../messages/sending-account'
import type { ShopperStore } from '../shoppers/shopper-store'
import type { SpendStore } from '../spend/spend-store'
import type { LeaseTimes } from './batch-rules'
import type { BatchStore } from './batch-store'
import type { PublishParts } from './publish-run'
import type { SendStore } from './send-store'

/** What starting runs is built from. */
export interface RunParts extends PublishParts {
  clock: Clock
  times: LeaseTimes
  worker: string
  leases: Pick<Leases, 'acquire' | 'renew' | 'release'>
  /** Runs that should exist by now (campaigns), in the order in which they are planned. */
  due: () => Promise<DueRun[]>
  campaigns: Pick<CampaignStore, 'find' | 'list'>
  revisions: Pick<RevisionStore, 'find'>
  runs: RunStore
  decisions: DecisionStore
  sends: SendStore
  batches: BatchStore
  malls: Pick<MallStore, 'find'>
  shoppers: Pick<ShopperStore, 'population'>
  accounts: Pick<AccountSource, 'current'>
  spend: Pick<SpendStore, 'open'>
  finishRun: (mallId: MallId, runId: string) => Promise<void>
  logger: Logger
}

/**
 * Removes what the run's attempts below `attempt` wrote. Whoever does it may have slept since it had that number, and another
 * may have published: a later attempt's rows are never touched.
 */
export async function wipePlan(
  { sends, batches, decisions }: Pick<RunParts, 'sends' | 'batches' | 'decisions'>,
  { mallId, id }: Pick<Run, 'mallId' | 'id'>,
  attempt: number,
): Promise<void> {
  await batches.wipeRun(mallId, id, attempt)
  await sends.wipeRun(mallId, id, attempt)
  await decisions.wipeRun(mallId, id, attempt)
}
