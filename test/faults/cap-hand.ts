import type { Connection } from 'mongoose'
import { openStores, type Stores } from '../../server/models'
import { createLedger, type Ledger } from '../../server/sends/ledger'
import type { EndGroup } from '../../server/sends/ledger-rules'
import { budgetIdsOf } from '../../server/spend/spend-rules'
import type { SpendStore } from '../../server/spend/spend-store'
import { createTransactions } from '../../server/spend/transaction-store'
import type { Protection } from './suite'

/** The instant at which everything of the suite happens: caps know no hours. */
export const AT = new Date('2026-11-30T05:00:00Z')

/** One step of a history, as it travels to another process. */
export type Step =
  | { kind: 'hand-over'; mallId: string; batchId: string; count: number; priceWon: number; worstWon: number }
  | { kind: 'take-back'; mallId: string; batchId: string }
  | { kind: 'answer'; mallId: string; batchId: string; event: 'accepted' | 'lost' }
  | {
      kind: 'end'
      mallId: string
      groups: EndGroup[]
      texts: { runId: string; gathering: number | null } | null
    }
  | { kind: 'call-off'; mallId: string; batchIds: string[] }
  | { kind: 'set-cap'; mallId: string; budgetId: string; capWon: number | null }

/** What a step came to. */
export interface Done {
  outcome: 'stored' | 'full' | 'lost' | 'missed' | 'done' | 'refused'
  /** Who left, of a stored hand-over. */
  goIds: string[]
  /** The batch that those make up who did not fit. */
  rest: { batchId: string; ids: string[] } | null
  /** Sends that this step ended. */
  ended: number
  /** Sends that this step moved on to a text, and the number of the batch that they are in now. */
  moved: number
  gathering: number | null
}

/** Hands that do steps on the real ledger; each pair meets the others in the database only. */
export type Hand = (step: Step) => Promise<Done>

/** Won that is reserved whether it fits or not: what the judge must notice. */
function reserveAnyway(connection: Connection, spend: SpendStore): SpendStore {
  return {
    ...spend,
    async reserve(session, scope, won) {
      const filter = { _id: { $in: budgetIdsOf(scope) as never[] } }
      const grown = { $max: ['$peakWon', { $add: ['$reservedWon', '$chargedWon'] }] }
      await connection
        .collection('budgets')
        .updateMany(
          filter,
          [{ $set: { reservedWon: { $add: ['$reservedWon', won] } } }, { $set: { peakWon: grown } }],
          { session },
        )
      return true
    },
  }
}

const NOTHING: Done = { outcome: 'done', goIds: [], rest: null, ended: 0, moved: 0, gathering: null }

/** One more pair of hands over a connection, with a queue of transactions of its own; `broken` is a protection to take out. */
export function createHand(connection: Connection, broken: Protection | null = null): Hand {
  const opened = openStores(connection)
  const stores =
    broken === 'conditional-reserve' ? { ...opened, spend: reserveAnyway(connection, opened.spend) } : opened
  const ledger = createLedger({ ...stores, transactions: createTransactions(connection) })
  return (step) => doStep(stores, ledger, step)
}

async function doStep(stores: Stores, ledger: Ledger, step: Step): Promise<Done> {
  const { mallId } = step
  switch (step.kind) {
    case 'hand-over':
      return handOver(stores, ledger, step)
    case 'take-back': {
      const batch = await stores.batches.byId(mallId, step.batchId)
      if (batch?.state !== 'handed-over' && batch?.state !== 'unknown')
        return { ...NOTHING, outcome: 'missed' }
      const taken = await ledger.takeBack(batch, batch.state, AT)
      return { ...NOTHING, outcome: taken ? 'done' : 'refused' }
    }
    case 'answer': {
      const batch = await stores.batches.byId(mallId, step.batchId)
      if (!batch) return { ...NOTHING, outcome: 'missed' }
      const moved = await stores.batches.move(batch, { from: 'handed-over', event: step.event })
      return { ...NOTHING, outcome: moved ? 'done' : 'refused' }
    }
    case 'end': {
      const { texts } = step
      const fallback = texts && {
        dueAt: AT,
        nextNumber: () => stores.lanes.addBatch(mallId, texts.runId),
        gathering: texts.gathering,
      }
      const ended = await ledger.end(mallId, step.groups, AT, undefined, fallback)
      if (!ended) return { ...NOTHING, outcome: 'missed' }
      return { ...NOTHING, ended: ended.ended, moved: ended.moved, gathering: ended.gathering }
    }
    case 'call-off': {
      const ended = await ledger.endPlanned(mallId, step.batchIds, { end: 'expired', reason: null }, AT)
      return { ...NOTHING, ended: ended.ended }
    }
    case 'set-cap':
      await stores.spend.setCap(mallId, step.budgetId, step.capWon)
      return NOTHING
  }
}

/** As the dispatcher does it, but with a number of sends of its own choice, which may be too many. */
async function handOver(
  stores: Stores,
  ledger: Ledger,
  { mallId, batchId, count, priceWon, worstWon }: Extract<Step, { kind: 'hand-over' }>,
): Promise<Done> {
  const until = new Date(AT.getTime() + 30_000)
  const [batch] = await stores.batches.lease(mallId, [batchId], { owner: `${Math.random()}`, until }, AT)
  if (!batch) return { ...NOTHING, outcome: 'missed' }
  const rows = await stores.sends.openOf(mallId, batch.sendIds)
  // One that moved on to a text is still among the ids of its first batch.
  const open = rows.filter((row) => row.batch === batch.number).map(({ id }) => id)
  const goIds = open.slice(0, count)
  const restIds = open.slice(count)
  const number = restIds.length > 0 ? await stores.lanes.addBatch(mallId, batch.runId) : 0
  const outcome = await ledger.handOver({
    batch,
    goIds,
    rest: restIds.length > 0 ? { ids: restIds, number, dueAt: AT } : null,
    intent: { priceWon, worstWon, relayBatchId: `group-${batchId}`, account: 1 },
    now: AT,
    leaseUntil: until,
  })
  if (outcome === 'stored') {
    const rest = restIds.length > 0 ? { batchId: `${batch.runId}:${number}`, ids: restIds } : null
    return { ...NOTHING, outcome, goIds, rest }
  }
  await stores.batches.move(batch, { from: 'leased', event: 'given-back', set: { lease: null } })
  return { ...NOTHING, outcome }
}
