import { stableHash } from '../loader/stable-hash'
import type { ProductFixture } from '../mall/shop-fixture'
import { type Palette, SHAPES } from './product-shapes'

const PALETTES: [Palette, ...Palette[]] = [
  { ground: '#efe6d6', body: '#c8553d', shade: '#a33f2b', light: '#e58a72', metal: '#4a4a48' },
  { ground: '#e6ebe2', body: '#5f7f67', shade: '#456150', light: '#93ad97', metal: '#54504a' },
  { ground: '#e7e9ef', body: '#4d6488', shade: '#384c6c', light: '#8598b6', metal: '#565a60' },
  { ground: '#f3e7dd', body: '#d9a05b', shade: '#b67f3d', light: '#eec48e', metal: '#5b4b3a' },
  { ground: '#ece8e1', body: '#f7f4ee', shade: '#d6cfc2', light: '#ffffff', metal: '#7c7468' },
  { ground: '#e9e2e4', body: '#8d5a6b', shade: '#6d4150', light: '#b68a98', metal: '#5a5055' },
  { ground: '#e3eaea', body: '#3d4a4d', shade: '#2a3437', light: '#6d7c80', metal: '#8a7a5e' },
]

/** A product's picture: a drawing of its kind, in colours of its own. 400 × 400 SVG. */
export function productPicture(product: ProductFixture): string {
  const hash = stableHash(`picture ${product.no}`)
  const palette = PALETTES[product.no % PALETTES.length] ?? PALETTES[0]
  const draw = SHAPES[product.category] ?? SHAPES['기타']
  const scale = (94 + ((hash >>> 8) % 13)) / 100
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" role="img"><rect width="400" height="400" fill="${palette.ground}"/><ellipse cx="200" cy="312" rx="${Math.round(132 * scale)}" ry="15" fill="#000" opacity=".09"/><g transform="translate(200 300) scale(${scale}) translate(-200 -300)">${draw?.(palette) ?? ''}</g></svg>`
}
