import { howManyFit } from '../spend/spend-rules'
import type { DispatchParts } from './dispatch-parts'
import type { Lane } from './lane'
import { worstEachWon } from './outgoing'
import type { CancelReason } from './send'

const BATCHES_AT_ONCE = 20

/**
 * Ends everything of a run that has not been handed over: called off for `reason`; without one its latest time is over,
 * and it is `capped` when no won is left for one more send, else `expired`.
 */
export async function closeLane(
  parts: Pick<
    DispatchParts,
    'batches' | 'clock' | 'ledger' | 'lanes' | 'spend' | 'accounts' | 'revisions' | 'finishRun'
  >,
  lane: Lane,
  reason: CancelReason | null,
): Promise<void> {
  const { mallId, id: runId } = lane
  if (reason !== null && lane.stopped === null)
    await parts.lanes.stop(mallId, lane.campaignId, reason, parts.clock.now())
  const ids = await parts.batches.plannedIds(mallId, runId)
  const end = reason === null ? await endOfWaiting(parts, lane) : ('cancelled' as const)
  let settled = false
  for (let i = 0; i < ids.length; i += BATCHES_AT_ONCE) {
    const chunk = ids.slice(i, i + BATCHES_AT_ONCE)
    const ended = await parts.ledger.endPlanned(mallId, chunk, { end, reason }, parts.clock.now())
    settled ||= ended.settled
  }
  if (settled) await parts.finishRun(mallId, runId)
  // Its time is over: what comes back must not wait for a person any more.
  if (lane.hold?.reason === 'failures')
    return parts.lanes.goOn(mallId, runId, lane.forgotten ?? { count: 0, bad: 0 }, parts.clock.now())
  // A batch that a worker still holds comes back with a wake, or not at all.
  await parts.lanes.rest(lane, null)
}

async function endOfWaiting(
  { spend, accounts, revisions }: Pick<DispatchParts, 'spend' | 'accounts' | 'revisions'>,
  { mallId, campaignId, revision, id: runId, runDay, test }: Lane,
): Promise<'capped' | 'expired'> {
  const [budgets, account, stored] = await Promise.all([
    spend.budgets({ mallId, campaignId, runId, runDay, test }),
    accounts.current(mallId),
    revisions.find(mallId, campaignId, revision),
  ])
  const eachWon = account && stored ? worstEachWon(stored.spec, account, test) : 0
  const fits = howManyFit(budgets, eachWon, 1)
  return fits === 0 ? 'capped' : 'expired'
}
