import { formatDay, kstDay, kstIso, kstMinuteOfDay } from '../core/seoul'
import type { ChartView } from '../http/page-parts'
import { drawBars } from './bar-chart'
import type { Figures } from './report'

const HOURS = 24
const HOUR_MS = 3_600_000
const LEGEND = [
  { label: '클릭', kind: 'brand' },
  { label: '주문', kind: 'ink' },
] as const

/** The chart of the first 24 hours with clicks and orders since `from`; what came later is one line of its table. Null before the first click. */
export function hourChart(
  figures: Pick<Figures, 'clicksByHour' | 'ordersByHour'>,
  from: Date,
): ChartView | null {
  const { clicksByHour: clicks, ordersByHour: orders } = figures
  if (Object.keys(clicks).length + Object.keys(orders).length === 0) return null
  const hours = Array.from({ length: HOURS }, (_, i) => new Date(from.getTime() + i * HOUR_MS))
  const keys = hours.map(hourKey)
  const row = (counts: Partial<Record<string, number>>) => keys.map((key) => counts[key] ?? 0)
  const labels = hours.map((hour) => `${Math.floor(kstMinuteOfDay(hour) / 60)}시`)
  const svg = drawBars({
    labels,
    labelEvery: 3,
    series: [
      { name: '클릭', ink: 'brand', values: row(clicks) },
      { name: '주문', ink: 'ink', values: row(orders) },
    ],
  })
  const lines = hours.map((hour, i) => {
    const key = keys[i] ?? ''
    return [`${formatDay(kstDay(hour))} ${labels[i]}`, plain(clicks[key]), plain(orders[key])]
  })
  const later = [outside(clicks, keys), outside(orders, keys)]
  const rest = later.some((count) => count > 0) ? [['그 밖의 시간', ...later.map(plain)]] : []
  return {
    title: '시간별 클릭과 주문',
    svg,
    legend: LEGEND,
    table: { head: ['시간', '클릭(명)', '주문(건)'], rows: [...lines, ...rest] },
  }
}

/** The Seoul hour of `at` as clicks and orders are counted by: `YYYY-MM-DDTHH`. */
export function hourKey(at: Date): string {
  return kstIso(at).slice(0, 13)
}

function outside(counts: Partial<Record<string, number>>, keys: readonly string[]): number {
  return Object.entries(counts).reduce((sum, [key, count = 0]) => (keys.includes(key) ? sum : sum + count), 0)
}

function plain(count: number | undefined): string {
  return (count ?? 0).toLocaleString('ko-KR')
}
