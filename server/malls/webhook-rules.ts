import { z } from 'zod'
import type { HintKind } from './hint'

/** A webhook of Cafe24 as far as we read it: which mall, and what to read again. */
export interface WebhookHints {
  shopId: string
  hints: { kind: HintKind; subject: string }[]
}

const Id = z.union([z.string(), z.number()]).transform(String)
const Body = z.object({
  event_no: z.coerce.number().int(),
  resource: z.object({
    mall_id: z.string().min(1),
    member_id: Id.nullish(),
    order_id: Id.nullish(),
  }),
})

// Cafe24 reference §3.4. Orders: placed, shipped, paid, cancelled, returned, exchanged, refunded, and their bulk forms.
const ORDER_EVENTS = [90023, 90024, 90025, 90026, 90027, 90028, 90029, 90070, 90071, 90072, 90073, 90074]
// Joined, changed, dormant, back, withdrawn.
const MEMBER_EVENTS = [90032, 90080, 90145, 90146, 90147]
const CART_EVENT = 90084
// App deleted or expired; mall deleted, dormant, blocked.
const END_EVENTS = [90077, 90078, 90166, 90167, 90169]

/** What a webhook hints at; null when it is none of Cafe24's. An event that we do not use has no hints. */
export function readWebhook(body: unknown): WebhookHints | null {
  const read = Body.safeParse(body)
  if (!read.success) return null
  const { event_no, resource } = read.data
  const shopId = resource.mall_id
  // Some events name several at once, "a1, b2".
  const each = (kind: HintKind, ids: string | null | undefined) =>
    (ids ?? '')
      .split(',')
      .map((id) => id.trim())
      .filter((id) => id !== '' && id.length <= 100)
      .map((subject) => ({ kind, subject }))
  if (END_EVENTS.includes(event_no)) return { shopId, hints: [{ kind: 'uninstall', subject: '' }] }
  if (ORDER_EVENTS.includes(event_no)) return { shopId, hints: each('order', resource.order_id) }
  if (MEMBER_EVENTS.includes(event_no)) return { shopId, hints: each('member', resource.member_id) }
  if (event_no === CART_EVENT) return { shopId, hints: each('cart', resource.member_id) }
  return { shopId, hints: [] }
}
