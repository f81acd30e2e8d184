import { formatDay, formatTime, kstDay, kstMinuteOfDay } from '../core/seoul'
import { formatWon, type Won } from '../core/won'
import type { ChartView } from '../http/page-parts'
import { timeText } from './figure-texts'
import type { SpendPoint } from './spend-series'
import { drawSteps } from './step-chart'

/** What a run spent over time, with the bounds that the ledger kept. */
export interface SpendStory {
  points: readonly SpendPoint[]
  /** The highest reserved + charged that the ledger ever had. */
  peakWon: Won
  /** Of the campaign's day; null = none. */
  capWon: Won | null
}

const DAY_S = 86_400
// A cap this many times the peak would press the curve flat; it is told in words then.
const CAP_TO_PEAK = 4
const TAIL_SHARE = 0.98

/** The chart of a run's won, second by second; null before anything was handed over. */
export function spendChart({ points, peakWon, capWon }: SpendStory): ChartView | null {
  const [first] = points
  if (!first) return null
  const drawn = withoutTail(points)
  const days = kstDay(first.at) === kstDay(points.at(-1)?.at ?? first.at) ? 'one' : 'several'
  const showsCap = capWon !== null && capWon <= peakWon * CAP_TO_PEAK
  const svg = drawSteps({
    at: drawn.map(({ at }) => at),
    layers: [
      { name: '실제 비용', ink: 'brand', values: drawn.map(({ chargedWon }) => chargedWon) },
      { name: '비용 선확보', ink: 'bar', values: drawn.map(({ reservedWon }) => reservedWon) },
    ],
    limit: showsCap ? capWon : null,
    label: tickText,
  })
  return {
    title: '초마다 쓴 비용',
    note: noteOf({ peakWon, capWon, later: points.length - drawn.length }),
    svg,
    legend: [
      { label: '실제 비용', kind: 'brand' },
      { label: '비용 선확보', kind: 'quiet' },
      ...(showsCap ? [{ label: '발송 비용 제한', kind: 'ink' as const }] : []),
    ],
    table: {
      head: ['때', '비용 선확보', '실제 비용', '합계', '그 초의 최고'],
      rows: points.map(({ at, reservedWon, chargedWon, highWon }) => [
        `${days === 'one' ? '' : `${formatDay(kstDay(at))} `}${timeText(at)}`,
        formatWon(reservedWon),
        formatWon(chargedWon),
        formatWon(reservedWon + chargedWon),
        formatWon(highWon),
      ]),
    },
  }
}

function noteOf({ peakWon, capWon, later }: { peakWon: Won; capWon: Won | null; later: number }): string {
  const cap = capWon === null ? '한도 없음' : `한도 ${formatWon(capWon)}`
  const rest = later > 0 ? ' 나중에 정산된 금액은 표에 있어요.' : ''
  return `선확보와 실제 비용을 더한 금액이 가장 높았을 때 ${formatWon(peakWon)} · ${cap}.${rest}`
}

/** Without the few results that came long after: they would press the minutes of sending into a line. */
function withoutTail(points: readonly SpendPoint[]): readonly SpendPoint[] {
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last) return points
  const lastRise = points.findLastIndex((point, i) => (points[i - 1]?.reservedWon ?? 0) < point.reservedWon)
  const settled = points.findIndex(({ chargedWon }) => chargedWon >= last.chargedWon * TAIL_SHARE)
  const end = Math.max(lastRise, settled, 0)
  const seconds = (index: number) => ((points[index]?.at ?? first.at).getTime() - first.at.getTime()) / 1_000
  const isLong = seconds(points.length - 1) > 4 * Math.max(60, seconds(end))
  return isLong ? points.slice(0, end + 1) : points
}

function tickText(at: Date, stepSeconds: number): string {
  if (stepSeconds >= DAY_S) return formatDay(kstDay(at))
  return stepSeconds < 60 ? timeText(at) : formatTime(kstMinuteOfDay(at))
}
