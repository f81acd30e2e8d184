import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Connection, openDatabase, prepareDatabase } from '../config/database'
import { findDatabase } from '../config/embedded-database'
import { registerModels } from '../server/models'

/** A database made for one bench and dropped after it. */
export interface BenchDatabase {
  connection: Connection
  kind: string
  /** The address of one more database on the same server; who makes it drops it. */
  uri(name: string): string
  /** Drops a database, unless its whole server ends with the bench: secantusd-py takes minutes to drop 100,000 rows. */
  drop(connection: Connection): Promise<void>
}

/** Runs `work` on an empty database: of `MONGODB_URI` when it is set, else of a server of our own with synced commits. */
export async function withBenchDatabase(work: (database: BenchDatabase) => Promise<void>): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'baguni-bench-'))
  const say = (line: string) => void process.stderr.write(`${line}\n`)
  const server = await findDatabase({ dataDir, env: process.env, progress: say, durable: true })
  const uri = (name: string) => server.uri(`baguni_bench_${process.pid}_${name}`)
  const drop = async (connection: Connection) => {
    if (server.kind === 'uri') await connection.dropDatabase()
  }
  const connection = await openDatabase(uri('main'))
  try {
    registerModels(connection)
    await prepareDatabase(connection, { info: () => undefined, warn: () => undefined })
    await work({ connection, kind: server.kind, uri, drop })
    await drop(connection)
  } finally {
    await connection.close()
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}
