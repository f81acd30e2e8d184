import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findDatabase, type RunningDatabase } from '../../config/embedded-database'
import { isRunning, readServerState, takeFolder } from '../../config/embedded-database-files'
import { terminate } from '../../config/embedded-database-process'

const PREFIX = 'baguni-test-'

/** What the teardown needs of the set-up; both run in the same process of jest. */
export const shared: { server: RunningDatabase | null; dataDir: string | null } = {
  server: null,
  dataDir: null,
}

/** Starts one throw-away database server for the whole run; the test files find it by TEST_DATABASE_URI. */
export default async function globalSetup(): Promise<void> {
  await clearAbandoned(tmpdir())
  shared.dataDir = mkdtempSync(join(tmpdir(), PREFIX))
  try {
    shared.server = await findDatabase({
      dataDir: shared.dataDir,
      env: process.env,
      durable: false,
      progress: (line) => process.stderr.write(`${line}\n`),
    })
  } catch (cause) {
    rmSync(shared.dataDir, { recursive: true, force: true })
    throw cause
  }
  process.env['TEST_DATABASE_URI'] = shared.server.uri('DATABASE')
}

/** A run that was killed leaves its server and its folder behind; the next one ends and removes them. */
async function clearAbandoned(parent: string): Promise<void> {
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(PREFIX))) {
    const folder = join(parent, name)
    // Without a lock it may belong to a run that is just beginning.
    if (!existsSync(join(folder, 'start.lock'))) continue
    try {
      takeFolder(folder)
    } catch {
      continue // that run is still going on
    }
    const server = readServerState(folder)
    if (server && isRunning(server) && server.storePath.startsWith(folder)) await terminate(server)
    rmSync(folder, { recursive: true, force: true })
  }
}
