import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { addDays, kstDay } from '../../server/core/seoul'
import { runScript } from './command'

const FILE = join(__dirname, '..', 'fixtures', 'story-events.csv')
const DATE = '2024-03-10'

const Count = z.number().int().min(0)
/** The object that the issue asks for; nothing more, nothing less. */
const Result = z.strictObject({
  audience: Count,
  population: Count,
  decisions: z.record(z.string(), Count),
  sent: Count,
  delivered: Count,
  failed: Count,
  expired: Count,
  won: z.strictObject({ cap: Count, reserved: Count, charged: Count, peak: Count }),
  clicks: Count,
  orders: Count,
  revenueWon: Count,
  reconciled: z.boolean(),
  seconds: z.record(z.string(), z.number()),
})

async function story(args: readonly string[], env: Record<string, string> = {}) {
  const ended = await runScript('scripts/story.ts', args, env)
  const last = ended.out.trimEnd().split('\n').at(-1) ?? ''
  return { ...ended, result: () => Result.parse(JSON.parse(last)) }
}

/** Whom the file itself calls for: the latest add seven Seoul days before, and who of these bought since. */
function expectedOf(until: number) {
  const [, ...rows] = readFileSync(FILE, 'utf8').trim().split('\n')
  const latestAdd = new Map<string, number>()
  const latestBuy = new Map<string, number>()
  for (const row of rows) {
    const [ts = '', user = '', , type] = row.split(',')
    if (Number(ts) >= until) continue
    const latest = type === 'cart' ? latestAdd : latestBuy
    latest.set(user, Math.max(latest.get(user) ?? 0, Number(ts)))
  }
  const due = [...latestAdd].filter(([, at]) => kstDay(new Date(at)) === addDays(DATE, -7))
  const bought = due.filter(([user, at]) => (latestBuy.get(user) ?? 0) >= at)
  return { population: due.length, bought: bought.length }
}

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0)

describe('npm run story', () => {
  it('tells the whole day for those who did not buy since, and its last line adds up', async () => {
    const expected = expectedOf(Date.parse('2024-03-11T00:00:00+09:00'))

    const { code, out, result } = await story(['--events', FILE, '--days', '7', '--date', DATE, '--json'])

    const told = result()
    const { decisions, won } = told
    expect(code).toBe(0)
    expect(told.population).toBe(expected.population)
    expect(decisions['bought-since']).toBe(expected.bought)
    expect(told.audience).toBe(expected.population - expected.bought)
    expect(sum(decisions)).toBe(told.population)
    expect(told.delivered + told.failed + told.expired).toBe(decisions['send'])
    expect(told.sent).toBeGreaterThanOrEqual(told.delivered)
    expect(told.delivered).toBeGreaterThan(0)
    expect(won.reserved).toBe(0)
    expect(won.charged).toBeLessThanOrEqual(won.peak)
    expect(won.peak).toBeLessThanOrEqual(won.cap)
    expect([told.clicks > 0, told.orders > 0, told.revenueWon > 0]).toEqual([true, true, true])
    expect(told.reconciled).toBe(true)
    expect(out.trimEnd().split('\n')).toHaveLength(1)
  }, 120_000)

  it('at an hour, for everybody, elsewhere in the world, counts the same Seoul day', async () => {
    const expected = expectedOf(Date.parse('2024-03-10T10:30:00+09:00'))
    const options = ['--at', '10:30', '--purchases', 'ignore', '--all-consent', '--json']

    const { code, result } = await story(['--events', FILE, '--days', '7', '--date', DATE, ...options], {
      TZ: 'America/Los_Angeles',
    })

    const told = result()
    expect(code).toBe(0)
    expect([told.population, told.audience]).toEqual([expected.population, expected.population])
    expect(told.decisions).toEqual({ send: expected.population })
    expect(told.reconciled).toBe(true)
  }, 120_000)
})

describe('npm run story with a file that cannot be taken', () => {
  let folder: string

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'baguni-bad-events-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each([
    ['a row of an unknown type', '1709224022000,1,2,steal', 'line 3: type must be cart, purchase or view'],
    [
      'a row without an instant',
      'yesterday,1,2,cart',
      'line 3: ts must be epoch milliseconds, a whole number',
    ],
  ])(
    'since it has %s names line and rule, shows no value, and fails',
    async (_name, row, rule) => {
      const file = join(folder, 'events.csv')
      writeFileSync(file, `ts,userId,itemId,type\n1709224022000,1,2,cart\n${row}\n`)

      const { code, out, err } = await story(['--events', file, '--days', '7', '--date', DATE, '--json'])

      const problems = err.split('\n').filter((line) => line !== '' && !line.startsWith('database:'))
      expect(code).toBe(1)
      expect(out).toBe('')
      expect(problems).toEqual([`Events file ${file}, ${rule}`])
    },
    60_000,
  )

  it('since it is not there says so', async () => {
    const file = join(folder, 'nowhere.csv')

    const { code, err } = await story(['--events', file, '--days', '7', '--date', DATE])

    expect(code).toBe(1)
    expect(err).toContain(`Events file ${file}: there is no such file`)
  }, 60_000)
})

describe('npm run story with options that cannot be', () => {
  const good = ['--events', FILE, '--days', '7', '--date', DATE]

  it.each<[string, string[], string[]]>([
    ['none', [], ['--events names', '--days is', '--date is']],
    [
      'every one wrong',
      ['--events', '', '--days', '0x7', '--date', '2024-02-30'],
      ['--days is', '--date is'],
    ],
    ['too many days', [...good, '--days', '366'], ['--days is a whole number from 0 to 365']],
    ['an hour that is none', [...good, '--at', '25:00'], ['--at is a time, HH:MM']],
    ['a choice that is none', [...good, '--purchases', 'maybe'], ['--purchases is since or ignore']],
    ['one that is unknown', [...good, '--bogus'], ["'--bogus'"]],
    ['a word too many', [...good, 'more'], ["'more'"]],
  ])(
    '(%s) names what is wrong and how it is used, and starts nothing',
    async (_name, args, wrong) => {
      const { code, out, err } = await story(args)

      expect(code).toBe(1)
      expect(out).toBe('')
      expect(wrong.filter((text) => !err.includes(text))).toEqual([])
      expect(err).toContain('npm run story -- --events FILE --days N --date YYYY-MM-DD')
      expect(err).not.toMatch(/database:|at .*\.ts:\d/)
    },
    30_000,
  )
})
