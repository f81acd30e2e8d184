import { z } from 'zod'
import type { QuietHours } from '../core/quiet-hours'
import { isKstDay } from '../core/seoul'
import type { MallId } from '../malls/mall'
import { MessageTemplate, TextFallback } from '../messages/message'
import { Segment } from '../segments/segment'

const minuteOfDay = z.number().int().min(0).max(1439)
const Day = z.string().refine(isKstDay)

/** What one revision of a campaign says; immutable once stored (law 12). */
export const CampaignSpec = z.object({
  name: z.string().trim().min(1).max(60),
  segment: Segment,
  message: MessageTemplate,
  /** Path on the mall where the button leads after login. */
  landing: z.literal('cart'),
  schedule: z.object({
    atMinute: minuteOfDay,
    /** ISO weekdays, 1 Monday to 7 Sunday. */
    weekdays: z.array(z.number().int().min(1).max(7)).min(1),
    fromDay: Day,
    untilDay: Day.nullable(),
  }),
  /** Whole Seoul days in which one phone gets this campaign at most once: sent on S blocks S … S + N − 1. */
  repeatDays: z.number().int().min(1).max(365),
  /** Whole won a Seoul day; null = switched off. */
  dailyCapWon: z.number().int().positive().nullable(),
  quietHours: z.object({ fromMinute: minuteOfDay, toMinute: minuteOfDay }) satisfies z.ZodType<QuietHours>,
  /** Sends that the night holds leave until this minute of the next morning, then they expire. */
  latestMinute: minuteOfDay,
  /** Facts older than this at the last look hold the send. */
  maxFactAgeHours: z.number().int().min(1).max(168),
  /** Days after a click in which an order counts for it. */
  attributionDays: z.number().int().min(1).max(30),
  /** A text for definite failures of the first try that allow one (step 2 of the same send); null = none. */
  fallback: TextFallback.nullable(),
  /** Campaigns due in the same minute plan in this order, 1 first. */
  priority: z.number().int().min(1).max(9),
  /** True: no run on a Korean public holiday. */
  skipHolidays: z.boolean(),
})
export type CampaignSpec = z.infer<typeof CampaignSpec>

/** What a revision says that was stored before these fields were there. */
export const SPEC_DEFAULTS = { fallback: null, priority: 5, skipHolidays: false } as const

export type CampaignState = 'draft' | 'running' | 'paused' | 'ended'

export interface Campaign {
  id: string
  mallId: MallId
  name: string
  state: CampaignState
  /** The revision that the next run takes; counted from 1. */
  revision: number
  createdAt: Date
  startedAt: Date | null
  /** When it last began to run, by start or resume; days before it are never missed. */
  runningSince?: Date | null
  endedAt: Date | null
}

export interface Revision {
  campaignId: string
  mallId: MallId
  number: number
  spec: CampaignSpec
  createdAt: Date
  createdBy: string
}
