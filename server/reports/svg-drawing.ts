import { type EChartsCoreOption, init } from 'echarts'

/** Width of every chart; on a phone it scrolls inside its card. */
export const CHART_WIDTH_PX = 1_060
/** Charts are drawn in these, since echarts wants real colours; each stands for a name of public/css/tokens.css. */
export const INKS = {
  brand: '#c2410c',
  ink: '#1b1d22',
  text: '#4c525d',
  line: '#e6e8ec',
  bar: '#d8dbe3',
} as const
const NAMES: Record<string, string> = {
  [INKS.brand]: 'var(--brand)',
  [INKS.ink]: 'var(--ink)',
  [INKS.text]: 'var(--ink-2)',
  [INKS.line]: 'var(--line)',
  [INKS.bar]: 'var(--bar)',
}
/** How axes write. */
export const AXIS_TEXT = { color: INKS.text, fontSize: 13, fontFamily: 'inherit' } as const

/** An echarts option as SVG in the colours of the look (dark mode too), without script or style element. */
export function drawSvg(option: EChartsCoreOption, heightPx: number): string {
  const drawing = init(null, null, { renderer: 'svg', ssr: true, width: CHART_WIDTH_PX, height: heightPx })
  try {
    drawing.setOption({ animation: false, ...option })
    return tidy(drawing.renderToSVGString())
  } finally {
    drawing.dispose()
  }
}

/** The page's policy refuses style elements, and a drawing from the server needs no hover. */
function tidy(svg: string): string {
  return svg
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/ (?:class|ecmeta_\w+)="[^"]*"/g, '')
    .replace(/"(#[0-9a-f]{6})"/g, (all, colour: string) => (NAMES[colour] ? `"${NAMES[colour]}"` : all))
}
