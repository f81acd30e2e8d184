import { z } from 'zod'

/** A message as merchants write it. `{고객 이름}`, `{상품명}`, `{담은 금액}` are filled per shopper, or with their fallback. */
export const MessageTemplate = z.object({
  channel: z.literal('brand-text'),
  targeting: z.literal('I'),
  text: z.string().trim().min(1).max(1300),
  buttonName: z.string().trim().min(1).max(14),
  fallbacks: z.object({ name: z.string().trim().min(1).max(20), product: z.string().trim().min(1).max(40) }),
})
export type MessageTemplate = z.infer<typeof MessageTemplate>

/** What a plan keeps of a shopper so that the message can be composed then, and shown again later. */
export interface MessageFacts {
  /** Name of the dearest line; null when nothing has a name. */
  productName: string | null
  /** How many other lines there are. */
  moreItems: number
  cartWon: number
}

/** A message as one shopper sees it. */
export interface ComposedMessage {
  text: string
  button: { name: string; url: string }
}
