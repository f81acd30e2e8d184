import { type Connection, openDatabase } from '../../config/database'
import type { Run } from '../../server/campaigns/run'
import type { Mall } from '../../server/malls/mall'
import { openStores, registerModels } from '../../server/models'
import type { Tally } from '../../server/sends/lane'
import type { Send } from '../../server/sends/send'
import type { Budget } from '../../server/spend/spend'
import { dayBudgetId } from '../../server/spend/spend-rules'
import { wait } from './sandbox-control'

/** Our own rows, only read: what the story waits for, and what it compares. */
export interface LedgerView {
  mall(): Promise<Mall | null>
  /** The scheduled run of the story's campaign. */
  run(): Promise<Run | null>
  tally(runId: string): Promise<Tally | null>
  sends(runId: string): Promise<Send[]>
  budget(run: Run): Promise<Budget | null>
  attributedOrders(runId: string): Promise<{ orders: number; revenueWon: number }>
  close(): Promise<void>
}

const MALL = 'cafe24-demoshop'

/** Opens a connection of its own beside web and worker. */
export async function openLedgerView(databaseUri: string): Promise<LedgerView> {
  const connection: Connection = await openDatabase(databaseUri)
  registerModels(connection)
  const stores = openStores(connection)
  return {
    mall: () => stores.malls.find(MALL),
    async run() {
      const runs = await stores.runs.list(MALL, { limit: 20 })
      return runs.find(({ kind }) => kind === 'scheduled') ?? null
    },
    tally: (runId) => stores.tallies.byRun(MALL, runId),
    async sends(runId) {
      const all: Send[] = []
      for await (const send of stores.sends.stream(MALL, runId)) all.push(send)
      return all
    },
    budget: (run) => stores.spend.budget(MALL, dayBudgetId(MALL, run.campaignId, run.day)),
    async attributedOrders(runId) {
      const { orders, netWon } = await stores.orders.ofRun(MALL, runId)
      return { orders, revenueWon: netWon }
    },
    close: () => connection.close(),
  }
}

/** Asks until `look` gives something, at most `patienceMs`; says what it waits for when patience ends. */
export async function until<T>(
  what: string,
  patienceMs: number,
  look: () => Promise<T | null | false>,
): Promise<T> {
  const end = performance.now() + patienceMs
  while (performance.now() < end) {
    const found = await look()
    if (found !== null && found !== false) return found
    await wait(250)
  }
  throw new Error(`Waited ${Math.round(patienceMs / 1000)} s in vain: ${what}`)
}
