import type { MallId } from '../malls/mall'

/** Append-only history. `id` is derived from what happened, so that the same fact read twice is one event. */
interface EventBase {
  id: string
  mallId: MallId
  memberId: string
  /** When it happened at the mall (valid time). */
  at: Date
  /** When we learned of it (recorded time). */
  recordedAt: Date
  source: 'pull' | 'webhook' | 'storefront'
}

export type ShopEvent = EventBase &
  (
    | {
        kind: 'cart-added'
        lineKey: string
        productNo: number
        variantCode: string
        quantity: number
        priceWon: number
      }
    | { kind: 'cart-removed'; lineKey: string }
    | { kind: 'ordered'; orderId: string; amountWon: number; productNos: number[]; paid: boolean }
    | { kind: 'order-cancelled'; orderId: string }
    | { kind: 'visited' }
    | { kind: 'consent-changed'; adConsent: boolean }
  )
