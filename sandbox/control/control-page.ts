import { html, type SafeHtml } from '../mall/html'

/** The pages in the head of every page. */
export type Place = 'start' | 'clock' | 'phones' | 'room'

const PLACES = [
  { place: 'start', path: '/', label: '처음' },
  { place: 'clock', path: '/clock', label: '시계' },
  { place: 'phones', path: '/phones', label: '고객 휴대폰' },
] as const

/** A whole page of the control server in its calm frame. */
export function controlPage(title: string, place: Place, body: SafeHtml): string {
  return html`<!doctype html>
<html lang="ko">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · 연습용 쇼핑몰</title>
<link rel="icon" href="/assets/icon.svg">
<link rel="stylesheet" href="/assets/control.css">
<script src="/assets/control.js" defer></script>
</head>
<body class="at-${place}">
<header class="head">
<a class="head-name" href="/"><span class="head-mark" aria-hidden="true"></span>연습용 쇼핑몰</a>
<nav aria-label="연습용 쇼핑몰">${PLACES.map((each) => placeLink(each, place))}</nav>
</header>
<main>${body}</main>
</body>
</html>`.text
}

function placeLink({ place, path, label }: (typeof PLACES)[number], here: Place): SafeHtml {
  const isHere = place === here || (here === 'room' && place === 'phones')
  return html`<a href="${path}"${isHere && html` aria-current="page"`}>${label}</a>`
}

/** A page that says that something is not there, with a way on. */
export function missingPage(text: string, link: { path: string; label: string }): string {
  return controlPage(
    '찾을 수 없어요',
    'start',
    html`<section class="card"><h1>${text}</h1><p><a href="${link.path}">${link.label}</a></p></section>`,
  )
}
