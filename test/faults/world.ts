import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findDatabase, type RunningDatabase } from '../../config/embedded-database'
import { isRunning, readServerState } from '../../config/embedded-database-files'
import { startChild } from '../../scripts/child'
import { type Crew, createCrew } from './crew'
import type { Protection } from './suite'

/** What all seeds of a suite share: a database server, the relay's process and a crew of workers. */
export interface World {
  databaseUri(name: string): string
  relayUrl: string
  crew: Crew
  broken: Protection | null
  say: (line: string) => void
  close(): Promise<void>
}

/**
 * Starts a world; `workers` processes are at work or ready. Its server is its own, in a jest run too: leases of two seconds
 * leave no time for the work of other tests. A suite that strikes the database brings one.
 */
export async function openWorld(options: {
  workers: number
  broken: Protection | null
  say: (line: string) => void
  database?: Pick<RunningDatabase, 'uri' | 'stop'>
}): Promise<World> {
  const { workers, broken, say } = options
  const dataDir = mkdtempSync(join(tmpdir(), 'baguni-faults-'))
  const database = options.database ?? (await startUnsyncedDatabase(dataDir, say))
  const crew = createCrew(workers)
  const relay = await startRelayProcess()
  return {
    databaseUri: (name) => database.uri(name),
    relayUrl: relay.url,
    crew,
    broken,
    say,
    async close() {
      await crew.close()
      await relay.stop()
      await database.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** A server for suites that kill workers, but never the server: its commits need no syncing. */
function startUnsyncedDatabase(dataDir: string, say: (line: string) => void): Promise<RunningDatabase> {
  return findDatabase({ dataDir, env: { PATH: process.env['PATH'] }, progress: say, durable: false })
}

/** A server of the finder whose acknowledged writes survive a kill. */
export async function startDatabase(dataDir: string, say: (line: string) => void): Promise<RunningDatabase> {
  // A durable server outlives its start; this one has nothing to keep when the run is broken off.
  process.once('exit', () => {
    const server = readServerState(dataDir)
    if (server && isRunning(server)) process.kill(server.pid, 'SIGKILL')
  })
  return findDatabase({ dataDir, env: { PATH: process.env['PATH'] }, progress: say, durable: true })
}

async function startRelayProcess(): Promise<{ url: string; stop: () => Promise<void> }> {
  return new Promise((resolve, reject) => {
    const words: string[] = []
    const child = startChild('test/faults/relay-process.ts', {}, (line) => {
      words.push(line)
      if (line.startsWith('{"url"')) resolve({ url: String(JSON.parse(line).url), stop: () => child.kill() })
    })
    child.process.once('exit', () => reject(new Error(`The relay's process ended: ${words.join('\n')}`)))
  })
}
