/** What is wrong with one field; `field` is its name in the form, '' for the whole form. */
export interface FieldError {
  field: string
  /** A short Korean sentence that says what to enter. */
  text: string
}

/** The errors of one form in the order of its fields. */
export type FormErrors = readonly FieldError[]

/** What the person typed, by field name (`conditions[0][days]`); several values for checkboxes and multiple choices. */
export type Typed = Readonly<Record<string, string | readonly string[]>>

/** What the field partials need: what was typed, and what is wrong with it. */
export interface FormState {
  typed: Typed
  errors: FormErrors
}

/** A form as first shown, filled with `initial` values. */
export function newForm(initial: Readonly<Record<string, unknown>> = {}): FormState {
  return { typed: flatten(initial), errors: [] }
}

/** The form again with what was typed and further `errors`, for what only a service can know. */
export function refusedForm(body: unknown, errors: FormErrors): FormState {
  return { typed: typedOf(body), errors }
}

/** Field names and values of a parsed body; the form token is left out. */
export function typedOf(body: unknown): Typed {
  const { _csrf: _token, ...typed } = flatten(isRecord(body) ? body : {})
  return typed
}

/** The name of a field from its path in a parsed body: `['conditions', 0, 'days']` is `conditions[0][days]`. */
export function fieldName(path: readonly PropertyKey[]): string {
  return path.map((key, i) => (i === 0 ? String(key) : `[${String(key)}]`)).join('')
}

function flatten(values: Readonly<Record<string, unknown>>): Record<string, string | readonly string[]> {
  const flat: Record<string, string | readonly string[]> = {}
  const put = (path: readonly PropertyKey[], value: unknown): void => {
    if (value === undefined || value === null) return
    if (Array.isArray(value) && value.every(isPlain)) flat[fieldName(path)] = value.map(String)
    else if (Array.isArray(value)) for (const [i, each] of value.entries()) put([...path, i], each)
    else if (isRecord(value)) for (const [key, each] of Object.entries(value)) put([...path, key], each)
    else flat[fieldName(path)] = String(value)
  }
  for (const [key, value] of Object.entries(values)) put([key], value)
  return flat
}

function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || value === null
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
