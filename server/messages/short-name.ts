/** How much of a name a message shows, in UTF-16 units: what is longer would push the merchant's own words off the screen. */
export const NAME_UNITS = { shopper: 40, product: 120 } as const

/** A name on one line in at most `units` UTF-16 units, cut off with "…". */
export function shortName(name: string, units: number): string {
  // Whatever the mall stores: only what may be shown is looked at.
  const line = name
    .trim()
    .slice(0, 4 * units)
    .replace(/\s+/g, ' ')
    .trim()
  return shorten(line, units)
}

/** `text` in at most `units` UTF-16 units, ending in "…", never in half a character. */
export function shorten(text: string, units: number): string {
  if (text.length <= units) return text
  let kept = ''
  for (const letter of text) {
    if (kept.length + letter.length > units - 1) break
    kept += letter
  }
  return `${kept.trimEnd()}…`
}
