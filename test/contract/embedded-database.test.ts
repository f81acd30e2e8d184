import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { mongo } from 'mongoose'
import { type FindOptions, findDatabase } from '../../config/embedded-database'
import { identityOf, readServerState, writeServerState } from '../../config/embedded-database-files'
import { answeringPrograms, createMachine, type Machine } from '../support/stand-ins'

// The step that runs on every machine: the real secantusd-py, really started, written to and killed.
const REPOSITORY = join(__dirname, '..', '..')

let machine: Machine
let options: FindOptions

beforeAll(() => answeringPrograms()) // installs secantusd-py where it is not there yet

beforeEach(() => {
  machine = createMachine()
  const env = { ...machine.env, PATH: String(process.env['PATH']), HOME: String(machine.env['HOME']) }
  // Only Python is left of the real PATH: a folder that has a mongod would change the step under test.
  options = {
    ...machine.options,
    env: withoutOtherServers(env),
    installDir: join(REPOSITORY, '.baguni', 'secantusdb'),
  }
})

afterEach(() => machine.remove())

describe('secantusd-py as the default database', () => {
  it('loses no acknowledged write when it is killed, and has the data at the next start', async () => {
    const first = await findDatabase(options)
    const acknowledged = await writeUntilKilled(first.uri('shop'), serverOf(options))
    await first.stop()

    const second = await findDatabase(options)
    const kept = await idsIn(second.uri('shop'))
    await second.stop()

    expect(first.kind).toBe('secantusd-py')
    expect(acknowledged.length).toBeGreaterThan(20)
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([])
  })

  it('keeps no records of retryable writes, which it would search one by one at every further write', async () => {
    const database = await findDatabase(options)
    const client = new mongo.MongoClient(database.uri('shop'), { monitorCommands: true })
    const sent: mongo.CommandStartedEvent[] = []
    client.on('commandStarted', (event) => sent.push(event))
    await client.db().collection<{ _id: number }>('rows').insertOne({ _id: 1 })
    await client.close()
    await database.stop()

    const inserts = sent.filter(({ commandName }) => commandName === 'insert')
    expect(inserts.map(({ command }) => 'txnNumber' in command)).toEqual([false])
  })

  it('is adopted with its data when its start was killed', async () => {
    const start = await startElsewhere(options)
    await insertOne(start.uri, 1)
    const before = serverOf(options)
    start.child.kill('SIGKILL')
    await ended(start.child)

    const adopted = await findDatabase(options)
    const after = serverOf(options)
    const kept = await idsIn(adopted.uri('shop'))
    await adopted.stop()

    expect(after).toEqual(before)
    expect(adopted.why).toMatch(/still ran on this data folder after an earlier start was killed/)
    expect(adopted.uri('shop')).toBe(start.uri)
    expect(kept).toEqual(new Set([1]))
    expect(identityOf(before.pid)).toBeNull()
  })

  it('is ended and started anew when the one left behind does not answer', async () => {
    const start = await startElsewhere(options)
    const before = serverOf(options)
    start.child.kill('SIGKILL')
    await ended(start.child)
    process.kill(before.pid, 'SIGSTOP')

    const database = await findDatabase(options)
    const after = serverOf(options)
    await database.stop()

    expect(identityOf(before.pid)).toBeNull()
    expect(after.pid).not.toBe(before.pid)
  })

  it('refuses a second start on the same folder and leaves the first one alone', async () => {
    const start = await startElsewhere(options)

    const second = findDatabase(options)

    await expect(second).rejects.toMatchObject({ code: 'already-started', context: { pid: start.child.pid } })
    await insertOne(start.uri, 1)
    start.child.kill('SIGTERM')
    await ended(start.child)
    expect(existsSync(join(options.dataDir, 'start.lock'))).toBe(false)
  })

  it('takes over the lock of a start that no longer runs', async () => {
    const first = await findDatabase(options)
    await first.stop()
    writeFileSync(
      join(options.dataDir, 'start.lock'),
      JSON.stringify({ pid: process.pid, identity: 'another life' }),
    )

    const database = await findDatabase(options)
    await database.stop()

    expect(existsSync(join(options.dataDir, 'start.lock'))).toBe(false)
  })

  it('never touches a process that is not the recorded server', async () => {
    const bystander = spawn('sleep', ['300'])
    const pid = Number(bystander.pid)
    const kind = 'secantusd-py' as const
    const state = { kind, pid, identity: String(identityOf(pid)), port: 1, version: null }
    const moved = { ...state, storePath: '/elsewhere/secantusd-py' }
    const ended = { ...state, identity: 'another life', storePath: join(options.dataDir, kind) }
    mkdirSync(options.dataDir)

    for (const wrong of [moved, ended]) {
      writeServerState(options.dataDir, wrong)
      const database = await findDatabase(options)
      await database.stop()
      expect(database.why).not.toMatch(/still ran/)
    }

    expect(identityOf(pid)).not.toBeNull()
    bystander.kill()
  })

  it('keeps a folder whose data it wrote, whatever comes onto the PATH later', async () => {
    const first = await findDatabase(options)
    await insertOne(first.uri('shop'), 1)
    await first.stop()
    machine.putProgram('secantusd-rs', (await answeringPrograms()).rust)
    const env = { ...options.env, PATH: `${machine.env['PATH']}:${options.env['PATH']}` }

    const second = await findDatabase({ ...options, env })
    const kept = await idsIn(second.uri('shop'))
    await second.stop()

    expect(second.kind).toBe('secantusd-py')
    expect(kept).toEqual(new Set([1]))
  })

  it('syncs every commit unless its data are thrown away', async () => {
    const flags: string[][] = []

    for (const durable of [true, false]) {
      const database = await findDatabase({ ...options, durable })
      flags.push(commandOf(serverOf(options).pid))
      await database.stop()
    }

    expect(flags[0]).toContain('--sync-on-commit')
    expect(flags[1]).toContain('--storage-path')
    expect(flags[1]).not.toContain('--sync-on-commit')
  })
})

