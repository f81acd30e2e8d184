import type { CancelReason } from '../sends/send'
import type { Figures, ReportRow } from './report'

/** Cancellations by the last look: what it saw made the message a wrong one. The rest was called off by a person or the mall. */
export const AVOIDED = [
  'bought',
  'opted-out',
  'consent-withdrawn',
  'restricted',
  'empty-cart',
  'phone-changed',
  'member-gone',
] as const satisfies readonly CancelReason[]

/** The figures of these runs together; of one run when there is one row. */
export function campaignReport(rows: readonly ReportRow[]): Figures {
  const total = (of: (row: ReportRow) => number) => rows.reduce((sum, row) => sum + of(row), 0)
  const ended = (end: 'delivered' | 'failed' | 'cancelled' | 'capped' | 'expired') =>
    total((row) => row.tally?.ended[end] ?? 0)
  const decisions = addUp(rows.map((row) => row.run.decisions))
  const reasons = addUp(rows.map((row) => row.tally?.reasons ?? {}))
  const firstFailures = addUp(rows.map((row) => row.tally?.firstFailures ?? {}))
  const population = total((row) => row.run.population)
  const delivered = ended('delivered')
  const failed = ended('failed')
  const refused = total((row) => row.tally?.refused ?? 0)
  const out = total((row) => row.tally?.out ?? 0)
  const unknown = total((row) => row.unknown)
  const clickPeople = total((row) => row.trail.clicks.people)
  const orders = total((row) => row.trail.orders.orders)
  const revenueWon = total((row) => row.trail.orders.netWon)
  const chargedWon = total((row) => row.trail.chargedWon)
  return {
    runs: rows.length,
    population,
    audience: population - (decisions.excluded ?? 0) - (decisions['bought-since'] ?? 0),
    decisions,
    planned: decisions.send ?? 0,
    waiting: total((row) => row.tally?.waiting ?? 0),
    sent: out + delivered + failed - refused,
    refused,
    pending: Math.max(0, out - unknown),
    unknown: Math.min(out, unknown),
    delivered,
    failed,
    cancelled: ended('cancelled'),
    avoided: AVOIDED.reduce((sum, reason) => sum + (reasons[`cancelled:${reason}`] ?? 0), 0),
    texted: sumOf(firstFailures),
    firstFailures,
    textsDelivered: total((row) => row.tally?.textsEnded?.delivered ?? 0),
    capped: ended('capped'),
    expired: ended('expired'),
    reasons,
    opens: null,
    clicks: total((row) => row.trail.clicks.clicks),
    clickPeople,
    orders,
    cancelledOrders: total((row) => row.trail.orders.cancelled),
    unpaidOrders: total((row) => row.trail.orders.unpaid),
    revenueWon,
    reservedWon: total((row) => row.trail.reservedWon),
    chargedWon,
    clickRate: ratio(clickPeople, delivered),
    recoveryRate: ratio(orders, delivered),
    roas: ratio(revenueWon, chargedWon),
    clicksByHour: addUp(rows.map((row) => row.trail.clicks.byHour)),
    ordersByHour: addUp(rows.map((row) => row.trail.orders.byHour)),
  }
}

/** Why fewer were sent than were planned. */
export interface Difference {
  kind: 'cancelled' | 'refused' | 'capped' | 'expired' | 'waiting'
  /** Of cancelled sends. */
  reason: string | null
  count: number
}

/** Every difference between the plan and what was handed over, named; their counts add up to planned − sent. */
export function differences(figures: Figures): Difference[] {
  const cancelled = Object.entries(figures.reasons)
    .filter(([key]) => key.startsWith('cancelled:'))
    .map(
      ([key, count = 0]): Difference => ({
        kind: 'cancelled',
        reason: key.slice('cancelled:'.length),
        count,
      }),
    )
  const named = cancelled.reduce((sum, { count }) => sum + count, 0)
  const all: Difference[] = [
    ...cancelled,
    { kind: 'cancelled', reason: null, count: figures.cancelled - named },
    { kind: 'refused', reason: null, count: figures.refused },
    { kind: 'capped', reason: null, count: figures.capped },
    { kind: 'expired', reason: null, count: figures.expired },
    { kind: 'waiting', reason: null, count: figures.waiting },
  ]
  return all.filter(({ count }) => count > 0)
}

function sumOf(counts: Partial<Record<string, number>>): number {
  return Object.values(counts).reduce<number>((sum, count = 0) => sum + count, 0)
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}

function addUp<K extends string>(counts: readonly Partial<Record<K, number>>[]): Partial<Record<K, number>> {
  const sum: Partial<Record<K, number>> = {}
  for (const each of counts) {
    for (const key in each) sum[key] = (sum[key] ?? 0) + (each[key] ?? 0)
  }
  return sum
}
