import { rmSync } from 'node:fs'
import { shared } from './global-setup'

/** Stops the database server of the run and removes its data. */
export default async function globalTeardown(): Promise<void> {
  await shared.server?.stop()
  if (shared.dataDir) rmSync(shared.dataDir, { recursive: true, force: true })
}
