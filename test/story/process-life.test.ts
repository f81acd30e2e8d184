import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const HELPER = join(__dirname, '..', '..', 'server', 'core', 'process-life.ts')

/** A process whose start and end are `body`, two functions; it says `up` once its start is done. */
function begin(start: string, end: string) {
  const code = `
    const { runProcess } = require(${JSON.stringify(HELPER)})
    runProcess(async () => {
      ${start}
      setInterval(() => undefined, 1000)
      // Once it is awaited it can be asked to end.
      setTimeout(() => process.stdout.write('up '), 50)
      return async () => { process.stdout.write('end '); ${end} }
    })`
  const child = spawn(process.execPath, ['--import', 'tsx', '-e', code], {
    cwd: join(__dirname, '..', '..'),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk) => {
    said.out += String(chunk)
  })
  child.stderr.on('data', (chunk) => {
    said.err += String(chunk)
  })
  const up = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()))
  const ended = once(child, 'exit').then(([code]) => code)
  return { child, said, up, ended }
}

describe('a process that is asked to end', () => {
  it('ends once, however often it is asked, and with 0', async () => {
    const one = begin('', 'await new Promise((resolve) => setTimeout(resolve, 300))')
    await one.up

    one.child.kill('SIGINT')
    one.child.kill('SIGTERM')
    one.child.kill('SIGTERM')

    expect(await one.ended).toBe(0)
    expect(one.said.out).toBe('up end ')
  })

  it('says what went wrong while it ended, with 1', async () => {
    const one = begin('', "throw new Error('the database is gone')")
    await one.up

    one.child.kill('SIGTERM')

    expect(await one.ended).toBe(1)
    expect(one.said.err).toContain('the database is gone')
  })

  it('is cut off after ten seconds, with 1', async () => {
    const one = begin('', 'await new Promise(() => undefined)')
    await one.up
    const asked = performance.now()

    one.child.kill('SIGTERM')

    expect(await one.ended).toBe(1)
    const seconds = (performance.now() - asked) / 1000
    expect(seconds).toBeGreaterThan(9.5)
    expect(seconds).toBeLessThan(15)
  })

  it('says why it could not start, with 1', async () => {
    const one = begin("throw new Error('no database')", '')

    expect(await one.ended).toBe(1)
    expect(one.said.err).toContain('no database')
  })
})
