import { html, type SafeHtml } from '../mall/html'
import { controlPage } from './control-page'
import { seoulDay, seoulTime } from './seoul-words'

/** One phone in the list. */
export interface PhoneRow {
  id: string
  name: string
  masked: string
  lastText: string
  lastShownAt: Date
  unread: number
}

/** The list of phones, the latest first. */
export interface PhonesView {
  rows: PhoneRow[]
  total: number
  query: string
  now: Date
}

/** Every phone that got a message, with a search by name or number. */
export function phonesPage(view: PhonesView): string {
  return controlPage(
    '고객 휴대폰',
    'phones',
    html`<h1>고객 휴대폰</h1>
<form class="row search" method="get" action="/phones" role="search">
<label class="hidden" for="q">이름이나 번호</label>
<input id="q" name="q" type="search" value="${view.query}" placeholder="이름이나 번호 뒷자리">
<button class="button plain">찾기</button>
</form>
<section class="card list" data-live="phones">${view.rows.length === 0 ? emptyList(view) : filledList(view)}</section>`,
  )
}

function filledList({ rows, total, now }: PhonesView): SafeHtml {
  return html`<p class="hint list-head">휴대폰 ${total.toLocaleString('ko-KR')}대${
    total > rows.length && html` 가운데 최근 ${rows.length}대`
  }</p><ul class="phones">${rows.map((row) => phoneRow(row, now))}</ul>`
}

function emptyList({ query }: PhonesView): SafeHtml {
  if (query !== '')
    return html`<p class="empty">"${query}"에 맞는 휴대폰이 없어요. <a href="/phones">모두 보기</a></p>`
  return html`<p class="empty">아직 메시지를 받은 휴대폰이 없어요.<br>캠페인을 시작하고 <a href="/clock">시계를 옮기면</a> 여기에 나타나요.</p>`
}

function phoneRow(row: PhoneRow, now: Date): SafeHtml {
  const day = seoulDay(row.lastShownAt)
  const when = day === seoulDay(now) ? seoulTime(row.lastShownAt) : day
  return html`<li><a class="phone-row" href="/phones/${row.id}">
<span class="face" aria-hidden="true">${row.name.slice(0, 1)}</span>
<span class="phone-who"><b>${row.name}</b> <small>${row.masked}</small><span class="phone-text">${row.lastText}</span></span>
<span class="phone-when"><small>${when}</small>${
    row.unread > 0 && html`<span class="unread"><span class="hidden">읽지 않음 </span>${row.unread}</span>`
  }</span>
</a></li>`
}
