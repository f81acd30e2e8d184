/** Text that is already HTML and is not escaped again. */
export class SafeHtml {
  constructor(readonly text: string) {}
}

type Part = string | number | SafeHtml | readonly SafeHtml[] | null | false

/** A page fragment; every value that is not SafeHtml is escaped, null and false print nothing. */
export function html(strings: TemplateStringsArray, ...values: Part[]): SafeHtml {
  const text = strings.reduce((all, piece, index) => all + printed(values[index - 1] ?? null) + piece)
  return new SafeHtml(text)
}

/** Marks a string of our own making (CSS, SVG) as HTML. */
export function trusted(text: string): SafeHtml {
  return new SafeHtml(text)
}

/** `12,000원` */
export function wonText(won: number): string {
  return `${won.toLocaleString('ko-KR')}원`
}

function printed(value: Part): string {
  if (value === null || value === false) return ''
  if (value instanceof SafeHtml) return value.text
  if (Array.isArray(value)) return value.map((one: SafeHtml) => one.text).join('')
  return String(value).replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)
}
