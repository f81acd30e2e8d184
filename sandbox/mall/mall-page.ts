import { html, type SafeHtml, trusted } from './html'
import { FONT_FACE } from './page-font'

const CSS = `${FONT_FACE}
*{box-sizing:border-box}
body{margin:0;background:#f2f4f7;color:#1d2433;font:16px/1.6 "Pretendard Variable",Pretendard,"Apple SD Gothic Neo","Noto Sans KR",sans-serif;word-break:keep-all}
header{background:#25304a;color:#fff;padding:14px 20px}
header b{font-size:17px}
header span{opacity:.75;margin-left:8px;font-size:14px}
main{max-width:560px;margin:32px auto;padding:0 16px}
section{background:#fff;border:1px solid #e0e5ec;border-radius:12px;padding:24px;margin-bottom:16px}
h1{font-size:21px;margin:0 0 8px}
h2{font-size:16px;margin:20px 0 6px}
p{margin:0 0 12px}
ul{margin:0 0 16px;padding-left:20px}
.muted{color:#5d6677;font-size:14px}
.row{display:flex;gap:12px;align-items:center;justify-content:space-between;flex-wrap:wrap}
.button,button{display:inline-block;border:0;border-radius:8px;background:#2b5cd9;color:#fff;font:inherit;font-weight:600;padding:11px 20px;min-height:44px;cursor:pointer;text-decoration:none}
.plain{background:#fff;color:#a02b2b;border:1px solid #d9b5b5}
.button:focus-visible,button:focus-visible,a:focus-visible{outline:3px solid #9db7ff;outline-offset:2px}
.wide{width:100%;text-align:center}
`

/** A page of the mall's own admin, apart from the app's look. */
export function mallPage(title: string, shopName: string, body: SafeHtml): string {
  return html`<!doctype html>
<html lang="ko"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title><link rel="icon" href="data:,"><style>${trusted(CSS)}</style></head>
<body><header><b>연습용 쇼핑몰 관리자</b><span>${shopName}</span></header><main>${body}</main></body></html>`
    .text
}
