// The pages work without this: it only keeps what they show up to date.

const DAYS = ['일', '월', '화', '수', '목', '금', '토']
let anchor = null

function show(name, text) {
  for (const element of document.querySelectorAll(`[data-clock="${name}"]`))
    if (element.textContent !== text) element.textContent = text
}

function tick() {
  if (!anchor) return
  const nowMs = anchor.businessMs + (performance.now() - anchor.machineMs) * anchor.speed
  const seoul = new Date(nowMs + 9 * 3600000)
  const hour = seoul.getUTCHours()
  const two = (number) => String(number).padStart(2, '0')
  const half = hour < 12 ? '오전' : '오후'
  const short = `${hour % 12 === 0 ? 12 : hour % 12}:${two(seoul.getUTCMinutes())}`
  const day = `${seoul.getUTCMonth() + 1}월 ${seoul.getUTCDate()}일(${DAYS[seoul.getUTCDay()]})`
  show('day', day)
  show('time', `${half} ${short}:${two(seoul.getUTCSeconds())}`)
  show('short', short)
  show('instant', `${day} ${half} ${short}`)
}

if (document.querySelector('[data-clock]')) {
  const stream = new EventSource('/clock/stream')
  stream.onmessage = (event) => {
    const { now, speed, version } = JSON.parse(event.data)
    const moved = anchor !== null && anchor.version !== version
    anchor = { businessMs: Date.parse(now), machineMs: performance.now(), speed, version }
    tick()
    // Buttons and hints of the clock page depend on the time they were drawn at.
    if (moved && document.querySelector('.clock')) location.reload()
  }
  setInterval(tick, 250)
}

const live = document.querySelectorAll('[data-live]')
if (live.length > 0) {
  setInterval(async () => {
    if (document.hidden) return
    const answer = await fetch(location.href).catch(() => null)
    if (!answer?.ok) return
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
    for (const element of live) {
      const next = fresh.querySelector(`[data-live="${element.dataset.live}"]`)
      if (next && next.innerHTML !== element.innerHTML) element.innerHTML = next.innerHTML
    }
  }, 3000)
}
