import { randomBytes } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../server/core/errors'
import { codeOf } from './error-code'

const Holder = z.object({ pid: z.number().int().positive(), identity: z.string() })

/** What is known of the server process of a data folder; `port` is null until it has answered. */
export const ServerState = z.object({
  kind: z.enum(['mongod', 'secantusd-rs', 'secantusd-py']),
  pid: z.number().int().positive(),
  identity: z.string(),
  port: z.number().int().positive().nullable(),
  storePath: z.string(),
  version: z.string().nullable(),
})
export type ServerState = z.infer<typeof ServerState>

/** A string that no later process with the same id shares, or null when no such process runs. Zombies do not run. */
export function identityOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command name may hold spaces and brackets; the fields count from the last one (proc(5): 3 state, 22 starttime).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null)
  } catch {
    return process.platform === 'linux' || !isSignalled(pid) ? null : 'running'
  }
}

/** Says whether the very process that was recorded still runs. */
export function isRunning(process: { pid: number; identity: string }): boolean {
  return identityOf(process.pid) === process.identity
}

/**
 * Makes this process the only start of `dataDir` and returns the function that gives it back.
 * Throws AppError `already-started` while another start holds it; a start that was killed holds nothing.
 */
export function takeFolder(dataDir: string): () => void {
  const lock = join(dataDir, 'start.lock')
  const mine = JSON.stringify({ pid: process.pid, identity: identityOf(process.pid) ?? '' })
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (putLock(lock, mine)) return () => removeIfSame(lock, mine)
    const holder = readJson(lock, Holder)
    if (holder && isRunning(holder)) throw alreadyStarted(dataDir, holder.pid)
    removeStale(lock)
  }
  throw alreadyStarted(dataDir, 0)
}

/** Reads the recorded server of a data folder, or null when there is none or it is unreadable. */
export function readServerState(dataDir: string): ServerState | null {
  return readJson(join(dataDir, 'server.json'), ServerState)
}

/** Records the server of a data folder in one step, so that a kill leaves the old or the new record. */
export function writeServerState(dataDir: string, state: ServerState): void {
  const file = join(dataDir, 'server.json')
  writeFileSync(`${file}.new`, JSON.stringify(state))
  renameSync(`${file}.new`, file)
}

/** Forgets the server of a data folder. */
export function clearServerState(dataDir: string): void {
  rmSync(join(dataDir, 'server.json'), { force: true })
}

/** The kind of server that wrote the data of this folder, or null for a new folder. */
export function readStoreKind(dataDir: string): ServerState['kind'] | null {
  return readJson(join(dataDir, 'kind.json'), ServerState.pick({ kind: true }))?.kind ?? null
}

/** Remembers which kind of server writes the data of this folder. */
export function writeStoreKind(dataDir: string, kind: ServerState['kind']): void {
  writeFileSync(join(dataDir, 'kind.json'), JSON.stringify({ kind }))
}

function putLock(lock: string, content: string): boolean {
  const draft = `${lock}.${process.pid}.${randomBytes(4).toString('hex')}`
  writeFileSync(draft, content)
  try {
    // link() puts name and content there in one step; an empty lock is never seen.
    linkSync(draft, lock)
    return true
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return false
    throw cause
  } finally {
    rmSync(draft, { force: true })
  }
}

function removeStale(lock: string): void {
  const aside = `${lock}.stale.${randomBytes(4).toString('hex')}`
  try {
    renameSync(lock, aside)
    // Between reading and renaming another start may have taken it: then it gets its lock back.
    const holder = readJson(aside, Holder)
    if (holder && isRunning(holder)) linkSync(aside, lock)
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT' && codeOf(cause) !== 'EEXIST') throw cause
  } finally {
    rmSync(aside, { force: true })
  }
}

function removeIfSame(file: string, content: string): void {
  try {
    if (readFileSync(file, 'utf8') === content) rmSync(file, { force: true })
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT') throw cause
  }
}

function readJson<T>(file: string, schema: z.ZodType<T>): T | null {
  try {
    const parsed = schema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

function isSignalled(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (cause) {
    return codeOf(cause) === 'EPERM'
  }
}

function alreadyStarted(dataDir: string, pid: number): AppError {
  return new AppError(
    'already-started',
    `Baguni already runs on the data folder ${dataDir} (process ${pid}). Stop that one first, or use another folder.`,
    { pid },
  )
}
