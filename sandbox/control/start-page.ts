import { html, type SafeHtml } from '../mall/html'
import { controlPage } from './control-page'
import { seoulInstant } from './seoul-words'

/** What the start page leads to. */
export interface StartView {
  now: Date
  shops: { mallId: string; name: string; storefrontUrl: string }[]
  campaignsUrl: string
  reportsUrl: string
  phonesWithMessages: number
}

/** The first page: what this is, and five steps in order. */
export function startPage(view: StartView): string {
  return controlPage(
    '처음',
    'start',
    html`<h1>연습용 쇼핑몰에 오신 것을 환영해요</h1>
<p class="lead">진짜 쇼핑몰과 똑같이 움직이는 연습용 쇼핑몰이에요. 고객과 주문은 모두 지어낸 것이고, 메시지는 이 컴퓨터 안의 휴대폰에만 도착해요. 마음껏 눌러 보세요.</p>
<ol class="steps">
${step(
  '바구니 앱 설치',
  '쇼핑몰 관리자가 앱스토어에서 설치를 누른 것과 같아요. 동의하면 고객과 장바구니를 읽기 시작해요.',
  view.shops.map(
    ({ mallId, name }) => html`<a class="button" href="/launch/${mallId}">${name}에 설치하기</a>`,
  ),
)}
${step(
  '캠페인 시작',
  '홈의 안내대로 연습용 발송 계정을 연결하고 "담은 지 7일 된 고객" 캠페인을 시작해요. 누구에게 얼마에 나가는지 먼저 볼 수 있어요.',
  [html`<a class="button plain" href="${view.campaignsUrl}">캠페인으로 가기</a>`],
)}
${step(
  '시계 옮기기',
  html`연습용 시계는 지금 <b data-clock="instant">${seoulInstant(view.now)}</b>. 오늘 회차는 바로 나가요. 늦게 오는 발송 결과와 내일 회차는 시계를 옮겨서 봐요.`,
  [html`<a class="button plain" href="/clock">시계 열기</a>`],
)}
${step(
  '고객 휴대폰 보기',
  view.phonesWithMessages === 0
    ? '도착한 메시지를 고객의 카카오톡 화면으로 봐요. 버튼을 누르면 장바구니로 가고, 주문도 할 수 있어요.'
    : html`휴대폰 <b>${view.phonesWithMessages.toLocaleString('ko-KR')}대</b>에 메시지가 도착했어요. 버튼을 눌러 주문까지 해 보세요.`,
  [html`<a class="button plain" href="/phones">휴대폰 보기</a>`],
)}
${step('리포트', '몇 명에게 보냈고, 누가 왜 빠졌고, 얼마를 써서 얼마를 벌었는지 확인해요.', [
  html`<a class="button plain" href="${view.reportsUrl}">리포트 보기</a>`,
])}
</ol>
<p class="hint">쇼핑몰 둘러보기: ${view.shops.map(
      ({ name, storefrontUrl }) => html`<a href="${storefrontUrl}">${name}</a> `,
    )}</p>`,
  )
}

function step(title: string, text: string | SafeHtml, links: SafeHtml[]): SafeHtml {
  return html`<li class="card step"><h2>${title}</h2><p>${text}</p><p class="row">${links}</p></li>`
}
