import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/**
 * How our processes are started; Procfile says the same. A batch of a hundred messages makes some megabytes that are garbage at
 * once: with the young heap of 16 MB that Node takes by itself, collecting them is a tenth of dispatching. The old heap is
 * collected when it has grown by 60 % and not by 300 %: 244 MB in place of 335 for a worker with a run of 100,000, at the same
 * pace (2026-11-28).
 */
export const NODE_FLAGS = ['--max-semi-space-size=32', '--heap-growing-percent=60', '--import', 'tsx']

const ROOT = join(__dirname, '..')
// Our processes end by themselves within ten seconds.
const STOP_PATIENCE_MS = 12_000

/** One of our own processes. */
export interface Child {
  process: ChildProcess
  /** SIGTERM, and SIGKILL when it has not ended after twelve seconds. */
  stop(): Promise<void>
  /** kill -9, for fault stories. */
  kill(): Promise<void>
}

/** Starts a TypeScript entry point of this repository; each line it prints on stdout or stderr goes to `onLine`. */
export function startChild(
  entry: string,
  env: Record<string, string>,
  onLine: (line: string, stream: 'stdout' | 'stderr') => void,
): Child {
  const child = spawn(process.execPath, [...NODE_FLAGS, join(ROOT, entry)], {
    cwd: ROOT,
    env: { ...inherited(), ...env },
    // With the channel a child notices when we are killed, and ends too.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => onLine(line, 'stdout'))
  if (child.stderr) createInterface({ input: child.stderr }).on('line', (line) => onLine(line, 'stderr'))
  const ended = once(child, 'exit')
  return {
    process: child,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS)
      await ended
      clearTimeout(timer)
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** A port on loopback that is free now: `wanted` when it is, else any. */
export async function freePort(wanted: number): Promise<number> {
  return (await tryPort(wanted)) ?? (await tryPort(0)) ?? wanted
}

function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(null))
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : null))
    })
  })
}

/** What a child needs of our own environment: the machine's, and none of the settings of another start. */
function inherited(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'TZ', 'LANG', 'TMPDIR', 'LD_LIBRARY_PATH', 'NODE_OPTIONS', 'LOG_LEVEL']
  return Object.fromEntries(
    kept.flatMap((name) => (process.env[name] ? [[name, process.env[name] ?? '']] : [])),
  )
}
