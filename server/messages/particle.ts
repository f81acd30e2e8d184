import { josa } from 'es-hangul'

/** Particle pairs that a template may put after a variable, as es-hangul names them. */
export const PARTICLES = [
  '이/가',
  '을/를',
  '은/는',
  '으로/로',
  '와/과',
  '이나/나',
  '이랑/랑',
  '아/야',
  '이에요/예요',
  '이라/라',
] as const
export type Particle = (typeof PARTICLES)[number]

/** The pair that `text` names, in either order ("가/이" too), or null. */
export function parseParticle(text: string): Particle | null {
  const tidy = text.replace(/\s/g, '')
  const turned = tidy.split('/').reverse().join('/')
  return PARTICLES.find((each) => each === tidy || each === turned) ?? null
}

/** The one of the pair that fits after `word` as it is read aloud: "24cm" → "가", "1kg" → "이", "냄비(빨강)" → "이". */
export function particleAfter(word: string, particle: Particle): string {
  return josa.pick(reading(word), particle)
}

// es-hangul looks at Hangul only; product names end in units, digits and letters, whose reading decides.
const UNITS: Readonly<Record<string, string>> = {
  cm: '센티미터',
  mm: '밀리미터',
  m: '미터',
  ml: '밀리리터',
  l: '리터',
  g: '그램',
  kg: '킬로그램',
  mg: '밀리그램',
}
const DIGITS = '영일이삼사오육칠팔구'
const LETTERS_WITH_END: Readonly<Record<string, string>> = { l: '엘', m: '엠', n: '엔', r: '알' }

function reading(word: string): string {
  const tail = word.replace(/[^\p{L}\p{N}]+$/u, '')
  const unit = /\d\s*([a-z]{1,2})$/i.exec(tail)?.[1]?.toLowerCase()
  if (unit && UNITS[unit]) return UNITS[unit]
  const last = tail.slice(-1).toLowerCase()
  if (/\d/.test(last)) return DIGITS[Number(last)] ?? tail
  if (/[a-z]/.test(last)) return LETTERS_WITH_END[last] ?? '에이'
  return tail
}
