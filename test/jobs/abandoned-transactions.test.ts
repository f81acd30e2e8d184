import { startChild } from '../../scripts/child'
import { createTransactions, type WatchedTransactions } from '../../server/spend/transaction-store'
import { connectTestDatabase, type TestDatabase } from '../support/database'

const SILENT_MS = 300

describe('a transaction whose process was killed', () => {
  let database: TestDatabase
  let transactions: WatchedTransactions

  beforeEach(async () => {
    database = await connectTestDatabase()
    transactions = createTransactions(database.connection)
    await database.connection.createCollection('rows')
    await database.connection.collection('rows').insertOne({ _id: 1 as never, n: 0 })
  })

  afterEach(() => database.close())

  const row = async () => (await database.connection.collection('rows').findOne({}))?.['n']
  const add = (n: number) =>
    transactions.run('mall', (session) =>
      database.connection.collection('rows').updateOne({ _id: 1 as never }, { $inc: { n } }, { session }),
    )
  const transactors = () => database.connection.collection('transactors').countDocuments()

  /** Kills a process in the middle of its transaction. */
  function killAtWork(): Promise<void> {
    return new Promise((resolve) => {
      const child = startChild('test/jobs/abandoned-process.ts', { ROWS_URI: database.uri }, (line) => {
        if (line === 'writing') void child.kill().then(resolve)
      })
    })
  }

  it('locks nothing any more once it has been silent', async () => {
    await killAtWork()
    const began = performance.now()
    const added = add(10)

    let ended = 0
    while (ended === 0 && performance.now() - began < 30_000) {
      ended = await transactions.endAbandoned(SILENT_MS)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await added

    expect(ended).toBe(1)
    expect(await row()).toBe(10)
    // A server by itself keeps the lock for a minute.
    expect(performance.now() - began).toBeLessThan(30_000)
    expect(await transactors()).toBe(1)
  }, 90_000)

  it('of a process that lives after all is made again', async () => {
    const other = createTransactions(database.connection)
    await add(1)
    let tries = 0

    await transactions.run('mall', async (session) => {
      tries += 1
      await database.connection
        .collection('rows')
        .updateOne({ _id: 1 as never }, { $inc: { n: 5 } }, { session })
      while (tries === 1 && (await other.endAbandoned(0)) === 0)
        await new Promise((resolve) => setTimeout(resolve, 10))
    })
    await add(1)

    expect(tries).toBe(2)
    expect(await row()).toBe(7)
  }, 60_000)

  it('is left alone while its process beats', async () => {
    const other = createTransactions(database.connection)
    await add(1)

    await other.endAbandoned(0)
    await transactions.endAbandoned()

    expect(await other.endAbandoned(0)).toBe(0)
  })
})
