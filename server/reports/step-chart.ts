import { AXIS_TEXT, drawSvg, INKS } from './svg-drawing'

/** One stacked layer of steps; each value holds until the next instant. */
export interface StepLayer {
  name: string
  ink: 'brand' | 'bar'
  values: readonly number[]
}

/** Steps over instants (oldest first); `limit` is a dashed line across. */
export interface StepChart {
  at: readonly Date[]
  layers: readonly StepLayer[]
  limit: number | null
  /** The words under a tick. */
  label(at: Date, stepSeconds: number): string
}

const HEIGHT_PX = 240
const TICKS = 8
const SECOND_MS = 1_000
const HOUR_S = 3_600
const STEPS_S = [
  1,
  2,
  5,
  10,
  15,
  30,
  60,
  120,
  300,
  600,
  900,
  1_800,
  HOUR_S,
  2 * HOUR_S,
  3 * HOUR_S,
  6 * HOUR_S,
  12 * HOUR_S,
  24 * HOUR_S,
]

/** A step chart as SVG of 1,060 × 240 px, layers stacked in their order, ticks on round Seoul times. */
export function drawSteps(chart: StepChart): string {
  return drawSvg(optionOf(chart), HEIGHT_PX)
}

function optionOf({ at, layers, limit, label }: StepChart) {
  const first = (at[0]?.getTime() ?? 0) / SECOND_MS
  // One second more, so that the last value is seen to hold.
  const end = (at.at(-1)?.getTime() ?? 0) / SECOND_MS + 1
  const step = STEPS_S.find((each) => (end - first) / each <= TICKS) ?? 24 * HOUR_S
  const from = Math.floor(first / step) * step
  const to = Math.ceil(end / step) * step
  const times = [...at.map((each) => each.getTime() / SECOND_MS), to]
  const held = (values: readonly number[]) => [...values, values.at(-1) ?? 0]
  return {
    grid: { left: 72, right: 24, top: 16, bottom: 32 },
    xAxis: {
      type: 'value' as const,
      min: from,
      max: to,
      interval: step,
      splitLine: { show: false },
      axisLine: { lineStyle: { color: INKS.line } },
      axisLabel: {
        ...AXIS_TEXT,
        margin: 12,
        formatter: (seconds: number) => label(new Date(seconds * SECOND_MS), step),
      },
    },
    yAxis: {
      type: 'value' as const,
      minInterval: 1,
      splitNumber: 3,
      splitLine: { lineStyle: { color: INKS.line } },
      axisLabel: { ...AXIS_TEXT, formatter: (won: number) => won.toLocaleString('ko-KR') },
    },
    series: [
      ...layers.map(({ name, ink, values }) => ({
        type: 'line' as const,
        name,
        step: 'end' as const,
        stack: 'all',
        symbol: 'none',
        lineStyle: { width: 1.5, color: INKS[ink] },
        areaStyle: { color: INKS[ink], opacity: 1 },
        data: held(values).map((value, i) => [times[i] ?? to, value]),
      })),
      ...(limit === null
        ? []
        : [
            {
              type: 'line' as const,
              name: 'limit',
              symbol: 'none',
              lineStyle: { width: 1.5, type: 'dashed' as const, color: INKS.ink },
              data: [
                [from, limit],
                [to, limit],
              ],
            },
          ]),
    ],
  }
}
