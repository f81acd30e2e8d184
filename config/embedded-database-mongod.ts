import { lookup } from 'node:dns/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { mongo } from 'mongoose'
import { answersPing, waitFor, withAdmin } from './embedded-database-process'
import { findOnPath, runWatched, StepFailed } from './embedded-database-program'
import { type DatabaseStep, type StartedServer, type StepContext, startStep } from './embedded-database-step'

const REPLICA_SET = 'baguni'
const OLDEST_MAJOR = 7
const DOWNLOAD_HOST = 'fastdl.mongodb.org'

/** A `mongod` on the PATH, at least version 7. */
export const mongodOnPathStep: DatabaseStep = {
  kind: 'mongod',
  title: 'mongod on the PATH',
  async start(context) {
    const command = findOnPath('mongod', context.env)
    if (!command) throw new StepFailed('not there')
    const output = await runWatched({ command, args: ['--version'], env: context.env, stallMs: 10_000 })
    const version = /db version v(\d+)\.[\d.]+/.exec(output)
    if (!version) throw new StepFailed(`${command} does not tell its version`)
    if (Number(version[1]) < OLDEST_MAJOR)
      throw new StepFailed(`${command} is older than version ${OLDEST_MAJOR}`)
    return startMongod(context, command, `mongod found on the PATH (${command})`)
  },
}

/** A `mongod` that mongodb-memory-server-core has downloaded before. */
export const mongodInCacheStep: DatabaseStep = {
  kind: 'mongod',
  title: 'mongod in the download cache',
  async start(context) {
    const { binary } = await askLibrary(context, 'locate')
    if (!binary) throw new StepFailed('not there')
    return startMongod(context, binary, `mongod found in the download cache (${binary})`)
  },
}

/** A `mongod` downloaded now by mongodb-memory-server-core; its host is looked up first. */
export const mongodDownloadStep: DatabaseStep = {
  kind: 'mongod',
  title: 'mongod to download',
  async start(context) {
    await lookUpHost(context)
    context.progress('database: downloading mongod, once, about 120 MB')
    const { binary } = await askLibrary(context, 'download')
    if (!binary) throw new StepFailed('the download gave no program')
    context.progress('database: downloaded')
    return startMongod(context, binary, `mongod downloaded to ${binary}`)
  },
}

async function lookUpHost(context: StepContext): Promise<void> {
  const mirror = context.env['MONGOMS_DOWNLOAD_URL'] ?? context.env['MONGOMS_DOWNLOAD_MIRROR']
  const host = mirror && URL.canParse(mirror) ? new URL(mirror).hostname : DOWNLOAD_HOST
  const { lookupMs } = context.limits
  const limit = new AbortController()
  const late = wait(lookupMs, 'late' as const, { signal: limit.signal }).catch(() => 'late' as const)
  try {
    const answer = await Promise.race([lookup(host), late])
    if (answer === 'late') throw new StepFailed(`${host} was not found within ${lookupMs / 1000} s`)
  } catch (cause) {
    if (cause instanceof StepFailed) throw cause
    throw new StepFailed(`${host} cannot be found from here`, { cause })
  } finally {
    limit.abort()
  }
}

/** The library prints, retries and cannot be stopped, so it runs in a process that can be. */
async function askLibrary(
  context: StepContext,
  verb: 'locate' | 'download',
): Promise<{ binary: string | null }> {
  const output = await runWatched({
    command: process.execPath,
    args: ['--import', 'tsx', join(__dirname, 'embedded-database-download.ts'), verb],
    // Outside npm the library would take any certificate.
    env: { ...context.env, npm_config_strict_ssl: 'true' },
    cwd: dirname(__dirname),
    stallMs: context.limits.stallMs,
    onProgress: (_megabytes, line) => {
      if (line.startsWith('Downloading')) context.progress(`database: ${line}`)
    },
  })
  return { binary: /^BINARY (.+)$/m.exec(output)?.[1] ?? null }
}

async function startMongod(context: StepContext, command: string, why: string): Promise<StartedServer> {
  const port = await findFreePort()
  const { startMs } = context.limits
  return startStep(context, {
    kind: 'mongod',
    command,
    args: (storePath) => [
      ...['--dbpath', storePath, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket'],
      ...['--replSet', REPLICA_SET, '--oplogSize', '256', '--wiredTigerCacheSizeGB', '1', '--quiet'],
    ],
    env: context.env,
    why,
    findPort: async (server) => {
      await waitFor(server, startMs, () => answersPing(port, 500))
      await makePrimary(port, startMs)
      return port
    },
  })
}

/** Makes the server the primary of its own replica set, which its folder may know under an earlier port. */
async function makePrimary(port: number, limitMs: number): Promise<void> {
  const host = `127.0.0.1:${port}`
  await withAdmin(port, limitMs, async (admin) => {
    if (await isPrimary(admin)) return
    const known = await admin.command({ replSetGetConfig: 1 }).catch(() => null)
    if (!known) {
      await admin.command({ replSetInitiate: { _id: REPLICA_SET, members: [{ _id: 0, host }] } })
    } else if (known['config'].members[0].host !== host) {
      const version = Number(known['config'].version) + 1
      const config = { ...known['config'], version, members: [{ ...known['config'].members[0], host }] }
      await admin.command({ replSetReconfig: config, force: true })
    }
    while (!(await isPrimary(admin))) await wait(100)
  })
}

async function isPrimary(admin: mongo.Db): Promise<boolean> {
  return (await admin.command({ hello: 1 }))['isWritablePrimary'] === true
}

async function findFreePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new StepFailed('no free port')
  return address.port
}
