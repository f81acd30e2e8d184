import fc from 'fast-check'
import type { BudgetScope } from '../../server/spend/spend'
import {
  budgetIdsOf,
  dayBudgetId,
  howManyFit,
  mallBudgetId,
  monthBudgetId,
  runBudgetId,
  worstCaseWon,
} from '../../server/spend/spend-rules'
import { type SpendStore, spendStore } from '../../server/spend/spend-store'
import { createTransactions, type Transactions } from '../../server/spend/transaction-store'
import { connectTestDatabase, type TestDatabase } from '../support/database'

const purse = (capWon: number | null, reservedWon = 0, chargedWon = 0) => ({
  capWon,
  reservedWon,
  chargedWon,
})

describe('howManyFit', () => {
  it.each([
    ['no cap lets all through', [purse(null, 900, 900)], 25, 100, 100],
    ['the tightest of several caps decides', [purse(10_000), purse(130, 30)], 25, 100, 4],
    ['reserved and charged both take room', [purse(100, 25, 50)], 25, 10, 1],
    ['an overdrawn purse lets nothing through', [purse(100, 200)], 25, 10, 0],
    ['a message without a price always fits', [purse(1, 1)], 0, 10, 10],
    ['a cap that is met to the won is full', [purse(250)], 25, 10, 10],
  ])('%s', (_name, budgets, each, count, fitting) => {
    expect(howManyFit(budgets, each, count)).toBe(fitting)
  })
})

describe('worstCaseWon', () => {
  it.each([
    ['a first try alone', { firstWon: 25, firstChargedOnFailure: false, fallbackWon: null }, 25],
    ['a dearer fallback', { firstWon: 25, firstChargedOnFailure: false, fallbackWon: 50 }, 50],
    ['a cheaper fallback', { firstWon: 25, firstChargedOnFailure: false, fallbackWon: 12 }, 25],
    [
      'a fallback after a charged failure',
      { firstWon: 25, firstChargedOnFailure: true, fallbackWon: 12 },
      37,
    ],
  ])('counts %s', (_name, price, won) => {
    expect(worstCaseWon(price)).toBe(won)
  })
})

describe('budgets', () => {
  let database: TestDatabase
  let spend: SpendStore
  let transactions: Transactions

  beforeAll(async () => {
    database = await connectTestDatabase(spendStore)
    spend = spendStore(database.connection)
    transactions = createTransactions(database.connection)
  })

  afterAll(() => database.close())

  const scopeOf = (name: string): BudgetScope => ({
    mallId: `cafe24-${name}`,
    campaignId: 'c1',
    runId: `run-${name}`,
    runDay: '2026-11-22',
  })
  const reserve = (scope: BudgetScope, won: number, key: string) =>
    transactions
      .run(key, async (session) => {
        if (!(await spend.reserve(session, scope, won))) throw new Error('full')
      })
      .then(
        () => true,
        (cause: Error) => {
          if (cause.message !== 'full') throw cause
          return false
        },
      )
  const settle = (scope: BudgetScope, key: string, releaseWon: number, chargeWon: number) =>
    transactions.run(key, (session) => spend.settle(session, scope, { releaseWon, chargeWon }))

  it('are the run, its campaign and day, its month and its mall', async () => {
    const scope = scopeOf('names')

    expect(budgetIdsOf(scope)).toEqual([
      runBudgetId(scope.mallId, scope.runId),
      dayBudgetId(scope.mallId, 'c1', '2026-11-22'),
      monthBudgetId(scope.mallId, '2026-11-30'),
      mallBudgetId(scope.mallId),
    ])
    expect(budgetIdsOf({ ...scope, test: true })).not.toContain(dayBudgetId(scope.mallId, 'c1', '2026-11-22'))
  })

  it('take a reservation all or none, when one of them is full', async () => {
    const scope = scopeOf('allornone')
    await spend.open(scope, { [monthBudgetId(scope.mallId, scope.runDay)]: 30 })

    const first = await reserve(scope, 25, 'a')
    const second = await reserve(scope, 25, 'a')

    expect([first, second]).toEqual([true, false])
    for (const budget of await spend.budgets(scope))
      expect(budget).toMatchObject({ reservedWon: 25, peakWon: 25 })
  })

  it('give released won to the next reservation and keep what was charged', async () => {
    const scope = scopeOf('lend')
    await spend.open(scope, { [runBudgetId(scope.mallId, scope.runId)]: 50 })
    await reserve(scope, 50, 'a')

    await settle(scope, 'a', 50, 25)

    expect(await reserve(scope, 50, 'a')).toBe(false)
    expect(await reserve(scope, 25, 'a')).toBe(true)
    expect(await spend.budget(scope.mallId, runBudgetId(scope.mallId, scope.runId))).toMatchObject({
      reservedWon: 25,
      chargedWon: 25,
      peakWon: 50,
    })
  })

  it('refuse to settle what was never reserved, and change nothing', async () => {
    const scope = scopeOf('unreserved')
    await spend.open(scope, {})
    await reserve(scope, 25, 'a')

    await expect(settle(scope, 'a', 50, 0)).rejects.toMatchObject({ code: 'unreserved-won' })
    await expect(settle(scope, 'a', 25, 50)).rejects.toMatchObject({ code: 'unreserved-won' })

    for (const budget of await spend.budgets(scope))
      expect(budget).toMatchObject({ reservedWon: 25, chargedWon: 0 })
  })

  it('keep their cap and their use when a run is opened again', async () => {
    const scope = scopeOf('again')
    const day = dayBudgetId(scope.mallId, scope.campaignId, scope.runDay)
    await spend.open(scope, { [day]: 100 })
    await reserve(scope, 75, 'a')

    await spend.open({ ...scope, runId: 'run-other' }, {})

    expect(await spend.budget(scope.mallId, day)).toMatchObject({ capWon: 100, reservedWon: 75 })
    expect(await reserve({ ...scope, runId: 'run-other' }, 50, 'a')).toBe(false)
  })

  it('never hold more than their cap, with eight batches at once and any history', async () => {
    let round = 0
    const History = fc.array(
      fc.record({ won: fc.integer({ min: 0, max: 60 }), charge: fc.double({ min: 0, max: 1, noNaN: true }) }),
      { minLength: 8, maxLength: 24 },
    )
    await fc.assert(
      fc.asyncProperty(History, fc.integer({ min: 1, max: 300 }), async (history, capWon) => {
        const scope = scopeOf(`any-${round++}`)
        const runId = runBudgetId(scope.mallId, scope.runId)
        await spend.open(scope, { [runId]: capWon })
        const steps = [...history]
        const over: number[] = []
        const look = async () => {
          const now = await spend.budget(scope.mallId, runId)
          const held = (now?.reservedWon ?? 0) + (now?.chargedWon ?? 0)
          if (held > capWon) over.push(held)
        }
        // Each worker has a queue of its own, so that they meet in the database and not before it.
        const worker = async (key: string) => {
          for (let step = steps.pop(); step; step = steps.pop()) {
            if (!(await reserve(scope, step.won, key))) continue
            await look()
            await settle(scope, key, step.won, Math.floor(step.won * step.charge))
            await look()
          }
        }

        await Promise.all(Array.from({ length: 8 }, (_, i) => worker(`w${i}`)))

        const end = await spend.budget(scope.mallId, runId)
        expect(over).toEqual([])
        expect(end?.peakWon).toBeLessThanOrEqual(capWon)
        expect(end?.reservedWon).toBe(0)
      }),
      { numRuns: 12 },
    )
  })
})
