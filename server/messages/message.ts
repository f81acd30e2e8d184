import { z } from 'zod'
import { TEXT_UNITS, templateProblems } from './template-text'

/** What stands for an amount that is not known. */
export const AMOUNT_FALLBACK = '장바구니에서 확인'

/** A message as merchants write it. `{고객 이름}`, `{상품명}`, `{담은 금액}` are filled per shopper, or with their fallback. */
export const MessageTemplate = z.object({
  channel: z.literal('brand-text'),
  targeting: z.literal('I'),
  text: z
    .string()
    // Browsers post line breaks as CRLF; Kakao counts each unit.
    .overwrite((text) => text.replace(/\r\n?/g, '\n'))
    .trim()
    .min(1)
    .max(TEXT_UNITS)
    .superRefine((text, context) => {
      for (const message of templateProblems(text)) context.addIssue({ code: 'custom', message })
    }),
  buttonName: z
    .string()
    .trim()
    .min(1)
    .max(14)
    .refine((name) => !/[{}\n]/.test(name), { error: '버튼 이름에는 변수를 쓸 수 없어요.' }),
  fallbacks: z.object({
    name: z.string().trim().min(1).max(20),
    product: z.string().trim().min(1).max(40),
    /** Without it, AMOUNT_FALLBACK. */
    amount: z.string().trim().min(1).max(20).optional(),
  }),
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

/** The text that is sent after a definite failure, as merchants write it; label, sender and opt-out line are added by us. */
export const TextFallback = z.object({
  /** LMS title, at most 40 bytes in EUC-KR. */
  title: z.string().trim().min(1).max(40),
  /** The same variables as the message; the tracked link stands below it. */
  text: z.string().trim().min(1).max(1_000),
})
export type TextFallback = z.infer<typeof TextFallback>
