import { kstIso } from './kst'
import { productCode, variantCode } from './product-code'
import type { Order, Shop } from './shop'
import { orderWon } from './shop-actions'
import { money } from './shop-rows'

/** Numbers of the events that the app subscribes to (cafe24.md §3.4). */
export const EVENT = {
  orderPlaced: 90023,
  orderCanceled: 90026,
  appDeleted: 90077,
  cartAdded: 90084,
} as const

/** Resource of 90084: without a time and without the row's number, as the real one; a guest has no member id. */
export function cartAddedResource(
  shop: Shop,
  memberId: string | null,
  wanted: { productNo: number; quantity: number },
) {
  return {
    mall_id: shop.fixture.mallId,
    event_shop_no: '1',
    member_id: memberId ?? '',
    shipping_type: 'A',
    product_no: wanted.productNo,
    variant_code: variantCode(wanted.productNo),
    quantity: wanted.quantity,
    product_bundle: 'F',
  }
}

/** Resource of 90023, and of 90026 for a cancelled order. */
export function orderResource(shop: Shop, order: Order) {
  const member = shop.members.get(order.memberId)
  const total = money(orderWon(order))
  return {
    mall_id: shop.fixture.mallId,
    event_shop_no: '1',
    event_code: order.canceledAtMs === null ? 'create_order' : 'cancel_order',
    order_id: order.id,
    currency: 'KRW',
    order_date: kstIso(order.orderedAtMs),
    order_place_name: '모바일웹',
    order_place_id: 'mobile',
    member_id: order.memberId,
    buyer_name: member?.name ?? '',
    buyer_email: member?.email ?? '',
    buyer_phone: '',
    buyer_cellphone: member?.cellphone ?? '',
    group_no_when_ordering: 1,
    first_order: 'F',
    order_from_mobile: 'T',
    paid: 'T',
    payment_date: kstIso(order.orderedAtMs),
    payment_method: 'card',
    order_price_amount: total,
    membership_discount_amount: '0.00',
    actual_payment_amount: total,
    mileage_spent_amount: '0.00',
    shipping_fee: '0.00',
    shipping_type: 'A',
    shipping_status: 'F',
    ordering_product_code: order.items.map((item) => productCode(item.productNo)).join(','),
    ordering_product_name: order.items.map((item) => shop.products.get(item.productNo)?.name ?? '').join(','),
    ...(order.canceledAtMs !== null && { cancel_date: kstIso(order.canceledAtMs) }),
  }
}

/** Resource of 90077. */
export function appDeletedResource(mallId: string, clientId: string, nowMs: number) {
  return { mall_id: mallId, client_id: clientId, app_name: '바구니', deleted_date: kstIso(nowMs) }
}
