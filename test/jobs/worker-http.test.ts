import { loadConfig } from '../../config/config'
import { runWorker } from '../../jobs/worker'
import { freePort } from '../../scripts/child'
import { openStores } from '../../server/models'
import type { SendsParts } from '../../server/sends/create-sends'
import { connectTestDatabase, type TestDatabase } from '../support/database'

const KEYS = {
  NODE_ENV: 'test',
  LOG_LEVEL: 'silent',
  MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
  SESSION_SECRET: 'a-session-secret-for-tests-of-the-worker',
}
const TOKEN = 'a-token-of-the-operator'

describe('a worker with a port of its own', () => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await connectTestDatabase()
  })
  afterEach(() => database.close())

  async function start(env: Record<string, string> = {}, wrap?: (parts: SendsParts) => SendsParts) {
    const port = await freePort(0)
    const config = loadConfig({
      ...KEYS,
      MONGODB_URI: database.uri,
      WORKER_HTTP_PORT: String(port),
      ...env,
    })
    const worker = await runWorker({ config, connection: database.connection, ...(wrap ? { wrap } : {}) })
    const ask = (path: string, headers: Record<string, string> = {}) =>
      fetch(`http://127.0.0.1:${port}${path}`, { headers })
    return { worker, ask }
  }

  it('tells that it lives and can work, its figures, and nothing else', async () => {
    const { worker, ask } = await start()
    const stores = openStores(database.connection)
    await stores.malls.connect({ id: 'cafe24-a', shopId: 'a', shopNo: 1, scopes: [], at: new Date(0) })

    try {
      expect(await (await ask('/healthz')).json()).toMatchObject({ ok: true })
      expect(await (await ask('/readyz')).json()).toEqual({ ready: true })
      const metrics = await (await ask('/metrics?x=1')).text()
      for (const line of [
        'baguni_ledger_readable 1',
        'baguni_malls{state="connected"} 1',
        'baguni_batches{state="unknown"} 0',
        'baguni_oldest_due_seconds 0',
        'nodejs_eventloop_lag_seconds',
      ])
        expect(metrics).toContain(line)
      expect(metrics).not.toContain('cafe24-a')
      expect((await ask('/')).status).toBe(404)
    } finally {
      await worker.end()
    }
    await expect(ask('/healthz')).rejects.toThrow()
  })

  it('counts the turns of its jobs', async () => {
    const { worker, ask } = await start()
    try {
      await worker.container.alerts.watch()
      const until = Date.now() + 20_000
      let metrics = ''
      while (!/baguni_job_turn_seconds_count\{job="alerts"\} [1-9]/.test(metrics) && Date.now() < until)
        metrics = await (await ask('/metrics')).text()

      expect(metrics).toMatch(/baguni_job_turn_seconds_count\{job="dispatch"\} [1-9]/)
      expect(metrics).toMatch(/baguni_job_turn_seconds_count\{job="alerts"\} [1-9]/)
      expect(metrics).not.toMatch(/baguni_job_failures_total\{job="\w+"\} [1-9]/)
    } finally {
      await worker.end()
    }
  })

  it('asks for the token where one is configured', async () => {
    const { worker, ask } = await start({ METRICS_TOKEN: TOKEN })
    try {
      expect((await ask('/metrics')).status).toBe(401)
      expect((await ask('/metrics', { authorization: `Bearer ${TOKEN}` })).status).toBe(200)
      expect((await ask('/healthz')).status).toBe(200)
    } finally {
      await worker.end()
    }
  })

  it('is built from the parts that its starter wrapped', async () => {
    let wrapped = 0
    const { worker } = await start({}, (parts) => {
      wrapped += 1
      return { ...parts, due: async () => [] }
    })
    await worker.end()

    expect(wrapped).toBe(1)
  })
})
