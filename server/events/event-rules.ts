import type { MallId } from '../malls/mall'
import type { CartLineRow, OrderRow } from '../malls/mall-client'
import type { ShopEvent } from './event'

/** How an event came to us, and when. */
export interface Recording {
  mallId: MallId
  recordedAt: Date
  source: ShopEvent['source']
}

/** The event of one cart line; reading the line again gives the same event. */
export function cartAdded(line: CartLineRow, recording: Recording): ShopEvent {
  return {
    id: `${recording.mallId}:c:${line.memberId}:${line.lineKey}:${line.addedAt.getTime()}`,
    ...recording,
    kind: 'cart-added',
    memberId: line.memberId,
    at: line.addedAt,
    lineKey: line.lineKey,
    productNo: line.productNo,
    variantCode: line.variantCode,
    quantity: line.quantity,
    priceWon: line.priceWon,
  }
}

/** A line that a complete reading of the cart no longer had; when it left is only known to lie before that reading. */
export function cartRemoved(
  memberId: string,
  line: { lineKey: string; addedAt: Date },
  recording: Recording,
): ShopEvent {
  return {
    id: `${recording.mallId}:r:${memberId}:${line.lineKey}:${line.addedAt.getTime()}`,
    ...recording,
    kind: 'cart-removed',
    memberId,
    at: recording.recordedAt,
    lineKey: line.lineKey,
  }
}

/** The events that one order of a member stands for: it was placed, and perhaps cancelled in full. */
export function orderEvents(order: OrderRow, recording: Recording): ShopEvent[] {
  const { memberId, orderId } = order
  if (memberId === null) return []
  const placed: ShopEvent = {
    id: `${recording.mallId}:o:${orderId}`,
    ...recording,
    kind: 'ordered',
    memberId,
    at: order.orderedAt,
    orderId,
    amountWon: order.amountWon,
    productNos: order.items.map((item) => item.productNo),
    paid: order.paid,
  }
  if (!order.cancelled) return [placed]
  const at = order.cancelledAt ?? recording.recordedAt
  return [
    placed,
    { id: `${recording.mallId}:x:${orderId}`, ...recording, kind: 'order-cancelled', memberId, at, orderId },
  ]
}

/** A login at the mall. */
export function visited(memberId: string, at: Date, recording: Recording): ShopEvent {
  return {
    id: `${recording.mallId}:v:${memberId}:${at.getTime()}`,
    ...recording,
    kind: 'visited',
    memberId,
    at,
  }
}

/**
 * A consent that differs from the one known since `before`; the mall does not tell when it changed, so it counts from when
 * we learned.
 */
export function consentChanged(
  memberId: string,
  adConsent: boolean,
  before: Date | null,
  recording: Recording,
): ShopEvent {
  const at = recording.recordedAt
  return {
    id: `${recording.mallId}:k:${memberId}:${adConsent ? 'T' : 'F'}:${before?.getTime() ?? 0}`,
    ...recording,
    kind: 'consent-changed',
    memberId,
    at,
    adConsent,
  }
}
