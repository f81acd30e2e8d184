import { html, type SafeHtml, trusted } from '../mall/html'
import type { Shop } from '../mall/shop'
import type { MemberFixture } from '../mall/shop-fixture'
import { SHOP_CSS } from './shop-css'

/** What the frame of every shop page shows of its visitor. */
export interface Visitor {
  shop: Shop
  member: MemberFixture | null
  cartCount: number
}

/** A whole page of the shop. */
export function shopPage(visitor: Visitor, title: string, body: SafeHtml): string {
  const { shopName } = visitor.shop.fixture
  return html`<!doctype html>
<html lang="ko"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title} - ${shopName}</title><link rel="icon" href="data:,"><style>${trusted(SHOP_CSS)}</style></head>
<body><header><div class="bar"><a class="brand" href="/">${shopName}</a><nav aria-label="메뉴">${memberLinks(visitor)}
<a href="/order/basket.html">장바구니${visitor.cartCount > 0 && html`<span class="count">${visitor.cartCount}</span>`}</a></nav></div></header>
<main>${body}</main>
<footer>${shopName} · 연습용 쇼핑몰이에요. 실제 주문과 결제는 일어나지 않아요.</footer></body></html>`.text
}

function memberLinks(visitor: Visitor): SafeHtml {
  if (visitor.member === null) return html`<a href="/member/login.html">로그인</a>`
  return html`<a href="/myshop/order/list.html">주문내역</a><form method="post" action="/exec/front/Member/logout/"><button>로그아웃</button></form>`
}

/** A short page that says one thing and leads on. */
export function messagePage(
  visitor: Visitor,
  title: string,
  text: string,
  link: { href: string; label: string },
): string {
  return shopPage(
    visitor,
    title,
    html`<div class="card narrow empty"><h1>${title}</h1><p>${text}</p><a class="button" href="${link.href}">${link.label}</a></div>`,
  )
}
