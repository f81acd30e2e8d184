import { init } from 'echarts'

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
const WIDTH_PX = 1_060
// echarts wants real colours; each stands for a name of public/css/tokens.css, so that the chart follows dark mode.
const STAND_INS = { brand: '#c2410c', ink: '#1b1d22', text: '#4c525d', line: '#e6e8ec' } as const
const NAMES: Record<string, string> = {
  [STAND_INS.brand]: 'var(--brand)',
  [STAND_INS.ink]: 'var(--ink)',
  [STAND_INS.text]: 'var(--ink-2)',
  [STAND_INS.line]: 'var(--line)',
}

/** A bar chart as SVG of 1,060 × 200 px, in the colours of the look, without script or style element. */
export function drawBars(chart: BarChart): string {
  const drawing = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH_PX, height: HEIGHT_PX })
  try {
    drawing.setOption(optionOf(chart))
    return tidy(drawing.renderToSVGString())
  } finally {
    drawing.dispose()
  }
}

function optionOf({ labels, labelEvery, series }: BarChart) {
  const text = { color: STAND_INS.text, fontSize: 13, fontFamily: 'inherit' }
  return {
    animation: false,
    grid: { left: 44, right: 8, top: 16, bottom: 32 },
    xAxis: {
      type: 'category' as const,
      data: [...labels],
      axisTick: { show: false },
      axisLine: { lineStyle: { color: STAND_INS.line } },
      axisLabel: { ...text, margin: 12, interval: (index: number) => index % labelEvery === 0 },
    },
    yAxis: {
      type: 'value' as const,
      minInterval: 1,
      splitNumber: 2,
      splitLine: { lineStyle: { color: STAND_INS.line } },
      axisLabel: text,
    },
    series: series.map((each) => ({
      type: 'bar' as const,
      name: each.name,
      data: each.values.map((value) => (value === 0 ? null : value)),
      barGap: '10%',
      barCategoryGap: '22%',
      barMaxWidth: 28,
      itemStyle: { color: STAND_INS[each.ink], borderRadius: 4 },
    })),
  }
}

/** The page's policy refuses style elements, and server-drawn bars need no hover. */
function tidy(svg: string): string {
  return svg
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/ (?:class|ecmeta_\w+)="[^"]*"/g, '')
    .replace(/"(#[0-9a-f]{6})"/g, (all, colour: string) => (NAMES[colour] ? `"${NAMES[colour]}"` : all))
}
