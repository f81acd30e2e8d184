import { Router } from 'express'
import request from 'supertest'
import { createBusinessClock } from '../../server/core/clock'
import { createMetrics, type GaugeReading } from '../../server/core/metrics'
import { createHealth } from '../../server/health'
import { connectTestDatabase } from '../support/database'
import { frameApp } from './frame-app'

const TOKEN = 'a-token-of-the-operator'

/** The app with a route with an id, and metrics behind the token. */
function watchedApp(readGauges: () => Promise<GaugeReading[]> = async () => []) {
  const metrics = createMetrics({ readGauges, withProcess: true })
  const router = Router()
  router.get('/:id', (_req, res) => {
    res.json({ ok: true })
  })
  router.get('/', (_req, res) => {
    res.json({ ok: true })
  })
  const app = frameApp([{ path: '/things', router, kind: 'public' }], { metrics: { metrics, token: TOKEN } })
  const scrape = () => request(app).get('/metrics').set('Authorization', `Bearer ${TOKEN}`)
  return { app, scrape, metrics }
}

describe('GET /metrics', () => {
  it('does not exist before a token is configured', async () => {
    await request(frameApp()).get('/metrics').expect(404)
  })

  it.each([
    ['no token', undefined],
    ['another token', 'Bearer another-token-of-nobody'],
    ['the token in another form', TOKEN],
    ['an empty one', 'Bearer '],
  ])('is refused with %s', async (_case, header) => {
    const { app } = watchedApp()
    const asked = request(app).get('/metrics')

    const { status, text } = await (header === undefined ? asked : asked.set('Authorization', header))

    expect([status, text]).toEqual([401, ''])
  })

  it('measures requests by the pattern of their route, never by their address', async () => {
    const { app, scrape } = watchedApp()
    await request(app).get('/things/secret-id-of-a-person')
    await request(app).get('/things/another-id?phone=010')
    await request(app).get('/things')
    await request(app).get('/no/such/010-place')

    const { text, headers } = await scrape().expect(200)

    expect(headers['content-type']).toContain('text/plain')
    expect(text).toContain(
      'baguni_http_request_seconds_count{method="GET",route="/things/:id",status="200"} 2',
    )
    expect(text).toContain('baguni_http_request_seconds_count{method="GET",route="/things",status="200"} 1')
    expect(text).toContain('baguni_http_request_seconds_count{method="GET",route="none",status="404"} 1')
    expect(text).not.toMatch(/secret-id|another-id|phone|010-place|such/)
    expect(text).toContain('process_cpu_seconds_total')
  })

  it('reads the ledger once for scrapes that come close together, and says when it cannot', async () => {
    let reads = 0
    let fails = true
    const { scrape } = watchedApp(async () => {
      reads += 1
      if (fails) throw new Error('database down')
      return [
        { name: 'baguni_x', help: 'x', labelNames: ['state'], rows: [{ labels: { state: 'a' }, value: 3 }] },
      ]
    })

    expect((await scrape()).text).toContain('baguni_ledger_readable 0')
    fails = false
    const texts = (await Promise.all([scrape(), scrape(), scrape()])).map(({ text }) => text)

    expect(reads).toBe(2)
    for (const text of texts) expect(text).toMatch(/baguni_ledger_readable 1[\s\S]*baguni_x\{state="a"\} 3/)
  })
})

describe('health', () => {
  it('is not ready when the database is gone, and still lives', async () => {
    const database = await connectTestDatabase()
    const health = createHealth(database.connection, createBusinessClock())
    const app = frameApp([], { health })
    await request(app).get('/readyz').expect(200, { ready: true })

    await database.close()

    await request(app).get('/readyz').expect(503, { ready: false })
    await request(app).get('/healthz').expect(200)
  })
})
