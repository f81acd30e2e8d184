import { html } from '../mall/html'
import { shopPage, type Visitor } from './shop-page'

// A longer list of ids would make the page heavy and choosing no easier.
const MOST_SUGGESTIONS = 2000

/** The login page: a member is chosen or typed, there are no passwords in the sandbox. */
export function loginPage(visitor: Visitor, returnUrl: string, failedId: string | null): string {
  const { memberList } = visitor.shop
  const offers = memberList.length <= MOST_SUGGESTIONS ? memberList : []
  return shopPage(
    visitor,
    '로그인',
    html`<div class="card narrow"><h1>로그인</h1>
${failedId !== null && html`<p class="notice" role="alert">그런 회원이 없어요. 아이디나 휴대폰 번호를 다시 확인해 주세요.</p>`}
<form method="post" action="/exec/front/Member/login/"><input type="hidden" name="returnUrl" value="${returnUrl}">
<label for="member_id">아이디 또는 휴대폰 번호</label>
<input type="text" id="member_id" name="member_id" list="members" autocomplete="off" autocapitalize="none" required value="${failedId ?? ''}">
<datalist id="members">${offers.map((member) => html`<option value="${member.id}">${member.name}</option>`)}</datalist>
<button class="main">로그인</button></form>
<p class="muted" style="margin-top:14px">연습용 쇼핑몰이라 비밀번호를 묻지 않아요.</p></div>`,
  )
}

/** Where the shop goes after login: a path of its own, else the front page. */
export function safeReturnUrl(wanted: string): string {
  return /^\/(?![/\\])[^\s\\]*$/.test(wanted) ? wanted : '/index.html'
}
