import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { withDatabase } from '../../config/mongodb-uri'

const run = promisify(execFile)

/** Runs `npm run bench -- NAME` on the run's own server; what it measured, without judging how long it took. */
async function bench(...words: string[]) {
  const server = process.env['TEST_DATABASE_URI'] ?? ''
  const env = { ...process.env, MONGODB_URI: withDatabase(server, 'unused') }
  const { stdout } = await run(process.execPath, ['--import', 'tsx', 'bench/main.ts', ...words], {
    env,
    timeout: 170_000,
  })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { measures: { what: string; ours: number }[] }
}

describe('the benches', () => {
  it('dispatch: sends and settles a small run, beside its floor', async () => {
    const { measures } = await bench('dispatch', '--people', '300', '--rounds', '3', '--warm-up', '100')

    // The bench itself ends with an error unless the relay took and delivered every message, once.
    expect(measures.map(({ what }) => what)).toEqual([
      'plan, 300',
      'dispatch, lease to accepted, 300',
      'results to settled, 300',
      'whole ledger, plan to settled, 300',
      'dispatch rate, 300',
      'worker memory, 300',
    ])
    expect(measures.every(({ ours }) => ours > 0)).toBe(true)
  }, 180_000)

  it('clicks: stores what it answered when the web process is asked to end', async () => {
    const { measures } = await bench('clicks', '--ms', '100', '--rounds', '3')

    expect(measures.at(-1)).toMatchObject({
      what: 'stored of those answered, SIGTERM under load',
      kept: true,
    })
  }, 180_000)

  it('pages: opens each page of a mall with a history, logged in', async () => {
    const { measures } = await bench('pages', '--people', '120', '--runs', '2', '--visits', '1')

    expect(measures.map(({ what }) => what)).toContain('people of a run, delivered, p95')
    expect(measures.every(({ ours }) => ours > 0)).toBe(true)
  }, 180_000)

  it('recovery: kills a worker that holds everything, and another sends it when the lease has ended', async () => {
    const { measures } = await bench('recovery', '--samples', '1', '--lease-ms', '3000')

    expect(measures.map(({ what }) => what)).toEqual([
      'first new message, all 1, p50',
      'first new message, all 1, p95',
      'first new message, all 1, max',
      'first new message, nothing left but what it held, p50',
      'first new message, nothing left but what it held, p95',
      'first new message, nothing left but what it held, max',
      'of that, after the lease had ended, p50',
      'of that, after the lease had ended, p95',
      'of that, after the lease had ended, max',
    ])
    // What was leased when its worker was killed leaves after the lease, never before.
    expect(measures.at(-1)?.ours).toBeGreaterThan(0)
  }, 180_000)
})
