import type { ClientSession } from 'mongodb'
import type { Connection } from 'mongoose'

/** A transaction under way, handed from store to store. */
export type Session = ClientSession

/** Runs short transactions; write conflicts are tried again. */
export interface Transactions {
  /**
   * Runs `work` in a transaction; it may run more than once and must do nothing outside the database.
   * Transactions with the same `key` of this process go one after another: they would only conflict on the same budgets.
   */
  run<T>(key: string, work: (session: Session) => Promise<T>): Promise<T>
}

/** Transactions on one connection, acknowledged once they survive a kill. */
export function createTransactions(connection: Connection): Transactions {
  const tails = new Map<string, Promise<unknown>>()
  return {
    run(key, work) {
      const before = tails.get(key) ?? Promise.resolve()
      const mine = before.then(() => runOne(connection, work))
      const tail = mine.then(
        () => undefined,
        () => undefined,
      )
      tails.set(key, tail)
      void tail.then(() => {
        if (tails.get(key) === tail) tails.delete(key)
      })
      return mine
    },
  }
}

async function runOne<T>(connection: Connection, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await connection.startSession()
  try {
    // The driver repeats the work on TransientTransactionError, and the commit while its answer is unknown.
    return await session.withTransaction(() => work(session), {
      readConcern: { level: 'snapshot' },
      writeConcern: { w: 'majority', journal: true },
    })
  } finally {
    await session.endSession()
  }
}
