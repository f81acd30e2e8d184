import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findDatabase, type RunningDatabase } from '../../config/embedded-database'

/** What the teardown needs of the set-up; both run in the same process of jest. */
export const shared: { server: RunningDatabase | null; dataDir: string | null } = {
  server: null,
  dataDir: null,
}

/** Starts one throw-away database server for the whole run; the test files find it by TEST_DATABASE_URI. */
export default async function globalSetup(): Promise<void> {
  shared.dataDir = mkdtempSync(join(tmpdir(), 'baguni-test-'))
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
