import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** What one process counts, in Prometheus' text form; no label carries a mall, a person or an address. */
export interface Metrics {
  /** The content type of `text`. */
  contentType: string
  /** All figures now; gauges of the ledger are read anew at most every 15 seconds. */
  text(): Promise<string>
  request(sample: { method: string; route: string; status: number; seconds: number }): void
  jobTurn(sample: { job: string; seconds: number; failed: boolean }): void
  relayCall(sample: { call: string; outcome: string }): void
  /** `status` is the HTTP status, or `none` without an answer. */
  mallCall(status: string): void
  clicks(count: number): void
  mail(outcome: 'sent' | 'failed'): void
}

/** One gauge read from the database: its name, its help line, and a value for each value of its labels. */
export interface GaugeReading {
  name: string
  help: string
  labelNames: readonly string[]
  rows: readonly { labels: Readonly<Record<string, string>>; value: number }[]
}

const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10]
const TURN_SECONDS = [0.01, 0.05, 0.25, 1, 5, 15, 60, 300]

/**
 * The metrics of one process in a registry of their own. `readGauges` asks the database what stands there; its failure
 * costs only those gauges, and `baguni_ledger_readable` says so. `withProcess` adds memory, CPU and event loop.
 */
export function createMetrics(parts: {
  readGauges: () => Promise<GaugeReading[]>
  withProcess: boolean
}): Metrics {
  const registry = new Registry()
  if (parts.withProcess) collectDefaultMetrics({ register: registry })
  const common = { registers: [registry] }
  const requests = new Histogram({
    ...common,
    name: 'baguni_http_request_seconds',
    help: 'Time until a request was answered, by route',
    labelNames: ['method', 'route', 'status'],
    buckets: REQUEST_SECONDS,
  })
  const turns = new Histogram({
    ...common,
    name: 'baguni_job_turn_seconds',
    help: 'Duration of the turns of each job',
    labelNames: ['job'],
    buckets: TURN_SECONDS,
  })
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter({ ...common, name, help, labelNames })
  const failures = counter('baguni_job_failures_total', 'Turns that failed and are taken up again', ['job'])
  const relay = counter('baguni_relay_calls_total', 'Calls to the relay by outcome', ['call', 'outcome'])
  const mall = counter('baguni_mall_calls_total', "Calls to malls' APIs by HTTP status", ['status'])
  const clicks = counter('baguni_clicks_total', 'Tracked clicks that were stored', [])
  const mail = counter('baguni_mails_total', 'Mails about sending that stands still', ['outcome'])
  const showLedger = ledgerGauges(registry, parts.readGauges)
  return {
    contentType: registry.contentType,
    async text() {
      await showLedger()
      return registry.metrics()
    },
    request: ({ method, route, status, seconds }) =>
      requests.observe({ method, route, status: String(status) }, seconds),
    jobTurn({ job, seconds, failed }) {
      turns.observe({ job }, seconds)
      failures.inc({ job }, failed ? 1 : 0)
    },
    relayCall: (labels) => relay.inc(labels),
    mallCall: (status) => mall.inc({ status }),
    clicks: (count) => clicks.inc(count),
    mail: (outcome) => mail.inc({ outcome }),
  }
}

const KEEP_MS = 15_000

/** Several scrapes at once, and scrapes within a quarter of a minute, cost one reading. */
function ledgerGauges(registry: Registry, read: () => Promise<GaugeReading[]>): () => Promise<void> {
  const readable = new Gauge({
    registers: [registry],
    name: 'baguni_ledger_readable',
    help: '1 when the gauges of the ledger could be read, else 0 and they are missing',
  })
  const gauges = new Map<string, Gauge>()
  let readAtMs = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | null = null

  async function readAnew(): Promise<void> {
    for (const gauge of gauges.values()) gauge.reset()
    readable.set(0)
    for (const found of await read()) {
      const { name, help, labelNames } = found
      const gauge = gauges.get(name) ?? new Gauge({ registers: [registry], name, help, labelNames })
      gauges.set(name, gauge)
      for (const { labels, value } of found.rows) gauge.set({ ...labels }, value)
    }
    readable.set(1)
    readAtMs = performance.now()
  }

  return () => {
    if (performance.now() - readAtMs < KEEP_MS) return Promise.resolve()
    reading ??= readAnew()
      .catch(() => undefined)
      .finally(() => {
        reading = null
      })
    return reading
  }
}
