import { FONT_FACE } from '../mall/page-font'

/** The look of every play shop: paper, ink and one green, first for a phone. */
export const SHOP_CSS = `${FONT_FACE}
:root{--paper:#fbf9f4;--card:#fff;--ink:#26302b;--soft:#667069;--line:#e5e0d5;--green:#2f5b45;--warn:#9a3b2a}
*{box-sizing:border-box}
html{scroll-padding-top:64px}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.6 "Pretendard Variable",Pretendard,"Apple SD Gothic Neo","Noto Sans KR","Malgun Gothic",sans-serif;word-break:keep-all;overflow-wrap:anywhere}
a{color:inherit}
header{position:sticky;top:0;z-index:2;background:var(--paper);border-bottom:1px solid var(--line)}
.bar{max-width:960px;margin:0 auto;padding:6px 16px;display:flex;align-items:center;justify-content:space-between;gap:8px}
.brand{font-size:20px;font-weight:800;letter-spacing:-.02em;text-decoration:none;padding:8px 0}
.bar nav{display:flex;gap:2px}
.bar nav a,.bar nav button{display:inline-flex;align-items:center;min-height:44px;padding:0 9px;text-decoration:none;font:inherit;font-size:15px;background:none;border:0;color:var(--ink);cursor:pointer;white-space:nowrap}
.count{display:inline-block;min-width:20px;margin-left:4px;padding:0 6px;border-radius:10px;background:var(--green);color:#fff;font-size:12px;line-height:20px;text-align:center}
main{max-width:960px;margin:0 auto;padding:20px 16px 64px}
h1{font-size:22px;letter-spacing:-.01em;margin:4px 0 16px}
h2{font-size:17px;margin:24px 0 8px}
p{margin:0 0 12px}
.muted{color:var(--soft);font-size:14px}
.chips{display:flex;gap:8px;overflow-x:auto;padding:2px 0 14px}
.chips a{flex:none;padding:7px 14px;min-height:40px;border:1px solid var(--line);border-radius:20px;text-decoration:none;background:var(--card);font-size:14px}
.chips a[aria-current]{background:var(--green);border-color:var(--green);color:#fff}
.grid{display:grid;grid-template-columns:repeat(2,1fr);gap:18px 12px;list-style:none;margin:0;padding:0}
.grid a{text-decoration:none;display:block}
.grid img,.photo{width:100%;height:auto;aspect-ratio:1;border-radius:12px;display:block;background:#efe9dc}
.grid b{display:block;font-weight:500;font-size:15px;line-height:1.45;margin-top:8px}
.price{font-weight:700}
.out{color:var(--warn);font-size:13px;font-weight:600}
.two{display:grid;gap:20px}
.card{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:20px;margin-bottom:16px}
.narrow{max-width:440px;margin-left:auto;margin-right:auto}
.line{display:grid;grid-template-columns:76px 1fr;gap:14px;padding:14px 0;border-top:1px solid var(--line)}
.line:first-child{border-top:0;padding-top:0}
.line img{width:76px;height:76px;border-radius:8px;background:#efe9dc}
.line a{text-decoration:none}
.sum{display:flex;justify-content:space-between;align-items:baseline;border-top:2px solid var(--ink);padding-top:12px;margin-top:12px;font-size:18px}
label{display:block;font-weight:600;font-size:15px;margin-bottom:6px}
input[type=text],input[type=number]{width:100%;min-height:48px;padding:8px 12px;border:1px solid #bdb7a8;border-radius:8px;font:inherit;background:#fff;color:inherit;margin-bottom:14px}
input[type=number]{width:96px}
.button,button.main{display:block;width:100%;min-height:52px;padding:13px 16px;border:0;border-radius:10px;background:var(--green);color:#fff;font:inherit;font-weight:700;text-align:center;text-decoration:none;cursor:pointer}
button.main.plain{background:#fff;color:var(--green);border:1px solid var(--green)}
.owner{margin-bottom:10px}
.or{display:flex;align-items:center;gap:12px;margin:18px 0;color:var(--soft);font-size:14px}
.or::before,.or::after{content:"";flex:1;border-top:1px solid var(--line)}
button.text{border:0;background:none;color:var(--soft);font:inherit;font-size:14px;text-decoration:underline;padding:10px 0;min-height:44px;cursor:pointer}
button[disabled]{background:#b9bdb8;cursor:default}
.notice{border-left:4px solid var(--warn);background:#fff;padding:12px 14px;margin-bottom:16px}
.empty{text-align:center;padding:44px 12px}
.pages{display:flex;justify-content:center;gap:20px;padding-top:24px}
footer{border-top:1px solid var(--line);color:var(--soft);font-size:13px;padding:20px 16px;text-align:center}
a:focus-visible,button:focus-visible,input:focus-visible{outline:3px solid #86b79d;outline-offset:2px}
@media(min-width:720px){.grid{grid-template-columns:repeat(4,1fr);gap:28px 18px}.two{grid-template-columns:1fr 1fr;gap:36px}.bar nav{gap:8px}}
`
