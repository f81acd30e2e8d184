import type { Run } from '../campaigns/run'
import type { RunStore } from '../campaigns/run-store'
import type { Clock } from '../core/clock'
import { lowestId } from '../core/ids'
import type { GaugeReading } from '../core/metrics'
import { kstDay, startOfKstDay } from '../core/seoul'
import type { Mall } from '../malls/mall'
import type { MallStore } from '../malls/mall-store'
import type { BatchStore } from '../sends/batch-store'
import type { Lane, Tally } from '../sends/lane'
import type { LaneStore } from '../sends/lane-store'
import type { BatchState } from '../sends/send'
import type { TallyStore } from '../sends/tally-store'
import type { AlertStore } from './alert-store'

interface Parts {
  runs: Pick<RunStore, 'since'>
  tallies: Pick<TallyStore, 'since'>
  lanes: Pick<LaneStore, 'unfinished'>
  batches: Pick<BatchStore, 'countIn'>
  malls: Pick<MallStore, 'present'>
  alerts: Pick<AlertStore, 'open'>
  clock: Clock
}

type Rows = GaugeReading['rows']

// Beyond that many the exact number says nothing more.
const MOST_BATCHES = 10_000
const BATCH_STATES = [
  'planned',
  'leased',
  'handed-over',
  'accepted',
  'unknown',
] as const satisfies readonly BatchState[]

/** What stands in the ledger of all malls: bounded reads along indexes, and the runs made since Seoul's midnight. */
export async function readLedgerGauges(parts: Parts): Promise<GaugeReading[]> {
  const now = parts.clock.now()
  const today = lowestId(startOfKstDay(kstDay(now)))
  const [runs, tallies, lanes, malls, alerts, batches] = await Promise.all([
    parts.runs.since(today),
    parts.tallies.since(today),
    parts.lanes.unfinished(),
    parts.malls.present(),
    parts.alerts.open(),
    Promise.all(BATCH_STATES.map((state) => parts.batches.countIn(state, now, MOST_BATCHES))),
  ])
  return [
    gauge('baguni_runs_today', 'Runs made since midnight in Seoul', ['state'], byState(runs)),
    gauge('baguni_sends_today', 'Sends of those runs by where they stand', ['end', 'reason'], sends(tallies)),
    gauge('baguni_lanes_open', 'Runs on their way out, by what holds them', ['hold'], holds(lanes)),
    gauge(
      'baguni_batches',
      `Batches by state, up to ${MOST_BATCHES}; of the planned those that are due`,
      ['state'],
      BATCH_STATES.map((state, i) => ({ labels: { state }, value: batches[i] ?? 0 })),
    ),
    single(
      'baguni_oldest_due_seconds',
      'How long the oldest run has waited to be looked at',
      waited(lanes, now),
    ),
    gauge('baguni_malls', 'Malls by state', ['state'], byState(malls)),
    single('baguni_oldest_sync_seconds', 'Age of the oldest full pull of a connected mall', age(malls, now)),
    gauge(
      'baguni_alerts_open',
      'Reasons for which sending stands still',
      ['kind'],
      counts(alerts, ({ kind }) => ({ kind })),
    ),
  ]
}

function gauge(name: string, help: string, labelNames: readonly string[], rows: Rows): GaugeReading {
  return { name, help, labelNames, rows }
}

function single(name: string, help: string, value: number): GaugeReading {
  return gauge(name, help, [], [{ labels: {}, value }])
}

function byState(things: readonly (Pick<Run, 'state'> | Pick<Mall, 'state'>)[]): Rows {
  return counts(things, ({ state }) => ({ state }))
}

function holds(lanes: readonly Lane[]): Rows {
  return counts(lanes, ({ hold }) => ({ hold: hold?.reason ?? 'none' }))
}

function sends(tallies: readonly Tally[]): Rows {
  const sums = new Map<string, number>()
  const add = (key: string, count: number) => sums.set(key, (sums.get(key) ?? 0) + count)
  for (const { waiting, out, ended, reasons } of tallies) {
    add('waiting:', waiting)
    add('out:', out)
    for (const [end, count] of Object.entries(ended)) add(`${end}:`, count - reasonsOf(reasons, end))
    for (const [reason, count] of Object.entries(reasons)) add(reason, count)
  }
  return [...sums].map(([key, value]) => {
    const [end = '', reason = ''] = key.split(':')
    return { labels: { end, reason }, value }
  })
}

function reasonsOf(reasons: Tally['reasons'], end: string): number {
  const own = Object.entries(reasons).filter(([key]) => key.startsWith(`${end}:`))
  return own.reduce((sum, [, count]) => sum + count, 0)
}

function waited(lanes: readonly Lane[], now: Date): number {
  const due = lanes.flatMap(({ next }) => (next && next <= now ? [next.getTime()] : []))
  return due.length > 0 ? (now.getTime() - Math.min(...due)) / 1000 : 0
}

function age(malls: readonly Mall[], now: Date): number {
  const read = malls
    .filter(({ state }) => state === 'connected')
    .map(({ sync, installedAt }) => (sync.fullPullAt ?? installedAt).getTime())
  return read.length > 0 ? Math.max(0, now.getTime() - Math.min(...read)) / 1000 : 0
}

function counts<T>(things: readonly T[], labelsOf: (thing: T) => Record<string, string>): Rows {
  const found = new Map<string, { labels: Record<string, string>; value: number }>()
  for (const thing of things) {
    const labels = labelsOf(thing)
    const key = Object.values(labels).join(':')
    found.set(key, { labels, value: (found.get(key)?.value ?? 0) + 1 })
  }
  return [...found.values()]
}
