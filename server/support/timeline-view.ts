import { formatInstant } from '../core/seoul'
import { formatWon } from '../core/won'
import type { ShopEvent } from '../events/event'

const SHOWN = 40
const SOURCES = { pull: '동기화', webhook: '쇼핑몰 알림', storefront: '쇼핑몰 화면' } as const

/** What happened, newest first, at most 40 lines; products outside the present `cart` are told by number. */
export function timelineView(
  events: readonly ShopEvent[],
  cart: readonly { productNo: number; name: string }[],
): { at: string; text: string }[] {
  const names = new Map(cart.map(({ productNo, name }) => [productNo, name]))
  return events.slice(0, SHOWN).map((event) => ({
    at: formatInstant(event.at),
    text: `${eventText(event, names)} (${SOURCES[event.source]}에서 확인)`,
  }))
}

function eventText(event: ShopEvent, names: ReadonlyMap<number, string>): string {
  switch (event.kind) {
    case 'cart-added':
      return `장바구니에 담음 · ${names.get(event.productNo) || `상품 ${event.productNo}`} ${event.quantity}개, ${formatWon(event.priceWon)}`
    case 'cart-removed':
      return '장바구니에서 사라짐'
    case 'ordered':
      return `주문 ${event.orderId} · ${formatWon(event.amountWon)}${event.paid ? '' : ' (미입금)'}`
    case 'order-cancelled':
      return `주문 ${event.orderId} 취소`
    case 'visited':
      return '쇼핑몰 방문'
    case 'consent-changed':
      return event.adConsent ? '광고 수신에 동의' : '광고 수신 동의 철회'
  }
}
