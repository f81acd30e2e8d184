import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type ServerState, writeServerState } from './embedded-database-files'
import { askVersion, type Launched, launch, terminate, waitFor } from './embedded-database-process'
import { StepFailed } from './embedded-database-program'

/** How long the finder waits, in milliseconds. */
export interface Limits {
  /** for the address of the download host */
  lookupMs: number
  /** without progress of a download or an installation */
  stallMs: number
  /** until a started server answers */
  startMs: number
  /** until the server at MONGODB_URI answers */
  answerMs: number
}

/** What every step of the finder is given. */
export interface StepContext {
  dataDir: string
  installDir: string
  env: NodeJS.ProcessEnv
  durable: boolean
  limits: Limits
  progress: (line: string) => void
}

/** A server that answers. */
export interface StartedServer {
  pid: number
  identity: string
  port: number
  version: string
  why: string
}

/** One way to get a database server; `start` throws StepFailed with the reason when it is not to be had. */
export interface DatabaseStep {
  kind: ServerState['kind']
  title: string
  start(context: StepContext): Promise<StartedServer>
}

/** Starts a server on its own folder below the data folder, records it and returns it once it answers. */
export async function startStep(
  context: StepContext,
  options: {
    kind: ServerState['kind']
    command: string
    args: (storePath: string) => string[]
    env: NodeJS.ProcessEnv
    why: string
    /** the product's own version, where it is not the one that the server tells clients */
    version?: string
    findPort: (server: Launched) => Promise<number>
  },
): Promise<StartedServer> {
  const { kind, command, env, why } = options
  const storePath = join(context.dataDir, kind)
  mkdirSync(storePath, { recursive: true })
  const server = await launch({
    command,
    args: options.args(storePath),
    env,
    log: join(context.dataDir, `${kind}.log`),
    outlives: context.durable,
  })
  const record = (port: number | null, version: string | null) =>
    writeServerState(context.dataDir, {
      kind,
      pid: server.pid,
      identity: server.identity,
      port,
      storePath,
      version,
    })
  // Recorded before it answers: a start that is killed here leaves a server that the next one can find.
  record(null, null)
  try {
    const port = await options.findPort(server)
    const told = await waitFor(server, context.limits.startMs, () => askVersion(port, 5_000))
    const version = options.version ?? told
    record(port, version)
    return { pid: server.pid, identity: server.identity, port, version, why }
  } catch (cause) {
    await terminate(server)
    if (cause instanceof StepFailed) throw new StepFailed(`${command}: ${cause.message}`, { cause })
    throw cause
  }
}
