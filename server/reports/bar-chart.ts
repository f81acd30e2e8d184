import { AXIS_TEXT, drawSvg, INKS } from './svg-drawing'

/** One row of bars; `ink` is the name of a colour of the look. */
export interface BarSeries {
  name: string
  ink: 'brand' | 'ink'
  values: readonly number[]
}

/** Categories along the bottom; `labelEvery` 3 names each third. */
export interface BarChart {
  labels: readonly string[]
  labelEvery: number
  series: readonly BarSeries[]
}

const HEIGHT_PX = 200

/** A bar chart as SVG of 1,060 × 200 px, in the colours of the look, without script or style element. */
export function drawBars(chart: BarChart): string {
  return drawSvg(optionOf(chart), HEIGHT_PX)
}

function optionOf({ labels, labelEvery, series }: BarChart) {
  return {
    grid: { left: 44, right: 8, top: 16, bottom: 32 },
    xAxis: {
      type: 'category' as const,
      data: [...labels],
      axisTick: { show: false },
      axisLine: { lineStyle: { color: INKS.line } },
      axisLabel: { ...AXIS_TEXT, margin: 12, interval: (index: number) => index % labelEvery === 0 },
    },
    yAxis: {
      type: 'value' as const,
      minInterval: 1,
      splitNumber: 2,
      splitLine: { lineStyle: { color: INKS.line } },
      axisLabel: AXIS_TEXT,
    },
    series: series.map((each) => ({
      type: 'bar' as const,
      name: each.name,
      data: each.values.map((value) => (value === 0 ? null : value)),
      barGap: '10%',
      barCategoryGap: '22%',
      barMaxWidth: 28,
      itemStyle: { color: INKS[each.ink], borderRadius: 4 },
    })),
  }
}
