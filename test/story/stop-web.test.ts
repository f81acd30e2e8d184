import { Agent, get } from 'node:http'
import { freePort, startChild } from '../../scripts/child'
import { createKeyring } from '../../server/core/crypto'
import { newId, sendIdOf } from '../../server/core/ids'
import { openStores } from '../../server/models'
import { linkToken } from '../../server/tracking/link-token'
import { connectTestDatabase, type TestDatabase } from '../support/database'

const KEY = Buffer.alloc(32, 7)
const MALL = 'cafe24-a'
const AT_ONCE = 24
const NOW = new Date('2026-11-22T01:00:00Z')

describe('a web process that is asked to end in the middle of clicks', () => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await connectTestDatabase()
  })
  afterEach(() => database.close())

  it('answers every click that was under way, loses none that it answered, and ends with 0', async () => {
    const stores = openStores(database.connection)
    const runId = await putRun(stores)
    const port = await freePort(0)
    const web = startChild('server/main.ts', environment(database.uri, port), () => undefined)
    const keyring = createKeyring(KEY)
    const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
    let next = 0
    let asked = false
    const answered: string[] = []
    const cut: string[] = []
    const click = async (): Promise<boolean> => {
      const sendId = sendIdOf(runId, next++)
      const wasBefore = !asked
      const status = await statusOf(`http://127.0.0.1:${port}/t/${linkToken(keyring, sendId)}`, agent)
      if (status === 302) answered.push(sendId)
      else if (wasBefore) cut.push(`${sendId} ${status}`)
      return status === 302
    }
    await untilItAnswers(`http://127.0.0.1:${port}/readyz`)

    const clicking = Array.from({ length: AT_ONCE }, async () => {
      while (await click());
    })
    while (answered.length < 200) await new Promise((resolve) => setImmediate(resolve))
    asked = true
    const begun = performance.now()
    await web.stop()
    const seconds = (performance.now() - begun) / 1000
    await Promise.all(clicking)
    agent.destroy()

    expect([web.process.exitCode, cut]).toEqual([0, []])
    expect(seconds).toBeLessThan(10)
    const stored = await stores.clicks.ofRun(MALL, runId)
    expect(stored.people).toBeGreaterThanOrEqual(answered.length)
  }, 90_000)
})

async function putRun(stores: ReturnType<typeof openStores>): Promise<string> {
  await stores.malls.connect({ id: MALL, shopId: 'a', shopNo: 1, scopes: [], at: NOW })
  await stores.malls.setShopInfo(MALL, { name: '가게', domain: 'shop.example.com', cartDays: null })
  const id = newId(NOW)
  const day = '2026-11-22'
  await stores.runs.insert({
    ...{ id, mallId: MALL, campaignId: 'c1', revision: 1, kind: 'scheduled', occurrence: day, day },
    ...{ state: 'published', plannedFor: NOW, publishedAt: NOW, finishedAt: null, latestAt: NOW },
    ...{ population: 0, decisions: {}, batches: 0, priceWon: 0, note: null },
  })
  return id
}

function environment(uri: string, port: number): Record<string, string> {
  return {
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    MONGODB_URI: uri,
    PORT: String(port),
    MASTER_KEY: KEY.toString('base64'),
    SESSION_SECRET: 'a-session-secret-for-tests-of-the-web',
  }
}

/** The status of an answer, or the code of the error. */
function statusOf(url: string, agent: Agent): Promise<number | string> {
  return new Promise((resolve) => {
    const asking = get(url, { agent }, (res) => {
      res.resume()
      res.once('end', () => resolve(res.statusCode ?? 0))
    })
    asking.once('error', (cause: Error & { code?: string }) => resolve(cause.code ?? cause.message))
  })
}

async function untilItAnswers(url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(url).catch(() => null)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
