import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'

/** What outlives a restart of the sandbox; the parts check their own share. */
export const SandboxState = z.object({
  version: z.literal(1),
  clock: z.object({ now: z.iso.datetime(), speed: z.number().min(0) }),
  mall: z.unknown(),
  relay: z.unknown(),
  control: z.unknown(),
})
export type SandboxState = z.infer<typeof SandboxState>

/** The saved state, or null when there is no file; throws an Error that says what to do when it cannot be read. */
export function readState(file: string): SandboxState | null {
  if (!existsSync(file)) return null
  try {
    return SandboxState.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (cause) {
    throw new Error(`The sandbox state ${file} cannot be read; delete it to begin anew`, { cause })
  }
}

/** Writes the state so that a kill at any moment leaves the old file or the new one. */
export function writeState(file: string, state: SandboxState): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}
