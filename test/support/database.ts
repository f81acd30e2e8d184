import { randomBytes } from 'node:crypto'
import type { Connection } from 'mongoose'
import { openDatabase, prepareDatabase } from '../../config/database'
import { withDatabase } from '../../config/mongodb-uri'
import { registerModels } from '../../server/models'

/** A database of one test file: all collections and indexes are there, nothing else. */
export interface TestDatabase {
  connection: Connection
  uri: string
  /** Drops the database and closes the connection. */
  close(): Promise<void>
}

/**
 * Makes a database of its own on the run's server, with the models of server/models.ts and those of `stores`
 * (functions that register their model on the connection).
 */
export async function connectTestDatabase(
  ...stores: ((connection: Connection) => unknown)[]
): Promise<TestDatabase> {
  const server = process.env['TEST_DATABASE_URI']
  if (!server)
    throw new Error('TEST_DATABASE_URI is missing: run the tests with jest, whose global set-up sets it')
  const uri = withDatabase(server, `baguni_test_${randomBytes(6).toString('hex')}`)
  const connection = await openDatabase(uri)
  registerModels(connection)
  for (const store of stores) store(connection)
  await prepareDatabase(connection, { info: () => undefined, warn: () => undefined })
  return {
    connection,
    uri,
    async close() {
      await connection.dropDatabase()
      await connection.close()
    },
  }
}
