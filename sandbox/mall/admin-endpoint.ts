import { z } from 'zod'
import { parseMallTime } from './kst'
import type { Platform } from './platform'
import type { Shop } from './shop'

/** What an endpoint answers from: the shop, the platform, the placeholders of its path. */
export interface EndpointInput<Q> {
  platform: Platform
  shop: Shop
  query: Q
  path: Record<string, string>
}

/** A request that the mall does not take: 404 or 422, with the text of its envelope. */
export interface Refusal {
  refused: 404 | 422
  message: string
}

export interface Endpoint {
  path: string
  scope: string
  /** The body to answer with, or why not. */
  handle(input: EndpointInput<unknown>): object | Refusal
}

/** An endpoint whose query is checked against `query`; anything unknown or out of range is a 422 that names the parameter. */
export function endpoint<S extends z.ZodType>(spec: {
  path: string
  scope: string
  query: S
  answer(input: EndpointInput<z.infer<S>>): object | Refusal
}): Endpoint {
  return {
    path: spec.path,
    scope: spec.scope,
    handle(input) {
      const parsed = spec.query.safeParse(input.query)
      if (parsed.success) return spec.answer({ ...input, query: parsed.data })
      const issue = parsed.error.issues[0]
      if (issue?.code === 'unrecognized_keys') return refuse(422, 'Unknown parameter.', issue.keys[0])
      return refuse(422, issue?.message ?? 'Invalid request.', issue?.path.join('.'))
    },
  }
}

/** A refusal; parameter errors end with the place, as the real ones. */
export function refuse(status: 404 | 422, message: string, parameter?: string): Refusal {
  return {
    refused: status,
    message: parameter === undefined ? message : `${message} (parameter.${parameter})`,
  }
}

/** Tells a refusal from a body. */
export function isRefusal(answer: object): answer is Refusal {
  return 'refused' in answer
}

/** Whole number in a range, given as text. */
export function whole(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,12}$/, 'Must be a number.')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `Must be between ${min} and ${max}.`)
}

/** Comma list of at most 100 values; the values are alternatives. */
export const list = z
  .string()
  .transform((text) => text.split(',').map((value) => value.trim()))
  .refine((values) => values.length <= 100, 'At most 100 values.')
  .refine((values) => values.every((value) => value !== ''), 'Empty value.')

/** An instant in epoch milliseconds; a bare date is its first or last second in Seoul. */
export function time(edge: 'start' | 'end') {
  return z.string().transform((text, context) => {
    const ms = parseMallTime(text, edge)
    if (ms !== null) return ms
    context.addIssue({ code: 'custom', message: 'Must be a date.' })
    return z.NEVER
  })
}

export const flag = z.enum(['T', 'F'])

/** Parameters that every reading endpoint takes. */
export const common = {
  shop_no: z.literal('1').optional(),
  fields: list.optional(),
}

/** `limit` and `offset` with the endpoint's own ceilings. */
export function paging(defaultLimit: number, maxLimit: number, maxOffset: number) {
  return {
    limit: whole(1, maxLimit).default(defaultLimit),
    offset: whole(0, maxOffset).default(0),
  }
}

/** Rows cut down to the asked fields; embedded parts always stay. */
export function pick<T extends object>(
  rows: T[],
  fields: string[] | undefined,
  always: string[] = [],
): object[] {
  if (fields === undefined) return rows
  const wanted = new Set([...fields, ...always])
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([key]) => wanted.has(key))))
}
