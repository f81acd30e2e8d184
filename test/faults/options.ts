import { parseArgs } from 'node:util'
import { z } from 'zod'
import { PROTECTIONS, SUITES } from './suite'

const Options = z.object({
  suite: z.enum(SUITES).nullable().default(null),
  seeds: z.coerce.number().int().min(1).nullable().default(null),
  first: z.coerce.number().int().min(1).default(1),
  broken: z.enum(PROTECTIONS).nullable().default(null),
})

/** What a run of the faults is told: one suite or all, how many seeds from which on, and a protection to take out. */
export type FaultOptions = z.infer<typeof Options>

/** Reads the command line; throws an Error that names what is wrong with it. */
export function readOptions(args: string[]): FaultOptions {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ args, options: { suite: text, seeds: text, first: text, broken: text } })
  const parsed = Options.safeParse(values)
  if (!parsed.success) throw new Error(`npm run faults: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}
