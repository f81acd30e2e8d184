import type { ClockState } from '../clock'
import { html, type SafeHtml } from '../mall/html'
import { controlPage } from './control-page'
import { isQuietInSeoul, nextSeoulHour, seoulDay, seoulField, seoulInstant, seoulTime } from './seoul-words'

/** The speeds that the page offers, in business seconds per machine second. */
const SPEEDS = [
  { speed: 0, label: '멈춤' },
  { speed: 1, label: '보통' },
  { speed: 60, label: '60배' },
  { speed: 600, label: '600배' },
] as const

/** What was typed and could not be read. */
export interface ClockMistake {
  typed: string
  message: string
}

/** The clock: what it shows, where it can be moved, how fast it runs. */
export function clockPage(state: ClockState, mistake: ClockMistake | null): string {
  const now = new Date(state.now)
  return controlPage(
    '시계',
    'clock',
    html`${mistake && html`<p class="mistake" role="alert"><a href="#at">${mistake.message}</a></p>`}
<h1>시계</h1>
<section class="card clock" data-now="${state.now}" data-speed="${state.speed}">
<p class="clock-day" data-clock="day">${seoulDay(now)}</p>
<p class="clock-time"><time datetime="${state.now}" data-clock="time">${seoulTime(now)}</time></p>
<p class="clock-zone">서울 시각 · <span data-clock="speed">${speedWords(state.speed)}</span></p>
<noscript><p class="hint"><a href="/clock">지금 시각 다시 보기</a></p></noscript>
</section>
${isQuietInSeoul(now) && html`<p class="note">지금은 밤이라 광고 메시지가 나가지 않아요. 오전 8:00부터 나가요.</p>`}
<section class="card">
<h2>앞으로 옮기기</h2>
<form method="post" action="/clock" class="row">
${move('next-10', '다음 오전 10:00', nextSeoulHour(now, 10))}
${move('plus-hour', '1시간 뒤', new Date(now.getTime() + 3_600_000))}
${move('next-9', '다음 오전 9:00', nextSeoulHour(now, 9))}
</form>
<form method="post" action="/clock" class="row field">
<label for="at">원하는 시각으로</label>
<input id="at" name="at" type="datetime-local" required value="${mistake?.typed ?? seoulField(now)}"${mistake && html` aria-invalid="true" aria-describedby="at-mistake"`}>
<button class="button plain" name="move" value="at">옮기기</button>
${mistake && html`<p class="field-mistake" id="at-mistake">${mistake.message}</p>`}
</form>
<p class="hint">발송 예약, 야간 발송 제한, 발송 결과가 모두 이 시각을 따라요. 앞 시각으로 되돌려도 이미 일어난 일은 그대로예요.</p>
</section>
<section class="card">
<h2>빠르기</h2>
<form method="post" action="/clock" class="segments">
${SPEEDS.map(
  ({ speed, label }) =>
    html`<button name="speed" value="${speed}" aria-pressed="${speed === state.speed ? 'true' : 'false'}">${label}</button>`,
)}
</form>
<p class="hint">60배에서는 1초에 1분이, 600배에서는 1초에 10분이 지나요.</p>
</section>`,
  )
}

function move(value: string, label: string, to: Date): SafeHtml {
  return html`<button class="button plain tall" name="move" value="${value}"><span>${label}</span><small>${seoulInstant(to)}</small></button>`
}

function speedWords(speed: number): string {
  if (speed === 0) return '멈춰 있어요'
  return speed === 1 ? '보통 빠르기' : `${speed.toLocaleString('ko-KR')}배 빠르게`
}
