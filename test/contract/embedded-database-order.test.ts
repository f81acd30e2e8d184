import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findDatabase } from '../../config/embedded-database'
import { identityOf } from '../../config/embedded-database-files'
import { answeringPrograms, createMachine, type Machine } from '../support/stand-ins'

const MONGOD_VERSION = 'if [ "$1" = "--version" ]; then echo "db version v8.2.6"; exit 0; fi'
const OLD_MONGOD = 'echo "db version v4.4.29"'

let machine: Machine
let programs: { mongod: string; rust: string }

beforeAll(async () => {
  programs = await answeringPrograms()
})

beforeEach(() => {
  machine = createMachine()
})

afterEach(() => machine.remove())

describe('findDatabase', () => {
  it('takes MONGODB_URI before everything on the machine and leaves that server running', async () => {
    const given = String(process.env['TEST_DATABASE_URI'])
    machine.putProgram('mongod', programs.mongod)

    const first = await findDatabase({ ...machine.options, env: { ...machine.env, MONGODB_URI: given } })
    await first.stop()
    const second = await findDatabase({ ...machine.options, env: { ...machine.env, MONGODB_URI: given } })

    expect(first).toMatchObject({ kind: 'uri', why: 'MONGODB_URI is set' })
    expect(second.uri('shop')).toBe(given.replace('/DATABASE', '/shop'))
    expect(machine.callsOf('mongod')).toEqual([])
  })

  it('says so when nothing answers at MONGODB_URI, without its value, and starts nothing else', async () => {
    machine.putProgram('mongod', programs.mongod)
    const env = { ...machine.env, MONGODB_URI: 'mongodb://owner:hush@127.0.0.1:1/shop' }

    const found = findDatabase({ ...machine.options, env, limits: { answerMs: 300 } })

    await expect(found).rejects.toMatchObject({ code: 'database-unreachable' })
    await expect(found).rejects.not.toThrow(/hush|127\.0\.0\.1/)
    expect(machine.callsOf('mongod')).toEqual([])
  })

  it('takes a mongod on the PATH as a replica set of one on loopback', async () => {
    machine.putProgram('mongod', programs.mongod)
    machine.putProgram('secantusd-rs', programs.rust)

    const database = await findDatabase(machine.options)
    await database.stop()

    expect(database).toMatchObject({ kind: 'mongod', why: expect.stringContaining('found on the PATH') })
    const flags = machine.callsOf('mongod').at(-1)
    expect(flags).toContain(`--dbpath ${machine.dataDir}/mongod`)
    expect(flags).toContain('--replSet baguni')
    expect(flags).toContain('--bind_ip 127.0.0.1')
    expect(machine.callsOf('secantusd-rs')).toEqual([])
  })

  it('goes on with the reason when mongod is too old', async () => {
    machine.putProgram('mongod', OLD_MONGOD)
    machine.putProgram('secantusd-rs', programs.rust)

    const database = await findDatabase(machine.options)
    await database.stop()

    expect(database.kind).toBe('secantusd-rs')
    expect(database.why).toMatch(/older than version 7/)
  })

  it('goes on with its last words when mongod ends at once', async () => {
    machine.putProgram('mongod', `${MONGOD_VERSION}; echo "error: disk full" >&2; exit 14`)

    const found = findDatabase(machine.options)

    await expect(found).rejects.toThrow(/mongod: it ended at once \(error: disk full\)[\s\S]*- secantusd-rs:/)
  })

  it('ends a mongod that hangs and goes on', async () => {
    const pidFile = join(machine.dataDir, 'hung.pid')
    machine.putProgram('mongod', `${MONGOD_VERSION}; echo $$ > ${pidFile}; exec sleep 300`)

    const found = findDatabase({ ...machine.options, limits: { startMs: 2_000 } })

    await expect(found).rejects.toThrow(/mongod: it did not answer within 2 s[\s\S]*- secantusd-rs:/)
    expect(identityOf(Number(readFileSync(pidFile, 'utf8')))).toBeNull()
  })

  it.each([
    [true, '--log-file-max 64MB', '--sync-on-commit'],
    [false, '--log-file-max 64MB', undefined],
  ])('starts secantusd-rs with its flags when durable is %s', async (durable, logFlag, syncFlag) => {
    machine.putProgram('secantusd-rs', programs.rust)

    const database = await findDatabase({ ...machine.options, durable })
    await database.stop()

    const [flags = ''] = machine.callsOf('secantusd-rs')
    expect(flags).toContain(logFlag)
    expect(flags).toContain('--host 127.0.0.1 --port 0')
    expect(flags).toContain(`--storage-path ${machine.dataDir}/secantusd-rs`)
    expect(flags.includes('--sync-on-commit')).toBe(syncFlag !== undefined)
  })

  it('names the ways out and every reason when no step works', async () => {
    machine.putProgram('mongod', OLD_MONGOD)
    machine.putProgram('secantusd-rs', 'exec sleep 300')
    machine.putProgram('python3', 'echo "cp39 /usr/bin/python3"')

    const found = findDatabase({ ...machine.options, limits: { startMs: 1_000 } })

    await expect(found).rejects.toMatchObject({ code: 'no-database' })
    await expect(found).rejects.toThrow(
      /MONGODB_URI[\s\S]*mongod[\s\S]*Python 3\.10 to 3\.13 with pip[\s\S]*older than version 7[\s\S]*within 1 s[\s\S]*python3 is not 3\.10 to 3\.13/,
    )
  })

  it('gives the folder back after it found nothing', async () => {
    await expect(findDatabase(machine.options)).rejects.toMatchObject({ code: 'no-database' })

    await expect(findDatabase(machine.options)).rejects.toMatchObject({ code: 'no-database' })
  })
})