function withoutOtherServers(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const folders = String(env['PATH']).split(':')
  const hasOther = (folder: string) =>
    ['mongod', 'secantusd-rs'].some((name) => existsSync(join(folder, name)))
  return { ...env, PATH: folders.filter((folder) => !hasOther(folder)).join(':') }
}

function serverOf({
  dataDir,
}: FindOptions): { pid: number } & NonNullable<ReturnType<typeof readServerState>> {
  const state = readServerState(dataDir)
  if (!state) throw new Error('no server is recorded')
  return state
}

function commandOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
}

/** Another start in a process of its own; it stops its server on SIGTERM. */
async function startElsewhere({
  progress: _,
  ...rest
}: FindOptions): Promise<{ child: ChildProcess; uri: string }> {
  const module = join(REPOSITORY, 'config', 'embedded-database.ts')
  const script = `require(${JSON.stringify(module)})
    .findDatabase({ ...${JSON.stringify(rest)}, progress: () => undefined })
    .then((database) => {
      process.on('SIGTERM', () => database.stop().then(() => process.exit(0)))
      process.stdout.write(database.uri('shop') + '\\n')
      setInterval(() => undefined, 1000)
    })`
  const child = spawn(process.execPath, ['--import', 'tsx', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const uri = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk) => resolve(String(chunk).trim()))
    child.once('exit', (code) => reject(new Error(`the other start ended with ${code}`)))
  })
  return { child, uri }
}

function ended(child: ChildProcess): Promise<unknown> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => child.once('exit', resolve))
}

async function insertOne(uri: string, id: number): Promise<void> {
  const client = new mongo.MongoClient(uri)
  await client.db().createCollection('rows')
  await client
    .db()
    .collection<{ _id: number }>('rows')
    .insertOne({ _id: id }, { writeConcern: { w: 'majority', journal: true } })
  await client.close()
}

async function idsIn(uri: string): Promise<Set<number>> {
  const client = new mongo.MongoClient(uri)
  const rows = await client.db().collection<{ _id: number }>('rows').find().toArray()
  await client.close()
  return new Set(rows.map(({ _id }) => _id))
}

/** Writes from four sides until the server was killed in the middle; returns the ids that were acknowledged. */
async function writeUntilKilled(uri: string, server: { pid: number }): Promise<number[]> {
  const client = new mongo.MongoClient(uri, { serverSelectionTimeoutMS: 500, retryWrites: false })
  const rows = client.db().collection<{ _id: number }>('rows')
  await client.db().createCollection('rows')
  const acknowledged: number[] = []
  const write = async (side: number) => {
    for (let id = side; ; id += 4) {
      await rows.insertOne({ _id: id }, { writeConcern: { w: 'majority', journal: true } })
      acknowledged.push(id)
    }
  }
  const writers = [0, 1, 2, 3].map((side) => write(side).catch(() => undefined))
  while (acknowledged.length < 200) await wait(5)
  process.kill(server.pid, 'SIGKILL')
  await Promise.all(writers)
  await client.close(true)
  return acknowledged
}
