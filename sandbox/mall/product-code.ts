/** The mall's eight-character code of a product: `P` and its number in letters to base 26, as `P00000CV`. */
export function productCode(productNo: number): string {
  let rest = productNo
  let letters = ''
  do {
    letters = String.fromCharCode(65 + (rest % 26)) + letters
    rest = Math.floor(rest / 26)
  } while (rest > 0)
  return `P${letters.padStart(7, '0')}`
}

/** The twelve-character code of the product's only variant. */
export function variantCode(productNo: number): string {
  return `${productCode(productNo)}000A`
}

/** The number behind a product code, or null when it is none. */
export function productNoOf(code: string): number | null {
  const letters = /^P(?=.{7}$)0*([A-Z]+)$/.exec(code)?.[1]
  if (letters === undefined) return null
  return [...letters].reduce((no, letter) => no * 26 + letter.charCodeAt(0) - 65, 0)
}
