import { z } from 'zod'
import type { OutgoingMessage, Receipt } from '../../../messages/message-relay'
import { DELIVERED_CODE, failureOf, PENDING_CODES } from './solapi-failures'

/** A group, as far as we read it. */
export const Group = z.object({
  groupId: z.string().min(1),
  status: z.enum(['PENDING', 'SENDING', 'COMPLETE', 'FAILED', 'DELETED', 'SCHEDULED']),
  dateSent: z.string().nullish(),
  count: z.object({ sentTotal: z.number().default(0) }).default({ sentTotal: 0 }),
})
export type Group = z.infer<typeof Group>

const Echo = z.object({ k: z.string() }).partial()

/** The answer to registering messages: one entry each. */
export const Registered = z.object({
  resultList: z.array(z.object({ to: z.string(), statusCode: z.string(), customFields: Echo.nullish() })),
})

const Message = z.object({
  groupId: z.string().nullish(),
  statusCode: z.string(),
  customFields: Echo.nullish(),
  dateUpdated: z.iso.datetime({ offset: true }),
})

/** One page of messages; the relay keys them by its own ids. */
export const MessagePage = z.object({
  messageList: z.record(z.string(), z.unknown()),
  nextKey: z.string().nullish(),
})

export const Balance = z.object({ balance: z.number(), point: z.number().default(0) })

export const Channels = z.object({ channelList: z.array(z.object({ channelId: z.string() })) })

export const SenderNumbers = z.array(z.string())

/** Prices in won; a list has one entry a country. */
export const Prices = z.union([
  z
    .looseObject({ bms_text: z.number().optional(), bms_free: z.number().optional() })
    .and(z.object({ sms: z.number(), lms: z.number() })),
  z
    .array(
      z
        .looseObject({
          countryId: z.string(),
          bms_text: z.number().optional(),
          bms_free: z.number().optional(),
        })
        .and(z.object({ sms: z.number(), lms: z.number() })),
    )
    .transform((list, context) => {
      const korea = list.find(({ countryId }) => countryId === '82')
      if (korea) return korea
      context.addIssue({ code: 'custom', message: 'no prices for Korea' })
      return z.NEVER
    }),
])

export const Refusal = z.object({ errorCode: z.string() })

// The second try of a send is another message of the relay's: what comes of the first must never be taken for it.
const ECHO = /^([0-9a-f]{32})(\.2)?$/

/** What a message carries and every receipt brings back: the send's id, and its step unless it is the first. */
export function echoOf({ sendId, step }: Pick<OutgoingMessage, 'sendId' | 'step'>): string {
  return step === 2 ? `${sendId}.2` : sendId
}

/** Receipts of those messages that are ours; what has another shape is counted, what is somebody else's is left out. */
export function readReceipts(messages: readonly unknown[]): { receipts: Receipt[]; malformed: number } {
  const receipts: Receipt[] = []
  let malformed = 0
  for (const raw of messages) {
    const read = Message.safeParse(raw)
    if (!read.success) {
      malformed += 1
      continue
    }
    const receipt = receiptOf(read.data)
    if (receipt) receipts.push(receipt)
  }
  return { receipts, malformed }
}

function receiptOf({ statusCode, customFields, dateUpdated }: z.infer<typeof Message>): Receipt | null {
  const [, sendId, second] = ECHO.exec(customFields?.k ?? '') ?? []
  if (sendId === undefined) return null
  const step = second === undefined ? 1 : 2
  const at = new Date(dateUpdated)
  if (statusCode === DELIVERED_CODE) return { sendId, step, state: 'delivered', at }
  if (PENDING_CODES.includes(statusCode)) return { sendId, step, state: 'pending', at }
  return { sendId, step, state: 'failed', failure: failureOf(statusCode), at }
}
