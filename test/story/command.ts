import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const ROOT = join(__dirname, '..', '..')

/** What a command came to. */
export interface Ended {
  code: number | null
  out: string
  err: string
}

/** Runs a script of this repository with nothing of our own environment but what finds programs. */
export async function runScript(
  script: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(ROOT, script), ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended: Ended = { code: null, out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    ended.out += piece
  })
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    ended.err += piece
  })
  await once(child, 'close')
  return { ...ended, code: child.exitCode }
}
