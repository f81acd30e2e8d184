import { html } from './html'
import { mallPage } from './mall-page'

const SCOPE_TEXTS: Record<string, string> = {
  application: '앱 정보',
  store: '쇼핑몰 기본 정보',
  personal: '회원의 장바구니',
  customer: '회원 정보와 광고 수신 동의',
  order: '주문',
  product: '상품',
  promotion: '쿠폰과 프로모션',
  category: '상품 분류',
  collection: '판매 분류',
  supply: '공급사',
  privacy: '회원 이름과 휴대폰 번호 (개인정보)',
}

/** The mall's question before the first install; its form posts to the address that it was asked for at. */
export function consentPage(shopName: string, scopes: string[]): string {
  const rows = withoutDoubles(scopes).map((scope) => html`<li>${scopeText(scope)}</li>`)
  return mallPage(
    '앱 설치',
    shopName,
    html`<section><h1>바구니 앱을 설치할까요?</h1>
<p>${shopName}에 바구니 앱을 설치해요. 설치하면 앱이 아래 정보를 사용할 수 있어요.</p>
<h2>앱이 사용하는 정보</h2><ul>${rows}</ul>
<p class="muted">앱을 삭제하면 바로 사용할 수 없게 돼요.</p>
<form method="post"><button class="wide">동의하고 설치</button></form></section>`,
  )
}

/** The page for an authorize request of an unknown app or to an unregistered address. */
export function refusedPage(shopName: string, reason: string): string {
  return mallPage(
    '설치할 수 없어요',
    shopName,
    html`<section><h1>앱을 설치할 수 없어요</h1><p>${reason}</p></section>`,
  )
}

/** Who may write may read: two lines about one thing would only make the list longer. */
function withoutDoubles(scopes: string[]): string[] {
  return scopes.filter(
    (scope) =>
      !scopes.includes(scope.replace('mall.read_', 'mall.write_')) || !scope.startsWith('mall.read_'),
  )
}

function scopeText(scope: string): string {
  const [, verb = '', name = ''] = /^mall\.(read|write)_(\w+)$/.exec(scope) ?? []
  return `${SCOPE_TEXTS[name] ?? scope} ${verb === 'write' ? '읽기·쓰기' : '읽기'}`
}
