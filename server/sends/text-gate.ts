import type { DispatchParts } from './dispatch-parts'
import { GATHER_MS } from './fallback-rules'
import type { TextGate } from './move-to-texts'
import { canText } from './outgoing'

const RUNS_KEPT = 200

/** The gate over lanes, revisions and accounts. */
export function createTextGate(
  parts: Pick<DispatchParts, 'accounts' | 'clock' | 'lanes' | 'revisions'>,
): TextGate {
  // Only a hint: which batch this process put texts into last. The ledger joins it only while it is planned and has room.
  const gathering = new Map<string, number>()
  return {
    async open(mallId, runId) {
      const [lane, account] = await Promise.all([
        parts.lanes.byRun(mallId, runId),
        parts.accounts.current(mallId),
      ])
      if (!lane || lane.test || lane.stopped || !account || !canText(account.account)) return null
      const dueAt = new Date(parts.clock.now().getTime() + GATHER_MS)
      if (dueAt >= lane.latestAt) return null
      const revision = await parts.revisions.find(mallId, lane.campaignId, lane.revision)
      if (!revision?.spec.fallback) return null
      const nextNumber = () => parts.lanes.addBatch(mallId, runId)
      return { dueAt, nextNumber, gathering: gathering.get(runId) ?? null }
    },
    async moved(mallId, runId, { dueAt }, number) {
      gathering.delete(runId)
      if (number !== null) gathering.set(runId, number)
      const [oldest] = gathering.keys()
      if (gathering.size > RUNS_KEPT && oldest !== undefined) gathering.delete(oldest)
      await parts.lanes.wake(mallId, runId, dueAt)
    },
  }
}
