import { html } from '../mall/html'
import type { MemberFixture } from '../mall/shop-fixture'
import { shopPage, type Visitor } from './shop-page'

// A longer list of ids would make the page heavy and choosing no easier.
const MOST_SUGGESTIONS = 2000
const LOGIN = '/exec/front/Member/login/'

/** What the login page is drawn from: `owners` are the members whose phone is in the hand of this browser. */
export interface LoginView {
  returnUrl: string
  owners: readonly MemberFixture[]
  failedId: string | null
}

/** The login page: the phone's owner is one tap away, others are chosen or typed; the sandbox has no passwords. */
export function loginPage(visitor: Visitor, { returnUrl, owners, failedId }: LoginView): string {
  const { memberList } = visitor.shop
  const offers = memberList.length <= MOST_SUGGESTIONS ? memberList : []
  const back = html`<input type="hidden" name="returnUrl" value="${returnUrl}">`
  return shopPage(
    visitor,
    '로그인',
    html`<div class="card narrow"><h1>로그인</h1>
${failedId !== null && html`<p class="notice" role="alert">그런 회원이 없어요. 아이디나 휴대폰 번호를 다시 확인해 주세요.</p>`}
${owners.length > 0 && html`<p class="muted">이 휴대폰의 주인이에요.</p>`}
${owners.map((owner) => html`<form class="owner" method="post" action="${LOGIN}">${back}<input type="hidden" name="member_id" value="${owner.id}"><button class="main">${owner.name}님으로 로그인</button></form>`)}
${owners.length > 0 && html`<p class="or"><span>또는 다른 회원으로</span></p>`}
<form method="post" action="${LOGIN}">${back}
<label for="member_id">아이디 또는 휴대폰 번호</label>
<input type="text" id="member_id" name="member_id" list="members" autocomplete="off" autocapitalize="none" required value="${failedId ?? ''}">
<datalist id="members">${offers.map((member) => html`<option value="${member.id}">${member.name}</option>`)}</datalist>
<button class="${owners.length > 0 ? 'main plain' : 'main'}">로그인</button></form>
<p class="muted" style="margin-top:14px">연습용 쇼핑몰이라 비밀번호를 묻지 않아요.</p></div>`,
  )
}

/** Where the shop goes after login: a path of its own, else the front page. */
export function safeReturnUrl(wanted: string): string {
  return /^\/(?![/\\])[^\s\\]*$/.test(wanted) ? wanted : '/index.html'
}
