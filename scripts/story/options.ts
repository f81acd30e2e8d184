import { parseArgs } from 'node:util'
import { z } from 'zod'
import { addDays, isKstDay, kstInstant, parseTimeOfDay, startOfKstDay } from '../../server/core/seoul'

/** What one story is told about. */
export interface StoryOptions {
  /** Events file; see sandbox/loader. */
  file: string
  days: number
  date: string
  /** Minutes since Seoul midnight at which the run is planned; null = the last millisecond of the day. */
  atMinute: number | null
  purchases: 'since' | 'ignore'
  allConsent: boolean
  json: boolean
}

const USAGE =
  'npm run story -- --events FILE --days N --date YYYY-MM-DD [--at HH:MM] [--purchases since|ignore] [--all-consent] [--json]'

const DAYS = '--days is a whole number from 0 to 365'

const Options = z.object({
  events: z.string({ error: '--events names a file' }).min(1),
  days: z
    .string({ error: DAYS })
    .regex(/^\d{1,3}$/, { error: DAYS })
    .transform(Number)
    .refine((days) => days <= 365, { error: DAYS }),
  date: z
    .string({ error: '--date is a day, YYYY-MM-DD' })
    .refine(isKstDay, { error: '--date is a day, YYYY-MM-DD' }),
  at: z
    .string()
    .refine((text) => parseTimeOfDay(text) !== null, { error: '--at is a time, HH:MM' })
    .optional(),
  purchases: z.enum(['since', 'ignore'], { error: '--purchases is since or ignore' }).default('since'),
  'all-consent': z.boolean().default(false),
  json: z.boolean().default(false),
})

/** Reads the command line; throws one Error that names everything wrong and how it is used. */
export function readStoryOptions(argv: string[]): StoryOptions {
  const read = Options.safeParse(valuesOf(argv))
  if (!read.success)
    throw new Error(`${read.error.issues.map((issue) => issue.message).join('\n')}\n${USAGE}`)
  const { events, days, date, at, purchases, json } = read.data
  const atMinute = at === undefined ? null : parseTimeOfDay(at)
  return { file: events, days, date, atMinute, purchases, allConsent: read.data['all-consent'], json }
}

function valuesOf(argv: string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const options = { events: text, days: text, date: text, at: text, purchases: text }
  try {
    return parseArgs({ args: argv, options: { ...options, 'all-consent': flag, json: flag } }).values
  } catch (cause) {
    throw new Error(`${cause instanceof Error ? cause.message : 'Unreadable options'}\n${USAGE}`, { cause })
  }
}

/** Only events before this instant exist. */
export function untilOf({ date, atMinute }: StoryOptions): Date {
  return atMinute === null ? startOfKstDay(addDays(date, 1)) : kstInstant(date, atMinute)
}

/** The instant at which the run is planned. */
export function plannedAt(options: StoryOptions): Date {
  const until = untilOf(options)
  return options.atMinute === null ? new Date(until.getTime() - 1) : until
}

/** The minute of the campaign's schedule. */
export function campaignMinute({ atMinute }: StoryOptions): number {
  return atMinute ?? 23 * 60 + 59
}
