import { html, type SafeHtml, wonText } from '../mall/html'
import { kstPlain } from '../mall/kst'
import type { Order } from '../mall/shop'
import { isBuyable, orderWon } from '../mall/shop-actions'
import type { ProductFixture } from '../mall/shop-fixture'
import { picture } from './product-pages'
import { messagePage, shopPage, type Visitor } from './shop-page'

/** A cart row as pages show it; a guest's row has no number. */
export interface BasketLine {
  no: number | null
  product: ProductFixture
  quantity: number
}

const loginFirst = '/member/login.html?returnUrl=%2Forder%2Fbasket.html'

/** The cart, of a member or of a guest. */
export function basketPage(visitor: Visitor, lines: BasketLine[]): string {
  const guest = visitor.member === null
  const hint = html`<p class="muted">회원이라면 <a href="${loginFirst}">로그인</a>하고 담아 둔 상품을 볼 수 있어요.</p>`
  if (lines.length === 0)
    return shopPage(
      visitor,
      '장바구니',
      html`<div class="card narrow empty"><h1>장바구니가 비어 있어요</h1>${guest && hint}<a class="button" href="/">상품 보러 가기</a></div>`,
    )
  const total = totalWon(lines)
  return shopPage(
    visitor,
    '장바구니',
    html`<h1>장바구니</h1><div class="card"><div>${lines.map((line) => html`<div class="line">${lineRow(line, true)}</div>`)}</div>
<div class="sum"><span>주문 금액</span><b>${wonText(total)}</b></div></div>
${guest && hint}${total > 0 ? html`<a class="button" href="/order/orderform.html">주문하기</a>` : html`<p class="notice">담은 상품이 모두 품절되었어요.</p>`}`,
  )
}

/** The last step before the order. */
export function orderFormPage(visitor: Visitor, lines: BasketLine[]): string {
  const buyable = lines.filter((line) => isBuyable(line.product))
  return shopPage(
    visitor,
    '주문서',
    html`<h1>주문서</h1><div class="card">${buyable.map((line) => html`<div class="line">${lineRow(line, false)}</div>`)}
<div class="sum"><span>결제 금액</span><b>${wonText(totalWon(buyable))}</b></div></div>
<div class="card"><b>주문하는 분</b><p>${visitor.member?.name ?? ''}</p><p class="muted">연습용이라 결제 정보를 받지 않아요.</p>
<form method="post" action="/order/orderform"><button class="main">${wonText(totalWon(buyable))} 결제하기</button></form></div>`,
  )
}

/** Thanks for an order. */
export function orderResultPage(visitor: Visitor, order: Order): string {
  return shopPage(
    visitor,
    '주문 완료',
    html`<div class="card narrow empty"><h1>주문을 마쳤어요</h1><p>주문번호 <b data-order-id>${order.id}</b></p><p class="price">${wonText(orderWon(order))}</p><a class="button" href="/myshop/order/list.html">주문내역 보기</a></div>`,
  )
}

/** A member's orders, newest first. */
export function ordersPage(visitor: Visitor, orders: Order[]): string {
  if (orders.length === 0)
    return messagePage(visitor, '주문내역', '아직 주문한 상품이 없어요.', {
      href: '/',
      label: '상품 보러 가기',
    })
  return shopPage(
    visitor,
    '주문내역',
    html`<h1>주문내역</h1>${orders.map(
      (
        order,
      ) => html`<div class="card"><p><b>${order.id}</b> <span class="muted">${kstPlain(order.orderedAtMs).slice(0, 16)}</span></p>
<p>${itemsText(visitor, order)}</p><p class="price">${wonText(orderWon(order))}</p>
${order.canceledAtMs !== null ? html`<p class="out">취소된 주문이에요.</p>` : html`<form method="post" action="/exec/front/order/cancel/"><input type="hidden" name="order_id" value="${order.id}"><button class="text">주문 취소</button></form>`}</div>`,
    )}`,
  )
}

function itemsText(visitor: Visitor, order: Order): string {
  const first = order.items[0]
  const name = visitor.shop.products.get(first?.productNo ?? 0)?.name ?? ''
  return order.items.length > 1 ? `${name} 외 ${order.items.length - 1}개` : name
}

function totalWon(lines: BasketLine[]): number {
  return lines
    .filter((line) => isBuyable(line.product))
    .reduce((sum, line) => sum + line.product.priceWon * line.quantity, 0)
}

function lineRow({ no, product, quantity }: BasketLine, removable: boolean): SafeHtml {
  return html`<img src="${picture(product)}" alt="" width="76" height="76"><div><a href="/product/detail.html?product_no=${product.no}">${product.name}</a>
<div>${wonText(product.priceWon)} · ${quantity}개${!isBuyable(product) && html` <span class="out">품절</span>`}</div>
${removable && no !== null && html`<form method="post" action="/exec/front/order/basket/remove/"><input type="hidden" name="basket_product_no" value="${no}"><button class="text" aria-label="${product.name} 삭제">삭제</button></form>`}</div>`
}
