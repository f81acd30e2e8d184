import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSandbox } from '../../sandbox/main'
import { brandText, phonesWith, request, signature } from './play-relay-kit'
import { sandboxOptions, shopWith } from './sandbox-kit'

const [phone = ''] = phonesWith('reached', 'prompt', 1)

describe('sandbox', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('listens on loopback only, with an address for each part and each shop', async () => {
    const other = { ...shopWith([]), mallId: 'othershop' }
    const sandbox = await startSandbox(sandboxOptions({ shops: [shopWith([]), other] }))

    const urls = [
      sandbox.controlUrl,
      sandbox.mallApiUrl,
      sandbox.relayUrl,
      ...Object.values(sandbox.storefrontUrls),
    ]
    expect(urls).toHaveLength(5)
    expect(urls.every((url) => /^http:\/\/127\.0\.0\.1:\d+$/.test(url))).toBe(true)
    expect(new Set(urls).size).toBe(5)
    for (const url of Object.values(sandbox.storefrontUrls)) expect((await fetch(url)).status).toBe(200)
    await sandbox.stop()
    await expect(fetch(sandbox.controlUrl)).rejects.toThrow()
  })

  it('begins at 10:00 Seoul time today when told no time', async () => {
    const { start: _start, ...options } = sandboxOptions()
    const sandbox = await startSandbox(options)
    const seoul = new Date(sandbox.clock.now().getTime() + 9 * 3_600_000).toISOString()
    const today = new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10)
    await sandbox.stop()

    expect(seoul).toBe(`${today}T10:00:00.000Z`)
  })

  it('takes up clock, journal, receipts still due, blocked phones and shops where the last one stopped', async () => {
    const options = sandboxOptions({
      stateFile: join(folder, 'state', 'sandbox.json'),
      shops: [shopWith([])],
    })
    const first = await startSandbox(options)
    const headers = () => ({ authorization: signature() })
    await request(
      `${first.relayUrl}/messages/v4/send-many/detail`,
      'POST',
      { messages: [brandText(phone)] },
      headers(),
    )
    first.relay.setBlocked('01000000009', true)
    first.clock.set({ now: new Date('2026-11-23T01:00:00.500Z'), speed: 60 })
    first.clock.set({ speed: 0 })
    const stoppedAt = first.clock.state().now
    await first.stop()

    const second = await startSandbox(options)
    const resumedAt = second.clock.state().now
    second.clock.set({ now: new Date('2026-11-23T02:00:00Z') })
    await second.relay.settled()

    expect(resumedAt).toBe(stoppedAt)
    expect(second.relay.journal()).toMatchObject([{ to: phone, statusCode: '4000' }])
    expect(second.relay.isBlocked('01000000009')).toBe(true)
    expect(second.mall.hasShop('testshop')).toBe(true)
    await second.stop()
  })

  it('says what to do about a damaged state and does not write over it', async () => {
    const stateFile = join(folder, 'state.json')
    writeFileSync(stateFile, '{"version":1,"clo')

    await expect(startSandbox(sandboxOptions({ stateFile }))).rejects.toThrow('delete it to begin anew')
    expect(readFileSync(stateFile, 'utf8')).toBe('{"version":1,"clo')
  })

  it('ends what it had opened when a port is taken', async () => {
    const first = await startSandbox(sandboxOptions())
    const taken = Number(new URL(first.controlUrl).port)

    await expect(startSandbox(sandboxOptions({ ports: { control: taken } }))).rejects.toThrow('EADDRINUSE')
    await first.stop()
  })
})

describe('sandbox process', () => {
  const children: ChildProcess[] = []
  afterEach(() => {
    for (const child of children) if (child.exitCode === null) child.kill('SIGKILL')
  })

  function start(options: unknown): {
    child: ChildProcess
    output: () => { out: string; err: string }
    ended: Promise<unknown[]>
  } {
    const child = spawn(process.execPath, ['--import', 'tsx', 'sandbox/cli.ts'], {
      env: { ...process.env, SANDBOX_OPTIONS: JSON.stringify(options) },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    children.push(child)
    const seen = { out: '', err: '' }
    child.stdout?.on('data', (chunk: Buffer) => (seen.out += chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => (seen.err += chunk.toString()))
    return { child, output: () => seen, ended: once(child, 'exit') }
  }

  it('prints its addresses in one line when ready, and ends cleanly on SIGTERM', async () => {
    const { app, relayAccount } = sandboxOptions()
    const { child, output, ended } = start({ app, relayAccount, demo: true })
    while (!output().out.includes('\n') && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 20))
    const ready = JSON.parse(output().out)
    const clock = await request(`${ready.controlUrl}/clock.json`, 'GET')
    child.kill('SIGTERM')

    expect(await ended).toEqual([0, null])
    expect(ready).toMatchObject({ ready: true, storefrontUrls: { demoshop: expect.stringMatching(/^http/) } })
    expect(clock.body.now).toMatch(/T01:0\d:/)
    expect(output().err).toBe('')
  })

  it('names every bad option and ends with an error', async () => {
    const { output, ended } = start({ app: { clientId: '' }, relayAccount: {} })

    expect(await ended).toEqual([1, null])
    for (const name of ['app.clientId', 'app.baguniUrl', 'relayAccount.pfId'])
      expect(output().err).toContain(name)
  })
})
