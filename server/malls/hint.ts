import type { MallId } from './mall'

/** What a hint says may have changed; everything is read again from the mall before anything follows from it. */
export type HintKind = 'cart' | 'member' | 'order' | 'uninstall'

/** Something a webhook or the storefront told, kept until it has been worked. */
export interface Hint {
  /** Derived from the delivery, so that the same one twice is one hint. */
  id: string
  mallId: MallId
  kind: HintKind
  /** Member id of `cart` and `member`, order id of `order`, '' for `uninstall`. */
  subject: string
  /** The tracked link's token that the storefront reported with an order; unchecked. */
  trail: string | null
  /** Business time. */
  receivedAt: Date
  attempts: number
}
