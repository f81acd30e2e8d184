import { html, type SafeHtml, wonText } from '../mall/html'
import { productCode } from '../mall/product-code'
import { isBuyable } from '../mall/shop-actions'
import type { ProductFixture } from '../mall/shop-fixture'
import { shopPage, type Visitor } from './shop-page'

const PER_PAGE = 60

/** The shop's front page: all goods, by category, 60 a page. */
export function homePage(visitor: Visitor, category: string | null, page: number): string {
  const all = visitor.shop.productList.filter((product) => product.display === 'T')
  const categories = [...new Set(all.map((product) => product.category))]
  const shown = all.filter((product) => category === null || product.category === category)
  const goods = shown.slice((page - 1) * PER_PAGE, page * PER_PAGE)
  const link = (to: number) =>
    `/?${new URLSearchParams({ ...(category !== null && { cate: category }), page: String(to) })}`
  return shopPage(
    visitor,
    category ?? '전체 상품',
    html`<h1>${category ?? '전체 상품'}</h1>
${categories.length > 1 && html`<nav class="chips" aria-label="상품 분류">${chip('전체', null, category)}${categories.map((one) => chip(one, one, category))}</nav>`}
<ul class="grid">${goods.map((product) => html`<li>${tile(product)}</li>`)}</ul>
<div class="pages">${page > 1 && html`<a href="${link(page - 1)}">이전</a>`}${page * PER_PAGE < shown.length && html`<a href="${link(page + 1)}">다음</a>`}</div>`,
  )
}

/** One product with its add-to-cart form. */
export function productPage(visitor: Visitor, product: ProductFixture): string {
  return shopPage(
    visitor,
    product.name,
    html`<div class="two"><img class="photo" src="${picture(product)}" alt="${product.name}" width="400" height="400">
<div><p class="muted">${product.category}</p><h1>${product.name}</h1><p class="price">${wonText(product.priceWon)}</p><p>${product.summary}</p>
<form method="post" action="/exec/front/order/basket/"><input type="hidden" name="product_no" value="${product.no}">
${isBuyable(product) ? html`<label for="quantity">수량</label><input type="number" id="quantity" name="quantity" value="1" min="1" max="99"><button class="main">장바구니 담기</button>` : html`<p class="out">품절된 상품이에요.</p><button class="main" disabled>장바구니 담기</button>`}</form></div></div>`,
  )
}

/** Address of a product's drawn picture. */
export function picture(product: ProductFixture): string {
  return `/web/product/medium/${productCode(product.no)}.svg`
}

function chip(label: string, category: string | null, current: string | null): SafeHtml {
  const href = category === null ? '/' : `/?${new URLSearchParams({ cate: category })}`
  return html`<a href="${href}"${category === current && html` aria-current="page"`}>${label}</a>`
}

function tile(product: ProductFixture): SafeHtml {
  return html`<a href="/product/detail.html?product_no=${product.no}"><img src="${picture(product)}" alt="" width="400" height="400" loading="lazy"><b>${product.name}</b><span class="price">${wonText(product.priceWon)}</span>${!isBuyable(product) && html` <span class="out">품절</span>`}</a>`
}
