import { get as httpGet } from 'node:http'
import request from 'supertest'
import { dispatch } from '../../jobs/dispatch'
import { startRuns } from '../../jobs/start-runs'
import { listenOnLoopback } from '../../sandbox/listen'
import { createKeyring } from '../../server/core/crypto'
import { mallIdOf } from '../../server/malls/mall'
import { linkToken } from '../../server/tracking/link-token'
import { type House, MASTER_KEY, openHouse, TODAY } from '../support/container'

const ALICE = mallIdOf('cafe24', 'shop-alice')
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile'
const METRICS_TOKEN = 'a-token-of-the-operator-of-this-house'

let house: House
let token: string

beforeAll(async () => {
  house = await openHouse(['shop-alice'], { METRICS_TOKEN })
  const owner = await house.install('shop-alice')
  await house.sync('shop-alice')
  await owner.post('/settings/sending-account/practice')
  const made = await owner.post('/campaigns', { recipe: 'day-7' })
  await owner.post(`${made.headers['location']}/start`, { first: 'today' })
  await house.moveTo(TODAY, 10 * 60)
  await startRuns(house.container)
  await dispatch(house.container, new AbortController().signal)
  const [run] = await house.stores.runs.list(ALICE, { limit: 1 })
  const sends = house.stores.sends.stream(ALICE, run?.id ?? '')
  for await (const { id } of sends) token = linkToken(createKeyring(MASTER_KEY), id)
}, 60_000)

afterAll(() => house.close())

/** Asks for a path as it stands: no client tidies it up. */
async function ask(path: string): Promise<{ status: number; location: string | undefined; text: string }> {
  const { url, close } = await listenOnLoopback(house.app, 0)
  try {
    return await new Promise((resolve, reject) => {
      const options = {
        port: new URL(url).port,
        host: '127.0.0.1',
        path,
        headers: { 'user-agent': IPHONE, accept: 'text/html' },
      }
      httpGet(options, (res) => {
        let text = ''
        res.on('data', (piece) => {
          text += piece
        })
        res.on('end', () => resolve({ status: res.statusCode ?? 0, location: res.headers.location, text }))
      }).on('error', reject)
    })
  } finally {
    await close()
  }
}

/** The token with its character at `at` changed for another one of the alphabet. */
function changed(at: number): string {
  return token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
}

describe('a tracked link that we did not make', () => {
  it.each<[string, () => string]>([
    ['empty', () => '/t/'],
    ['empty, without a slash', () => '/t'],
    ['of one character', () => '/t/x'],
    ['of 12,000 characters', () => `/t/${'A'.repeat(12_000)}`],
    ['in Korean', () => `/t/${encodeURIComponent('가나다라마바사아자차카타파하')}`],
    ['with an emoji', () => `/t/${encodeURIComponent('🧺'.repeat(8))}`],
    ['with NUL', () => '/t/%00'],
    ['with NUL behind a good one', () => `/t/${token}%00`],
    ['with a line break behind a good one', () => `/t/${token}%0d%0aLocation:%20https://evil.example/`],
    ['with half an escape', () => '/t/%E0%A4%A'],
    ['with a percent sign', () => '/t/%'],
    ['of the right shape with no signature', () => `/t/${'A'.repeat(32)}`],
    ['with another send inside', () => `/t/${changed(20)}`],
    ['with another signature', () => `/t/${changed(30)}`],
    ['in other letters', () => `/t/${token.toLowerCase() === token ? changed(5) : token.toLowerCase()}`],
    [
      'signed, of a run that is not there',
      () => `/t/${linkToken(createKeyring(MASTER_KEY), 'f'.repeat(32))}`,
    ],
    ['signed with another key', () => `/t/${linkToken(createKeyring(Buffer.alloc(32, 8)), 'f'.repeat(32))}`],
    ['with more behind it', () => `/t/${token}/https://evil.example`],
    ['padded', () => `/t/${token}==`],
    ['that climbs', () => '/t/..%2f..%2f..%2fetc%2fpasswd'],
    ['that climbs openly', () => '/t/../../etc/passwd'],
    ['that is another address', () => '/t/https:%2F%2Fevil.example'],
    ['that is a property of every object', () => '/t/__proto__'],
  ])('%s leads nowhere, says so in Korean, and stores nothing', async (_name, pathOf) => {
    const before = await house.dump([])

    const answer = await ask(pathOf())

    expect([400, 404]).toContain(answer.status)
    expect(answer.location).toBeUndefined()
    expect(answer.text).toMatch(/[가-힣]{2}/)
    expect(await house.dump([])).toEqual(before)
  })

  it('changed in any one of its characters is ours no more', async () => {
    const before = await house.dump([])

    const statuses = []
    for (let at = 0; at < token.length; at += 1)
      statuses.push((await request(house.app).get(`/t/${changed(at)}`)).status)

    expect(statuses).toEqual(Array(32).fill(404))
    expect(await house.dump([])).toEqual(before)
  })
})

describe('a tracked link that we made', () => {
  const shop = () => (house.sandbox.storefrontUrls['shop-alice'] ?? '').replace('http://', '')

  it('asked for with anything but GET stores nothing', async () => {
    const before = await house.dump([])

    const posted = await request(house.app).post(`/t/${token}`).set('User-Agent', IPHONE)
    const deleted = await request(house.app).delete(`/t/${token}`).set('User-Agent', IPHONE)

    expect([posted.status, deleted.status]).toEqual([404, 404])
    expect(await house.dump([])).toEqual(before)
  })

  it.each([
    ['nothing', ''],
    ['an address in its query', '?url=https://evil.example&returnUrl=//evil.example&next=/admin'],
    ['campaign names in its query', '?utm_source=x&cid=y'],
  ])('leads to its own mall with %s, by one click that is stored', async (_name, query) => {
    const before = (await house.dump([]))['clicks']?.length ?? 0

    const { status, location } = await ask(`/t/${token}${query}`)

    expect(status).toBe(302)
    // Cafe24 shows phones the same shop under m.
    expect([shop(), `m.${shop()}`]).toContain(new URL(location ?? '').host)
    expect(location).not.toContain('evil')
    expect((await house.dump([]))['clicks']).toHaveLength(before + 1)
  })

  it('leads on when a proxy asks with the whole address', async () => {
    expect((await ask(`http://baguni.example/t/${token}`)).status).toBe(302)
  })

  it('is measured like a route, by its pattern', async () => {
    const count = async () => {
      const { text } = await request(house.app)
        .get('/metrics')
        .set('Authorization', `Bearer ${METRICS_TOKEN}`)
      const [, value = '0'] =
        /request_seconds_count\{method="GET",route="\/t\/:token",status="302"\} (\d+)/.exec(text) ?? []
      return Number(value)
    }
    const before = await count()

    await request(house.app).get(`/t/${token}`).set('User-Agent', IPHONE)

    expect(await count()).toBe(before + 1)
  })
})
