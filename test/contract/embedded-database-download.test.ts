import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { join } from 'node:path'
import { findDatabase } from '../../config/embedded-database'
import { mongodDownloadStep } from '../../config/embedded-database-mongod'
import { answeringPrograms, createMachine, type Machine } from '../support/stand-ins'

const mockLookup = jest.fn()
jest.mock('node:dns/promises', () => ({ lookup: (host: string) => mockLookup(host) }))

/** The library takes a program below 1 MiB for a broken download. */
const PADDING = `\n# ${'x'.repeat(2 * 1024 * 1024)}\n`

let machine: Machine

beforeEach(() => {
  machine = createMachine()
  mockLookup.mockReset().mockResolvedValue({ address: '127.0.0.1', family: 4 })
})

afterEach(() => machine.remove())

describe('the download of mongod', () => {
  it('is done once and found in the cache afterwards', async () => {
    const archive = await packMongod(machine)
    const mirror = await listen((request, response) => {
      const md5 = createHash('md5').update(archive).digest('hex')
      response.end(String(request.url).endsWith('.md5') ? `${md5}  mongodb.tgz` : archive)
    })
    Object.assign(machine.env, mirror.env)

    const first = await findDatabase(machine.options)
    await first.stop()
    mirror.server.close()
    const second = await findDatabase(machine.options)
    await second.stop()

    expect(first.why).toMatch(/mongod downloaded to /)
    expect(second.why).toMatch(/mongod found in the download cache/)
    expect(mirror.asked).toHaveLength(2)
    expect(machine.told).toContainEqual(expect.stringMatching(/downloading mongod, once/))
  })

  it('is given up when it stands still, and the next step is tried', async () => {
    const mirror = await listen(() => undefined)
    Object.assign(machine.env, mirror.env)

    const found = findDatabase({ ...machine.options, limits: { stallMs: 4_000 } })

    await expect(found).rejects.toThrow(/mongod to download: no progress for 4 s[\s\S]*- secantusd-rs:/)
    expect(mirror.asked).toHaveLength(1)
    mirror.server.closeAllConnections()
    mirror.server.close()
  })

  it('is not begun when its host does not exist', async () => {
    mockLookup.mockRejectedValue(new Error('ENOTFOUND'))

    const found = findDatabase(machine.options)

    await expect(found).rejects.toThrow(
      /mongod to download: download-host\.invalid cannot be found from here/,
    )
    expect(machine.told).not.toContainEqual(expect.stringMatching(/downloading/))
  })

  it('is not begun when looking its host up takes too long', async () => {
    mockLookup.mockReturnValue(new Promise(() => undefined))

    const started = mongodDownloadStep.start({
      ...machine.options,
      installDir: machine.dataDir,
      limits: { lookupMs: 100, stallMs: 1_000, startMs: 1_000, answerMs: 1_000 },
    })

    await expect(started).rejects.toThrow('download-host.invalid was not found within 0.1 s')
    expect(mockLookup).toHaveBeenCalledTimes(1)
  })

  it('asks for the host of mongodb.org where no mirror is set', async () => {
    mockLookup.mockRejectedValue(new Error('ENOTFOUND'))
    delete machine.env['MONGOMS_DOWNLOAD_MIRROR']

    await expect(findDatabase(machine.options)).rejects.toThrow(/fastdl\.mongodb\.org cannot be found/)

    expect(mockLookup).toHaveBeenCalledWith('fastdl.mongodb.org')
  })
})

async function packMongod({ env }: Machine): Promise<Buffer> {
  const { mongod } = await answeringPrograms()
  const root = join(String(env['HOME']), 'pack')
  mkdirSync(join(root, 'mongodb', 'bin'), { recursive: true })
  const file = join(root, 'mongodb', 'bin', 'mongod')
  writeFileSync(file, `#!/bin/sh\nPATH=/usr/local/bin:/usr/bin:/bin\n${mongod}${PADDING}`)
  chmodSync(file, 0o755)
  execFileSync('tar', ['-czf', join(root, 'mongodb.tgz'), '-C', root, 'mongodb'])
  return readFileSync(join(root, 'mongodb.tgz'))
}

async function listen(
  answer: RequestListener,
): Promise<{ server: Server; asked: string[]; env: NodeJS.ProcessEnv }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(String(request.url))
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    server,
    asked,
    env: { MONGOMS_DOWNLOAD_MIRROR: `http://127.0.0.1:${port}`, MONGOMS_USE_HTTP: 'true' },
  }
}
