import { openDatabase } from '../../config/database'
import { createTransactions } from '../../server/spend/transaction-store'

/** A process that writes to the row `_id: 1` of `rows` in a transaction, says so, and never ends it. */
async function main(): Promise<void> {
  const connection = await openDatabase(process.env['ROWS_URI'] ?? '')
  await createTransactions(connection).run('mall', async (session) => {
    await connection.collection('rows').updateOne({ _id: 1 as never }, { $inc: { n: 1 } }, { session })
    process.stdout.write('writing\n')
    await new Promise(() => setInterval(() => undefined, 60_000))
  })
}

void main()
