import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants, readdirSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const SECRETS = /SECRET|MASTER_KEY|API_KEY|WEBHOOK_KEY|PASSWORD|TOKEN|MONGODB_URI|_JSON$/

/** Why one step of the finder does not give a database; kept for the start's message. */
export class StepFailed extends Error {}

/** The first executable file called `name` in `env.PATH`, or null. */
export function findOnPath(name: string, env: NodeJS.ProcessEnv): string | null {
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter(Boolean)) {
    const file = join(folder, name)
    try {
      accessSync(file, constants.X_OK)
      if (statSync(file).isFile()) return file
    } catch {
      // not here: the next folder of the PATH may have it
    }
  }
  return null
}

/** The environment for a foreign program: everything but our own secrets. */
export function foreignEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !SECRETS.test(name)))
}

/**
 * Runs a program to its end and returns what it printed. Throws StepFailed when it fails, and ends it when neither
 * its output nor the size of `watch` changes for `stallMs`. `onProgress` gets the size of `watch` in MB
 * and the newest line now and then.
 */
export async function runWatched(options: {
  command: string
  args: string[]
  env: NodeJS.ProcessEnv
  stallMs: number
  watch?: string
  cwd?: string
  onProgress?: (megabytes: number, line: string) => void
}): Promise<string> {
  const child = spawn(options.command, options.args, {
    env: foreignEnvironment(options.env),
    cwd: options.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const collect = (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-100_000)
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const watcher = watchProgress(options, () => output, kill)
  try {
    const code = await endOf(child, options.command)
    if (watcher.hasStalled()) throw new StepFailed(`no progress for ${options.stallMs / 1000} s`)
    if (code !== 0) throw new StepFailed(lastError(output) || `it ended with ${code}`)
    return output
  } finally {
    watcher.stop()
    process.removeListener('exit', kill)
    child.stdout.destroy()
    child.stderr.destroy()
  }
}

function endOf(child: ChildProcess, command: string): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => reject(new StepFailed(`${command} cannot be run (${cause.message})`)))
    // 'close' waits for the last output; a grandchild may hold the pipe, so 'exit' gets a second and no more.
    child.once('close', resolve)
    child.once('exit', (code) => setTimeout(() => resolve(code), 1_000).unref())
  })
}

function watchProgress(
  options: { stallMs: number; watch?: string; onProgress?: (megabytes: number, line: string) => void },
  output: () => string,
  kill: () => void,
): { hasStalled(): boolean; stop(): void } {
  let seen = ''
  let changedAt = performance.now()
  let stalled = false
  const look = () => {
    const bytes = options.watch ? folderBytes(options.watch) : 0
    const now = `${bytes} ${output().length} ${output().slice(-200)}`
    if (now !== seen) {
      seen = now
      changedAt = performance.now()
      options.onProgress?.(
        Math.round(bytes / 1_000_000),
        output()
          .trimEnd()
          .split(/[\r\n]+/)
          .at(-1) ?? '',
      )
    } else if (performance.now() - changedAt > options.stallMs) {
      stalled = true
      kill()
    }
  }
  const timer = setInterval(look, Math.min(2_000, Math.max(20, options.stallMs / 4)))
  return { hasStalled: () => stalled, stop: () => clearInterval(timer) }
}

/** The line of an output that says most about a failure, at most 200 characters. */
export function lastError(output: string): string {
  const lines = output.split(/[\r\n]+/).filter((line) => line.trim() !== '')
  return (lines.findLast((line) => /error|not found|denied/i.test(line)) ?? lines.at(-1) ?? '')
    .trim()
    .slice(0, 200)
}

function folderBytes(folder: string): number {
  let bytes = 0
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) bytes += folderBytes(path)
      else bytes += statSync(path).size
    }
  } catch {
    // files come and go while they are counted
  }
  return bytes
}
