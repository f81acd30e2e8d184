/** Colours of one drawn product. */
export interface Palette {
  ground: string
  body: string
  shade: string
  light: string
  metal: string
}

type Shape = (palette: Palette) => string

/** Drawings by category, standing on y = 310 in a field of 400 × 400. */
export const SHAPES: Record<string, Shape> = {
  냄비: (p) =>
    `<path d="M78 198h-20q-14 0-14 15t14 15h24M322 198h20q14 0 14 15t-14 15h-24" fill="none" stroke="${p.shade}" stroke-width="13"/><path d="M80 182h240v88q0 40-40 40H120q-40 0-40-40z" fill="${p.body}"/><path d="M268 182h52v88q0 40-40 40h-34q22-12 22-44z" fill="${p.shade}"/><path d="M100 200v66" stroke="${p.light}" stroke-width="10" stroke-linecap="round"/><path d="M72 182q8-52 128-52t128 52z" fill="${p.body}"/><path d="M110 164q24-20 72-22" stroke="${p.light}" stroke-width="8" fill="none" stroke-linecap="round"/><rect x="66" y="176" width="268" height="13" rx="6" fill="${p.shade}"/><rect x="180" y="104" width="40" height="26" rx="11" fill="${p.metal}"/>`,
  프라이팬: (p) =>
    `<rect x="262" y="226" width="120" height="21" rx="10" transform="rotate(-16 262 236)" fill="${p.metal}"/><path d="M38 236h244l-20 48q-10 26-40 26H98q-30 0-40-26z" fill="${p.shade}"/><ellipse cx="160" cy="236" rx="122" ry="36" fill="${p.body}"/><ellipse cx="160" cy="240" rx="101" ry="27" fill="${p.shade}"/><path d="M84 228q34-20 88-18" stroke="${p.light}" stroke-width="7" fill="none" stroke-linecap="round"/>`,
  접시: (p) =>
    `<path d="M128 292h144v8q0 10-12 10H140q-12 0-12-10z" fill="${p.shade}"/><ellipse cx="200" cy="250" rx="158" ry="56" fill="${p.shade}"/><ellipse cx="200" cy="242" rx="158" ry="56" fill="${p.body}"/><ellipse cx="200" cy="242" rx="104" ry="33" fill="${p.light}"/><ellipse cx="200" cy="246" rx="96" ry="28" fill="${p.body}"/><path d="M72 228q30-26 82-33" stroke="${p.light}" stroke-width="6" fill="none" stroke-linecap="round"/>`,
  그릇: (p) =>
    `<rect x="152" y="288" width="96" height="22" rx="6" fill="${p.shade}"/><path d="M58 186h284q-4 112-92 112H150q-88 0-92-112z" fill="${p.body}"/><path d="M342 186q-4 112-92 112h-30q66-20 74-112z" fill="${p.shade}"/><ellipse cx="200" cy="186" rx="142" ry="30" fill="${p.light}"/><ellipse cx="200" cy="189" rx="124" ry="22" fill="${p.shade}"/><path d="M92 222q10 38 40 54" stroke="${p.light}" stroke-width="8" fill="none" stroke-linecap="round"/>`,
  컵: (p) =>
    `<path d="M274 178q72-8 72 48t-80 52" fill="none" stroke="${p.shade}" stroke-width="20"/><path d="M108 142h172v112q0 56-56 56h-60q-56 0-56-56z" fill="${p.body}"/><path d="M240 142h40v112q0 56-56 56h-20q36-10 36-60z" fill="${p.shade}"/><ellipse cx="194" cy="142" rx="86" ry="19" fill="${p.light}"/><ellipse cx="194" cy="145" rx="74" ry="13" fill="${p.metal}"/><path d="M128 178v70" stroke="${p.light}" stroke-width="9" stroke-linecap="round"/>`,
  칼·도마: (p) =>
    `<rect x="76" y="122" width="196" height="188" rx="20" fill="#d9b483"/><path d="M96 160h156M96 204h156M96 250h156" stroke="#c49c68" stroke-width="4"/><circle cx="174" cy="144" r="9" fill="#efe6d6"/><path d="M288 112q34 26 34 90v14h-34z" fill="#dfe3e6"/><path d="M288 112v104h11V122z" fill="#b9c0c5"/><rect x="286" y="214" width="38" height="94" rx="12" fill="${p.body}"/><circle cx="305" cy="240" r="4" fill="${p.light}"/><circle cx="305" cy="278" r="4" fill="${p.light}"/>`,
  수저: (p) =>
    `<ellipse cx="130" cy="142" rx="36" ry="48" fill="${p.body}"/><ellipse cx="126" cy="138" rx="22" ry="33" fill="${p.light}"/><path d="M124 184h13l5 124h-23z" fill="${p.body}"/><path d="M196 104h12v72q0 14-10 18v114h-20V194q-10-4-10-18v-72h12v60h8v-60z" transform="translate(16 0)" fill="${p.shade}"/><path d="M272 100h11l-4 208h-7zM296 100h11l-4 208h-7z" fill="${p.metal}"/><path d="M272 100h11v34h-11zM296 100h11v34h-11z" fill="${p.body}"/>`,
  '보관 용기': (p) =>
    `<path d="M112 150h176v134q0 26-26 26H138q-26 0-26-26z" fill="#fff" opacity=".75"/><path d="M112 214h176v70q0 26-26 26H138q-26 0-26-26z" fill="${p.light}"/><path d="M112 214q44-16 88 0t88 0v22H112z" fill="${p.body}" opacity=".55"/><path d="M132 166v108" stroke="#fff" stroke-width="9" stroke-linecap="round"/><rect x="98" y="110" width="204" height="42" rx="12" fill="${p.body}"/><path d="M98 136h204v6q0 10-12 10H110q-12 0-12-10z" fill="${p.shade}"/>`,
  주전자: (p) =>
    `<path d="M122 148q0-74 78-74t78 74" fill="none" stroke="${p.metal}" stroke-width="15"/><path d="M268 222q36-8 50-62l34 10q-16 90-82 98z" fill="${p.shade}"/><path d="M200 140q104 0 104 118 0 52-52 52H148q-52 0-52-52 0-118 104-118z" fill="${p.body}"/><path d="M232 145q72 18 72 113 0 52-52 52h-30q46-30 46-84 0-52-36-81z" fill="${p.shade}"/><path d="M122 246q2-44 30-66" stroke="${p.light}" stroke-width="9" fill="none" stroke-linecap="round"/><rect x="154" y="130" width="92" height="17" rx="8" fill="${p.metal}"/><circle cx="200" cy="120" r="12" fill="${p.metal}"/>`,
  패브릭: (p) =>
    `<path d="M82 128h206l32 30v152H82z" fill="${p.body}"/><path d="M288 128l32 30h-32z" fill="${p.shade}"/><path d="M120 128v182M196 128v182M272 128v182M82 190h238M82 256h238" stroke="${p.light}" stroke-width="11" opacity=".65"/><path d="M82 296h238v14H82z" fill="${p.shade}"/><path d="M92 310v14m20-14v14m20-14v14m20-14v14m20-14v14m20-14v14m20-14v14m20-14v14m20-14v14m20-14v14m20-14v14m18-14v14" stroke="${p.shade}" stroke-width="4"/>`,
  기타: (p) =>
    `<path d="M92 176h216v134H92z" fill="${p.body}"/><path d="M248 176h60v134h-60z" fill="${p.shade}"/><path d="M78 138h244v44H78z" fill="${p.light}"/><path d="M180 138h40v172h-40z" fill="${p.metal}" opacity=".85"/><path d="M200 138q-66-14-58-44t58 44q-8-74 50-52t-50 52z" fill="none" stroke="${p.metal}" stroke-width="11"/>`,
}
