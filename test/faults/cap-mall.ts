import { newId, sendIdOf } from '../../server/core/ids'
import type { Stores } from '../../server/models'
import type { Batch, Send } from '../../server/sends/send'
import { emptyTally } from '../../server/sends/tally-store'
import type { Transactions } from '../../server/spend/transaction-store'
import { AT } from './cap-hand'
import type { Rolls } from './rolls'

/** A batch as the suite knows it from what its own steps came to. */
export interface CapBatch {
  id: string
  run: CapRun
  state: 'planned' | 'out' | 'accepted' | 'gone'
  openIds: string[]
  step: 1 | 2
  priceWon: number
  worstWon: number
  /** What a planned text keeps for each send since its first try, and what that try cost. */
  keptEachWon: number
  firstWon: number
  /** A step is under way with it. */
  busy: boolean
}

export interface CapRun {
  id: string
  campaignId: string
  day: string
  /** Run, campaign-day, month and mall, in the words of server/spend/spend.ts. */
  budgetIds: string[]
  price: { firstWon: number; fallbackWon: number | null; chargedOnFailure: boolean }
}

/** The dearest way in which one send can end, reckoned apart from the product. */
export function worstOf({ firstWon, fallbackWon, chargedOnFailure }: CapRun['price']): number {
  if (fallbackWon === null) return firstWon
  return Math.max(firstWon, fallbackWon + (chargedOnFailure ? firstWon : 0))
}

export function priceFrom(rolls: Rolls): CapRun['price'] {
  const firstWon = rolls.between(1, 60)
  const fallbackWon = rolls.chance(0.5) ? rolls.between(1, 200) : null
  return { firstWon, fallbackWon, chargedOnFailure: rolls.chance(0.3) }
}

/** What the budgets hold for the open sends of a batch: its worst case while it is out, what a planned text keeps. */
export function reservedOf({ state, worstWon, keptEachWon, openIds }: CapBatch): number {
  return (state === 'planned' ? keptEachWon : state === 'gone' ? 0 : worstWon) * openIds.length
}

/** Two to three runs of two campaigns, on both sides of a month's end, with their batches, planned and published. */
export async function plantCapMall(
  stores: Stores,
  transactions: Transactions,
  mallId: string,
  rolls: Rolls,
): Promise<{ runs: CapRun[]; batches: CapBatch[] }> {
  const runs: CapRun[] = []
  const batches: CapBatch[] = []
  for (const [campaign, day] of rolls.one([
    [
      ['a', '2026-11-30'],
      ['a', '2026-12-01'],
    ],
    [
      ['a', '2026-11-30'],
      ['b', '2026-11-30'],
    ],
    [
      ['a', '2026-11-29'],
      ['b', '2026-11-30'],
      ['a', '2026-12-01'],
    ],
  ] as const)) {
    const id = newId(AT)
    const budgetIds = [
      `${mallId}:run:${id}`,
      `${mallId}:day:${campaign}:${day}`,
      `${mallId}:month:${day.slice(0, 7)}`,
      `${mallId}:all`,
    ]
    const run = { id, campaignId: campaign, day, budgetIds, price: priceFrom(rolls) }
    runs.push(run)
    batches.push(...(await plantRun(stores, transactions, mallId, run, rolls)))
  }
  return { runs, batches }
}

async function plantRun(
  stores: Stores,
  transactions: Transactions,
  mallId: string,
  run: CapRun,
  rolls: Rolls,
): Promise<CapBatch[]> {
  const sends: Send[] = []
  const planned: Batch[] = []
  for (let number = 1; number <= rolls.between(3, 5); number += 1) {
    const own = Array.from({ length: rolls.between(1, 8) }, (_, i) =>
      sendOf(mallId, run, sends.length + i, number),
    )
    sends.push(...own)
    planned.push(
      batchOf(
        mallId,
        run,
        number,
        own.map(({ id }) => id),
      ),
    )
  }
  await stores.sends.insert(mallId, sends)
  await stores.batches.insert(mallId, planned)
  const { id, campaignId, day } = run
  await stores.spend.open({ mallId, campaignId, runId: id, runDay: day }, {})
  await transactions.run(mallId, async (session) => {
    await stores.tallies.open(session, emptyTally(id, mallId, sends.length, planned.length))
    await stores.lanes.open(session, {
      ...{ id, mallId, campaignId, revision: 1, runDay: day, test: false, latestAt: AT },
      ...{
        batches: planned.length,
        cursor: 1,
        next: null,
        rev: 0,
        hold: null,
        stopped: null,
        finished: false,
      },
    })
  })
  return planned.map(({ id: batchId, sendIds }) => ({
    ...{ id: batchId, run, state: 'planned' as const, openIds: sendIds, step: 1 as const },
    ...{ priceWon: 0, worstWon: 0, keptEachWon: 0, firstWon: 0, busy: false },
  }))
}

function sendOf(mallId: string, { id, campaignId, day }: CapRun, index: number, batch: number): Send {
  return {
    ...{ id: sendIdOf(id, index), mallId, campaignId, revision: 1, runId: id, runDay: day },
    ...{ memberId: `m${index}`, phoneKey: `p${index}`, toSealed: '', nameSealed: '', test: false, batch },
    ...{ facts: { productName: null, moreItems: 0, cartWon: 0 }, step: 1 as const },
    ...{ end: null, endReason: null, endedAt: null, chargedWon: 0 },
  }
}

function batchOf(mallId: string, { id, campaignId, day }: CapRun, number: number, sendIds: string[]): Batch {
  return {
    ...{ id: `${id}:${number}`, mallId, campaignId, revision: 1, runId: id, runDay: day, number },
    ...{ step: 1 as const, test: false, state: 'planned' as const, sendIds, open: sendIds.length },
    ...{ dueAt: AT, asked: 0, latestAt: AT, lease: null, fence: 0, intent: null },
    ...{ handedOverAt: null, acceptedAt: null },
  }
}
