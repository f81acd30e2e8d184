import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { mongo } from 'mongoose'
import { AppError } from '../server/core/errors'
import { identityOf, isRunning } from './embedded-database-files'
import { foreignEnvironment, lastError, StepFailed } from './embedded-database-program'

const POLL_MS = 50
const TERM_MS = 5_000

/** A server process that was started: `log` holds what it printed. */
export interface Launched {
  pid: number
  identity: string
  log: string
  hasEnded(): boolean
}

/**
 * Starts a server whose output goes to the file `log`, so that it outlives this process when `outlives` is set
 * (a pipe would break with us). Throws StepFailed when it cannot be run at all.
 */
export async function launch(options: {
  command: string
  args: string[]
  env: NodeJS.ProcessEnv
  log: string
  outlives: boolean
}): Promise<Launched> {
  const output = openSync(options.log, 'w', 0o600)
  try {
    // A group of its own: Ctrl-C reaches the start, which drains first and then stops the database.
    const child = spawn(options.command, options.args, {
      env: foreignEnvironment(options.env),
      stdio: ['ignore', output, output],
      detached: options.outlives,
    })
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', (cause) =>
        reject(new StepFailed(`${options.command} cannot be run (${cause.message})`)),
      )
    })
    if (child.pid === undefined) throw new StepFailed(`${options.command} cannot be run`)
    const { pid } = child
    if (options.outlives) child.unref()
    else endWithUs(child)
    return {
      pid,
      identity: identityOf(pid) ?? '',
      log: options.log,
      hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    }
  } finally {
    closeSync(output)
  }
}

function endWithUs(child: ChildProcess): void {
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('exit', () => process.removeListener('exit', kill))
}

/** Asks `answer` again and again until it is not null; throws StepFailed when the server ends or `limitMs` pass. */
export async function waitFor<T>(
  server: Launched,
  limitMs: number,
  answer: () => Promise<T | null> | T | null,
): Promise<T> {
  const until = performance.now() + limitMs
  while (performance.now() < until) {
    const value = await answer()
    if (value !== null) return value
    if (server.hasEnded()) throw new StepFailed(`it ended at once (${lastLine(server.log)})`)
    await wait(POLL_MS)
  }
  throw new StepFailed(`it did not answer within ${Math.round(limitMs / 1000)} s`)
}

/** Ends a process: SIGTERM, after five seconds SIGKILL; returns when it is gone. */
export async function terminate(server: { pid: number; identity: string }): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!isRunning(server)) return
    try {
      process.kill(server.pid, signal)
    } catch {
      return
    }
    const until = performance.now() + TERM_MS
    while (isRunning(server) && performance.now() < until) await wait(POLL_MS)
  }
  if (isRunning(server)) throw new AppError('database-not-stopped', 'The database server does not end')
}

/** Says whether a server answers on `port` of this machine within `limitMs`; it need not be ready for queries. */
export async function answersPing(port: number, limitMs: number): Promise<true | null> {
  return withAdmin(port, limitMs, async (admin) => {
    await admin.command({ ping: 1 })
    return true as const
  }).catch(() => null)
}

/** Version of the server that answers on `port` of this machine, or null when nothing answers within `limitMs`. */
export async function askVersion(port: number, limitMs: number): Promise<string | null> {
  return withAdmin(port, limitMs, async (admin) => {
    await admin.command({ ping: 1 })
    // The Python server still answers ping when it hangs as a whole; this one needs its store.
    await admin.command({ listDatabases: 1, nameOnly: true })
    const info = await admin.command({ buildInfo: 1 })
    return String(info['version'])
  }).catch(() => null)
}

/** Runs `work` on the admin database of a server on this machine; rejects when it takes over `limitMs`. */
export async function withAdmin<T>(
  port: number,
  limitMs: number,
  work: (admin: mongo.Db) => Promise<T>,
): Promise<T> {
  const client = new mongo.MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
    serverSelectionTimeoutMS: limitMs,
    connectTimeoutMS: limitMs,
    socketTimeoutMS: limitMs,
  })
  const limit = new AbortController()
  const late = wait(limitMs, null, { signal: limit.signal }).then(() => {
    throw new StepFailed(`port ${port} did not answer within ${limitMs} ms`)
  })
  try {
    return await Promise.race([work(client.db('admin')), late])
  } finally {
    limit.abort()
    late.catch(() => undefined)
    await client.close(true)
  }
}

/** The end of a server's log, short enough for one line. */
function lastLine(log: string): string {
  try {
    return lastError(readFileSync(log, 'utf8')) || 'it printed nothing'
  } catch {
    return 'it printed nothing'
  }
}
