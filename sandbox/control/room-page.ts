import { html, type SafeHtml } from '../mall/html'
import type { RoomMessage } from '../relay/relay-rooms'
import { controlPage } from './control-page'
import { seoulLongDay, seoulTime } from './seoul-words'

/** One phone as its owner sees it. */
export interface RoomView {
  id: string
  owner: string
  masked: string
  channelName: string
  number080: string
  isBlocked: boolean
  now: Date
  messages: RoomMessage[]
}

/** A shopper's phone: the KakaoTalk room with the channel, and the text messages below it. */
export function roomPage(view: RoomView): string {
  const talk = view.messages.filter(({ type }) => type === 'BMS_FREE')
  const texts = view.messages.filter(({ type }) => type !== 'BMS_FREE')
  return controlPage(
    `${view.owner}의 휴대폰`,
    'room',
    html`<h1 class="room-title">${view.owner}의 휴대폰 <small>${view.masked}</small></h1>
<p class="hint room-hint">버튼을 누르면 이 휴대폰의 주인으로 쇼핑몰에 들어가요.</p>
${talk.length > 0 && device(view, view.channelName, html`<div class="room" data-live="room">${byDay(talk, (message) => talkBubble(view, message))}</div>${blockBar(view)}`)}
${texts.length > 0 && device(view, '문자 메시지', html`<div class="room texts" data-live="texts">${byDay(texts, textBubble)}</div>`)}`,
  )
}

function device(view: RoomView, title: string, content: SafeHtml): SafeHtml {
  return html`<section class="device" aria-label="${title}">
<p class="device-status" aria-hidden="true"><span data-clock="short">${seoulTime(view.now).slice(3)}</span><span class="device-signal"><i></i><i></i><i></i><b></b></span></p>
<div class="device-bar"><a href="/phones" aria-label="휴대폰 목록으로">‹</a><b>${title}</b></div>
${content}
</section>`
}

function byDay(messages: RoomMessage[], show: (message: RoomMessage) => SafeHtml): SafeHtml[] {
  let day = ''
  return messages.flatMap((message) => {
    const itsDay = seoulLongDay(message.shownAt)
    const isNew = itsDay !== day
    day = itsDay
    return isNew ? [html`<p class="day"><span>${itsDay}</span></p>`, show(message)] : [show(message)]
  })
}

function talkBubble({ channelName, number080 }: RoomView, message: RoomMessage): SafeHtml {
  return html`<article class="talk">
<span class="talk-face" aria-hidden="true">${channelName.slice(0, 1)}</span>
<div class="talk-side">
<p class="talk-sender">(광고) ${channelName}</p>
<div class="talk-row">
<div class="bubble">
<p class="bubble-text">${message.text}</p>
${message.buttons.map(
  ({ name, url }) =>
    html`<a class="bubble-button" href="${safeLink(url)}" target="_blank" rel="noopener">${name}</a>`,
)}
<p class="bubble-small">수신거부: 채널 차단 또는 ${dashed(number080)}</p>
</div>
<time class="talk-time" datetime="${message.shownAt.toISOString()}">${seoulTime(message.shownAt)}</time>
</div>
</div>
</article>`
}

function textBubble(message: RoomMessage): SafeHtml {
  return html`<article class="text-message">
<p class="talk-sender">${dashed(message.from)}</p>
<div class="talk-row">
<div class="bubble text-bubble">${message.subject && html`<p class="bubble-subject">${message.subject}</p>`}<p class="bubble-text">${linked(message.text)}</p></div>
<time class="talk-time" datetime="${message.shownAt.toISOString()}">${seoulTime(message.shownAt)}</time>
</div>
</article>`
}

function blockBar({ id, channelName, isBlocked }: RoomView): SafeHtml {
  if (isBlocked)
    return html`<form class="block-bar" method="post" action="/phones/${id}/unblock">
<p>이 채널을 차단했어요. 카카오톡 메시지가 더 오지 않아요.</p><button>차단 풀기</button></form>`
  return html`<details class="block-bar"><summary>채널 차단</summary>
<form method="post" action="/phones/${id}/block"><p>차단하면 ${channelName}의 카카오톡 메시지가 더 오지 않아요.</p><button class="danger">차단하기</button></form></details>`
}

/** Text with its web addresses to tap, as a phone shows a text message. */
function linked(text: string): SafeHtml[] {
  return text
    .split(/(https?:\/\/\S+)/)
    .map((part, i) =>
      i % 2 === 1 ? html`<a href="${part}" target="_blank" rel="noopener">${part}</a>` : html`${part}`,
    )
}

/** The relay takes web links only; anything else must not become one here. */
function safeLink(url: string): string {
  return /^https?:\/\//.test(url) ? url : '#'
}

/** "080-123-4567", "02-1234-5678", "010-0123-4567". */
function dashed(digits: string): string {
  const match = /^(02|0\d{2})(\d{3,4})(\d{4})$/.exec(digits.replace(/\D/g, ''))
  return match ? match.slice(1).join('-') : digits
}
