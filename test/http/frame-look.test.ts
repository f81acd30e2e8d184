import { readFileSync } from 'node:fs'
import path from 'node:path'

const css = readFileSync(path.resolve(__dirname, '../../public/css/tokens.css'), 'utf8')
const [light = '', dark = ''] = css.split('@media (prefers-color-scheme: dark)')

function colours(text: string): Record<string, string> {
  const found = [...text.matchAll(/--([\w-]+):\s*(#[0-9a-f]{3,6});/g)]
  return Object.fromEntries(found.map(([, name, value]) => [name, value]))
}

function luminance(hex: string): number {
  const full = hex.length === 4 ? hex.replace(/[0-9a-f]/g, '$&$&') : hex
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(full.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (high + 0.05) / (low + 0.05)
}

const PAIRS = [
  ['ink', 'ground'],
  ['ink', 'card'],
  ['ink', 'hover'],
  ['ink-2', 'ground'],
  ['ink-2', 'card'],
  ['ink-2', 'hover'],
  ['ink-3', 'card'],
  ['brand', 'card'],
  ['brand', 'brand-soft'],
  ['on-brand', 'brand'],
  ['on-strip', 'strip'],
  ['ok', 'ok-soft'],
  ['hold', 'hold-soft'],
  ['bad', 'bad-soft'],
  ['bad', 'card'],
  ['info', 'info-soft'],
  ['ink', 'ok-soft'],
  ['ink', 'hold-soft'],
  ['ink', 'bad-soft'],
  ['ink', 'info-soft'],
  ['ink', 'brand-mark'],
  ['room-ink-2', 'room'],
  ['bubble-ink-2', 'bubble'],
] as const

describe.each([
  ['by day', colours(light)],
  ['by night', { ...colours(light), ...colours(dark) }],
])('the colours %s', (_when, palette) => {
  it.each(PAIRS)('let %s be read on %s (4.5 : 1)', (text, ground) => {
    expect(contrast(palette[text] ?? '', palette[ground] ?? '')).toBeGreaterThanOrEqual(4.5)
  })

  it('let the border of a field be seen (3 : 1)', () => {
    expect(contrast(palette['line-strong'] ?? '', palette['card'] ?? '')).toBeGreaterThanOrEqual(3)
  })
})
