import { mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { AppError } from '../server/core/errors'
import {
  clearServerState,
  isRunning,
  readServerState,
  readStoreKind,
  type ServerState,
  takeFolder,
  writeStoreKind,
} from './embedded-database-files'
import { mongodDownloadStep, mongodInCacheStep, mongodOnPathStep } from './embedded-database-mongod'
import { askVersion, terminate } from './embedded-database-process'
import { StepFailed } from './embedded-database-program'
import { pythonStep, rustStep } from './embedded-database-secantus'
import type { DatabaseStep, Limits, StartedServer, StepContext } from './embedded-database-step'
import { checkMongodbUri, withDatabase } from './mongodb-uri'

const LIMITS: Limits = { lookupMs: 3_000, stallMs: 90_000, startMs: 60_000, answerMs: 10_000 }
// The Python server searches its records of retryable writes one by one (docs/decisions/0007-no-retried-writes-on-the-python-server.md).
const MORE_OPTIONS: Partial<Record<ServerState['kind'], string>> = { 'secantusd-py': '&retryWrites=false' }
const STEPS = [mongodOnPathStep, mongodInCacheStep, mongodDownloadStep, rustStep, pythonStep]

/** A database server that answers; `why` says which one was taken and why the ones before it were not. */
export interface RunningDatabase {
  kind: 'uri' | ServerState['kind']
  why: string
  version?: string
  /** The address of one database on the server, as mongoose wants it. */
  uri(dbName: string): string
  /** Ends the server (SIGTERM, after five seconds SIGKILL) and gives the data folder back; a `uri` is left alone. */
  stop(): Promise<void>
}

/** What `findDatabase` is told. */
export interface FindOptions {
  /** Holds the data between starts; one start per folder. */
  dataDir: string
  env: NodeJS.ProcessEnv
  /** Called with one line whenever there is something to tell a waiting person. */
  progress: (line: string) => void
  /** false for throw-away data: faster, and a kill may lose acknowledged writes. */
  durable: boolean
  /** Where secantusd-py is installed once; `.baguni/secantusdb` of this repository if not given. */
  installDir?: string
  limits?: Partial<Limits>
}

/**
 * Finds or starts a database: `MONGODB_URI`, else a server of our own on loopback, in the order of
 * docs/decisions/0001-embedded-database.md. Throws AppError `no-database` with the ways out when no step works,
 * `already-started` when another start holds the folder, `database-unreachable` when `MONGODB_URI` does not answer.
 */
export async function findDatabase(options: FindOptions): Promise<RunningDatabase> {
  const given = options.env['MONGODB_URI']
  const limits = { ...LIMITS, ...options.limits }
  if (given) return useGiven(given, limits.answerMs)
  const dataDir = resolve(options.dataDir)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const giveBack = takeFolder(dataDir)
  try {
    const context: StepContext = {
      dataDir,
      installDir: options.installDir ?? join(dirname(__dirname), '.baguni', 'secantusdb'),
      env: options.env,
      durable: options.durable,
      limits,
      progress: options.progress,
    }
    const { kind, ...server } = (await adopt(dataDir)) ?? (await startFirst(context))
    writeStoreKind(dataDir, kind)
    options.progress(`database: ${server.why}`)
    return {
      kind,
      why: server.why,
      version: server.version,
      uri: (dbName) =>
        `mongodb://127.0.0.1:${server.port}/${dbName}?directConnection=true${MORE_OPTIONS[kind] ?? ''}`,
      stop: async () => {
        await terminate(server)
        clearServerState(dataDir)
        giveBack()
      },
    }
  } catch (cause) {
    giveBack()
    throw cause
  }
}

async function useGiven(given: string, answerMs: number): Promise<RunningDatabase> {
  const version = await checkMongodbUri(given, answerMs)
  return {
    kind: 'uri',
    why: 'MONGODB_URI is set',
    version,
    uri: (dbName) => withDatabase(given, dbName),
    stop: async () => undefined,
  }
}

type Found = StartedServer & { kind: ServerState['kind'] }

/** The server that an earlier, killed start left running on this folder; one that does not answer is ended. */
async function adopt(dataDir: string): Promise<Found | null> {
  const state = readServerState(dataDir)
  if (!state || !isRunning(state) || state.storePath !== join(dataDir, state.kind)) return null
  const version = state.port === null ? null : await askVersion(state.port, 5_000)
  if (state.port === null || version === null) {
    await terminate(state)
    return null
  }
  const why = `${state.kind} still ran on this data folder after an earlier start was killed (process ${state.pid})`
  return { ...state, port: state.port, version: state.version ?? version, why }
}

async function startFirst(context: StepContext): Promise<Found> {
  const reasons: string[] = []
  for (const step of orderFor(readStoreKind(context.dataDir))) {
    try {
      const started = await step.start(context)
      const why = reasons.length === 0 ? started.why : `${started.why}; before it: ${reasons.join('; ')}`
      return { ...started, kind: step.kind, why }
    } catch (cause) {
      if (!(cause instanceof StepFailed)) throw cause
      reasons.push(`${step.title}: ${cause.message}`)
      context.progress(`database: ${step.title}: ${cause.message}`)
    }
  }
  clearServerState(context.dataDir)
  throw noDatabase(reasons)
}

/** The usual order; a folder that already has data begins with the kind of server that wrote them. */
function orderFor(kind: ServerState['kind'] | null): DatabaseStep[] {
  return [...STEPS.filter((step) => step.kind === kind), ...STEPS.filter((step) => step.kind !== kind)]
}

function noDatabase(reasons: string[]): AppError {
  const lines = [
    'No database server could be started. Any one of these helps:',
    '  - set MONGODB_URI to a MongoDB 7 or newer (a replica set), for example mongodb://127.0.0.1:27017/baguni',
    '  - put mongod (7 or newer) on the PATH',
    '  - install Python 3.10 to 3.13 with pip; the SecantusDB package is then installed by itself',
    'What was tried:',
    ...reasons.map((reason) => `  - ${reason}`),
  ]
  return new AppError('no-database', lines.join('\n'))
}
