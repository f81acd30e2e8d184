import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findDatabase } from '../../config/embedded-database'

/** A database server for suites that share one process with the product. */
export interface Ground {
  close(): Promise<void>
}

/**
 * Sees to it that TEST_DATABASE_URI names a server: the one of the jest run, or one of its own that ends with it. These
 * suites kill nothing, so their commits are not synced.
 */
export async function openGround(say: (line: string) => void): Promise<Ground> {
  if (process.env['TEST_DATABASE_URI']) return { close: async () => undefined }
  const dataDir = mkdtempSync(join(tmpdir(), 'baguni-faults-'))
  const server = await findDatabase({ dataDir, env: process.env, durable: false, progress: say })
  process.env['TEST_DATABASE_URI'] = server.uri('DATABASE')
  return {
    async close() {
      delete process.env['TEST_DATABASE_URI']
      await server.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
