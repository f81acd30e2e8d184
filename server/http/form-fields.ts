import { z } from 'zod'

/** A required text without spaces around it, `max` characters at most. */
export function textField(max: number) {
  return z.string().trim().min(1).max(max)
}

/** A text that may stay empty (''), `max` characters at most. */
export function optionalTextField(max: number) {
  return z.string().trim().max(max).default('')
}

/** A whole number as people type it, "30,000원" too. */
export function wholeField(range: { min: number; max: number }) {
  return z.preprocess(plainNumber, z.coerce.number().int().min(range.min).max(range.max))
}

/** A whole number, or null for an empty box. */
export function optionalWholeField(range: { min: number; max: number }) {
  return z.preprocess(
    (typed) => (plainNumber(typed) === undefined ? null : plainNumber(typed)),
    z.coerce.number().int().min(range.min).max(range.max).nullable(),
  )
}

/** A checkbox: true when it was ticked. */
export function tickField() {
  return z
    .union([z.string(), z.array(z.string())])
    .optional()
    .transform((typed) => typed !== undefined)
}

/** The ticked values of several checkboxes with one name, each one of `options`. */
export function ticksField<const T extends readonly [string, ...string[]]>(options: T) {
  const Option = z.enum(options)
  return z.unknown().transform((typed, context): T[number][] => {
    const read = z.array(Option).safeParse(typed === undefined ? [] : [typed].flat())
    if (read.success) return read.data
    // An error of the field, not of its third value: no box of the page is called after that.
    context.addIssue({ code: 'custom', message: '목록에 있는 값을 골라 주세요.' })
    return z.NEVER
  })
}

/** A time of day, `HH:MM`. */
export function timeField() {
  return z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: '시각을 10:00처럼 입력해 주세요.' })
}

/** The digits of what was typed; NaN for other notations, "1e9" and "0x10", which nobody means. */
function plainNumber(typed: unknown): unknown {
  if (typeof typed !== 'string') return typed
  const digits = typed
    .trim()
    .replace(/,/g, '')
    .replace(/\s*(원|명|일|건|%)$/, '')
  if (digits === '') return undefined
  return /^-?\d+(\.\d+)?$/.test(digits) ? digits : Number.NaN
}
