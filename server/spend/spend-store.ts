import { type Connection, Schema } from 'mongoose'
import { AppError } from '../core/errors'
import { assertWon, type Won } from '../core/won'
import type { MallId } from '../malls/mall'
import { fromStored, mallCollection, type Stored } from '../malls/mall-scope-store'
import type { Budget, BudgetScope } from './spend'
import { budgetIdsOf } from './spend-rules'
import type { Session } from './transaction-store'

const schema = new Schema({
  _id: String,
  mallId: String,
  capWon: Number,
  reservedWon: Number,
  chargedWon: Number,
  peakWon: Number,
})

/** What settling gives back and what it takes for good; `chargeWon` comes out of `releaseWon`. */
export interface Settlement {
  releaseWon: Won
  chargeWon: Won
}

/** The purses of all malls. */
export interface SpendStore {
  /** Makes the scope's budgets that are missing, and sets the caps that are named (null = none). */
  open(scope: BudgetScope, caps: Partial<Record<string, Won | null>>): Promise<void>
  /** Sets the cap of one budget, making it when it is missing; null switches it off. */
  setCap(mallId: MallId, budgetId: string, capWon: Won | null): Promise<void>
  /** True when `won` fitted into every budget and is reserved; false means: abort the transaction. */
  reserve(session: Session, scope: BudgetScope, won: Won): Promise<boolean>
  /** Gives back `releaseWon` and charges `chargeWon` of it; throws AppError `unreserved-won` for more than was reserved. */
  settle(session: Session, scope: BudgetScope, settlement: Settlement): Promise<void>
  /** The scope's budgets as they stand. */
  budgets(scope: BudgetScope): Promise<Budget[]>
  budget(mallId: MallId, budgetId: string): Promise<Budget | null>
}

/** Budgets in the collection `budgets`. */
export function spendStore(connection: Connection): SpendStore {
  const budgets = mallCollection<Stored<Budget>>(connection, 'budgets', schema)

  const ensure = async (mallId: MallId, id: string, capWon: Won | null | undefined) => {
    const empty = { reservedWon: 0, chargedWon: 0, peakWon: 0 }
    const given = capWon === undefined
    await budgets.updateOne(
      mallId,
      { _id: id },
      {
        ...(given ? {} : { $set: { capWon } }),
        $setOnInsert: { ...empty, ...(given ? { capWon: null } : {}) },
      },
      { upsert: true },
    )
  }

  return {
    async open(scope, caps) {
      const ids = budgetIdsOf(scope)
      const known = await budgets.findByIds(scope.mallId, ids)
      for (const id of ids) {
        const capWon = caps[id]
        const budget = known.find(({ _id }) => _id === id)
        if (!budget || (capWon !== undefined && capWon !== budget.capWon))
          await ensure(scope.mallId, id, capWon)
      }
    },
    setCap: ensure,
    async reserve(session, scope, won) {
      assertWon(won)
      const ids = budgetIdsOf(scope)
      const { matchedCount } = await budgets.updateMany(
        scope.mallId,
        {
          _id: { $in: ids },
          $expr: { $or: [{ $eq: ['$capWon', null] }, { $lte: [sumWith(won), '$capWon'] }] },
        },
        [
          { $set: { reservedWon: { $add: ['$reservedWon', won] } } },
          { $set: { peakWon: { $max: ['$peakWon', sumWith(0)] } } },
        ],
        { session },
      )
      return matchedCount === ids.length
    },
    async settle(session, scope, { releaseWon, chargeWon }) {
      assertWon(releaseWon)
      assertWon(chargeWon)
      const ids = budgetIdsOf(scope)
      const { matchedCount } = await budgets.updateMany(
        scope.mallId,
        { _id: { $in: ids }, reservedWon: { $gte: releaseWon } },
        { $inc: { reservedWon: -releaseWon, chargedWon: chargeWon } },
        { session },
      )
      if (matchedCount !== ids.length || chargeWon > releaseWon)
        throw new AppError('unreserved-won', 'More won settled than was reserved', {
          runId: scope.runId,
          releaseWon,
          chargeWon,
        })
    },
    async budgets(scope) {
      const found = await budgets.findByIds(scope.mallId, budgetIdsOf(scope))
      return found.map((doc) => fromStored<Budget>(doc))
    },
    async budget(mallId, budgetId) {
      const found = await budgets.findOne(mallId, { _id: budgetId })
      return found ? fromStored<Budget>(found) : null
    },
  }
}

function sumWith(won: Won) {
  return { $add: ['$reservedWon', '$chargedWon', won] }
}
