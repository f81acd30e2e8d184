import { z } from 'zod'

/** At most `messages` advertising messages in `days` Seoul days to one phone, over all campaigns and channels of a mall. */
export const FrequencyCap = z.object({
  messages: z.number().int().min(1).max(20),
  days: z.number().int().min(1).max(30),
})
export type FrequencyCap = z.infer<typeof FrequencyCap>

// One advertising message a day to a phone (reference/messaging.md §1.3).
export const DEFAULT_FREQUENCY: FrequencyCap = { messages: 1, days: 1 }

/** The cap that a mall has set, the default until it has, null when it is switched off. */
export function frequencyOf(mall: { frequency?: FrequencyCap | null } | null): FrequencyCap | null {
  return mall?.frequency === undefined ? DEFAULT_FREQUENCY : mall.frequency
}
