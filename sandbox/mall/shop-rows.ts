import { kstIso, kstPlain } from './kst'
import { productCode, variantCode } from './product-code'
import type { CartLine, Order, Shop } from './shop'
import { orderWon } from './shop-actions'
import type { MemberFixture, OrderItemFixture, ProductFixture } from './shop-fixture'

/** Rows as the mall's API writes them; shapes of Cafe24's admin API, version 2026-03-01 (cafe24.md §2.4). */

const ZERO = '0.00'

/** Whole won as the mall's decimal string. */
export function money(won: number): string {
  return `${won}.00`
}

export function cartRow(shop: Shop, line: CartLine) {
  return {
    shop_no: 1,
    basket_product_no: line.no,
    member_id: line.memberId,
    created_date: kstIso(line.addedAtMs),
    product_no: line.productNo,
    additional_option_values: [],
    variant_code: variantCode(line.productNo),
    quantity: line.quantity,
    product_price: money(shop.products.get(line.productNo)?.priceWon ?? 0),
    option_price: ZERO,
    product_bundle: 'F',
    shipping_type: 'A',
    category_no: 24,
  }
}

/** The row of the plain member look-up: no name, phone or mail. */
export function customerRow(member: MemberFixture) {
  return {
    shop_no: 1,
    member_id: member.id,
    group_no: 1,
    member_authentication: member.authentication,
    use_blacklist: member.blacklisted ? 'T' : 'F',
    blacklist_type: member.blacklisted ? 'L' : '',
    authentication_method: 'm',
    sms: member.sms,
    news_mail: member.newsMail,
    solar_calendar: 'T',
    total_points: ZERO,
    available_points: ZERO,
    used_points: ZERO,
    last_login_date: member.lastLoginAtMs === null ? null : kstIso(member.lastLoginAtMs),
    created_date: kstIso(member.createdAtMs),
    gender: member.gender,
    use_mobile_app: 'F',
    available_credits: ZERO,
    fixed_group: 'F',
  }
}

/** The row of the full member list. */
export function privacyRow(member: MemberFixture) {
  return {
    ...customerRow(member),
    name: member.name,
    name_english: '',
    phone: '',
    cellphone: member.cellphone,
    email: member.email,
    thirdparty_agree: 'F',
    birthday: '',
    member_type: 'p',
    member_authority: 'C',
    join_path: 'M',
    lifetime_member: 'F',
    additional_information: [],
  }
}

export function productRow(shop: Shop, product: ProductFixture) {
  const code = productCode(product.no)
  const picture = (size: string) => `http://${shop.fixture.primaryDomain}/web/product/${size}/${code}.svg`
  return {
    shop_no: 1,
    product_no: product.no,
    product_code: code,
    product_name: product.name,
    price: money(product.priceWon),
    retail_price: ZERO,
    price_content: null,
    display: product.display,
    selling: product.selling,
    sold_out: product.soldOut,
    detail_image: picture('big'),
    list_image: picture('medium'),
    tiny_image: picture('tiny'),
    small_image: picture('small'),
    exposure_limit_type: 'A',
    created_date: kstIso(product.createdAtMs),
    updated_date: kstIso(product.createdAtMs),
  }
}

/** An order with its embedded parts (`items`, `buyer`). */
export function orderRow(shop: Shop, order: Order, embed: ReadonlySet<string>) {
  const total = money(orderWon(order))
  const canceled = order.canceledAtMs !== null
  const member = shop.members.get(order.memberId)
  return {
    shop_no: 1,
    currency: 'KRW',
    order_id: order.id,
    market_id: 'self',
    member_id: order.memberId,
    member_email: member?.email ?? '',
    member_authentication: member?.authentication ?? 'T',
    billing_name: member?.name ?? '',
    payment_method: ['card'],
    payment_method_name: ['카드'],
    paid: 'T',
    canceled: canceled ? 'T' : 'F',
    order_date: kstIso(order.orderedAtMs),
    payment_date: kstIso(order.orderedAtMs),
    cancel_date: order.canceledAtMs === null ? null : kstIso(order.canceledAtMs),
    first_order: 'F',
    order_from_mobile: 'T',
    payment_amount: total,
    initial_order_amount: amounts(total),
    actual_order_amount: amounts(canceled ? ZERO : total),
    order_place_id: 'mobile',
    order_place_name: '모바일웹',
    shipping_type: 'A',
    shipping_status: 'F',
    naverpay_payment_information: 'N',
    subscription: 'F',
    ...(embed.has('items') && { items: order.items.map((item, index) => itemRow(shop, order, item, index)) }),
    ...(embed.has('buyer') && { buyer: buyerRow(order, member) }),
  }
}

function amounts(total: string) {
  return {
    order_price_amount: total,
    shipping_fee: ZERO,
    points_spent_amount: ZERO,
    credits_spent_amount: ZERO,
    coupon_discount_price: ZERO,
    membership_discount_amount: ZERO,
    total_amount_due: ZERO,
    payment_amount: total,
    tax: ZERO,
  }
}

function itemRow(shop: Shop, order: Order, item: OrderItemFixture, index: number) {
  const canceled = order.canceledAtMs !== null
  return {
    shop_no: 1,
    item_no: index + 1,
    order_item_code: `${order.id}-${String(index + 1).padStart(2, '0')}`,
    variant_code: variantCode(item.productNo),
    product_no: item.productNo,
    product_code: productCode(item.productNo),
    product_name: shop.products.get(item.productNo)?.name ?? '',
    product_price: money(item.priceWon),
    option_value: '',
    quantity: item.quantity,
    payment_amount: money(item.priceWon * item.quantity),
    coupon_discount_price: ZERO,
    order_status: canceled ? 'C40' : 'N10',
    status_code: canceled ? 'C2' : 'N1',
    status_text: canceled ? '취소완료' : '배송준비중',
    ordered_date: kstPlain(order.orderedAtMs),
    cancel_date: order.canceledAtMs === null ? null : kstPlain(order.canceledAtMs),
  }
}

function buyerRow(order: Order, member: MemberFixture | undefined) {
  return {
    shop_no: 1,
    member_id: order.memberId,
    member_group_no: 1,
    name: member?.name ?? '',
    email: member?.email ?? '',
    phone: '',
    cellphone: member?.cellphone ?? '',
    customer_notification: null,
    updated_date: kstIso(order.orderedAtMs),
  }
}
