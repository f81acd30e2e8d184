import type { Request } from 'express'
import type { z } from 'zod'
import { UserError } from '../core/errors'
import { type FieldError, type FormState, fieldName, typedOf } from './form-errors'
import { koreanIssue } from './form-texts'

/** A form's value, or the form to show again with what was typed and one error a field. */
export type Parsed<T> = { ok: true; value: T } | { ok: false; form: FormState }

/** Reads the posted form. */
export function parseForm<S extends z.ZodType>(req: Request, schema: S): Parsed<z.output<S>> {
  return parse(req.body, schema)
}

/** Reads route parameters; throws UserError 404 when they cannot name anything. */
export function parseParams<S extends z.ZodType>(req: Request, schema: S): z.output<S> {
  const read = schema.safeParse(req.params)
  if (!read.success) throw new UserError(404, 'not-found', '찾는 화면이 없어요. 주소를 다시 확인해 주세요.')
  return read.data
}

function parse<S extends z.ZodType>(input: unknown, schema: S): Parsed<z.output<S>> {
  const read = schema.safeParse(input ?? {}, { error: koreanIssue })
  if (read.success) return { ok: true, value: read.data }
  return { ok: false, form: { typed: typedOf(input), errors: firstOfEachField(read.error.issues) } }
}

function firstOfEachField(issues: readonly z.core.$ZodIssue[]): FieldError[] {
  const errors = new Map<string, FieldError>()
  for (const issue of issues) {
    const field = fieldName(issue.path)
    if (!errors.has(field)) errors.set(field, { field, text: issue.message })
  }
  return [...errors.values()]
}
