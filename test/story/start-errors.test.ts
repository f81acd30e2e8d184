import { runScript } from './command'

const BAD = {
  PORT: 'port-seven',
  LOG_LEVEL: 'very-loud',
  MONGODB_URI: 'postgres://somebody:hunter2@db.example/shop',
  MASTER_KEY: 'a-key-that-is-too-short',
}

describe('npm start', () => {
  it('with bad variables names every one of them with its rule, shows no value, and starts nothing', async () => {
    const { code, out, err } = await runScript('scripts/start.ts', [], BAD)

    expect(code).toBe(2)
    expect(out).toBe('')
    // A database of somebody's own also needs the session secret, which is missing.
    const named = [...err.matchAll(/^ {2}([A-Z_]+): (.+)$/gm)].map(([, name]) => name)
    expect(named).toEqual(['PORT', 'LOG_LEVEL', 'MONGODB_URI', 'MASTER_KEY', 'SESSION_SECRET'])
    expect(err).toContain('5 environment variables are wrong or missing')
    expect(err).toContain('PORT: a whole number from 1 to 65535')
    expect(Object.values(BAD).filter((text) => err.includes(text))).toEqual([])
    expect(err).not.toMatch(/hunter2|somebody|at .*\.ts:\d/)
  }, 30_000)

  it('with two bad ones only, names the two', async () => {
    const { code, err } = await runScript('scripts/start.ts', [], { PORT: 'abc', LOG_LEVEL: 'loud' })

    expect(code).toBe(2)
    expect(err.trimEnd().split('\n')).toEqual([
      'Baguni cannot start: 2 environment variables are wrong or missing.',
      expect.stringMatching(/^ {2}PORT: .*Example: PORT=3000$/),
      expect.stringMatching(/^ {2}LOG_LEVEL: .*Example: LOG_LEVEL=info$/),
    ])
  }, 30_000)

  it.each([['server/main.ts'], ['jobs/main.ts'], ['config/release.ts']])(
    'and %s alone says the same',
    async (entry) => {
      const { code, err } = await runScript(entry, [], { PORT: 'abc', LOG_LEVEL: 'loud' })

      expect(code).toBeGreaterThan(0)
      expect(err).toContain('2 environment variables are wrong or missing')
      expect(err).not.toMatch(/abc|loud|at .*\.ts:\d/)
    },
    30_000,
  )
})
