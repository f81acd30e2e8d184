import iconv from 'iconv-lite'

// What people type and KS X 1001 lacks, with what means the same there.
const SAME: Readonly<Record<string, string>> = {
  '\t': ' ',
  '\u00a0': ' ',
  '\u2002': ' ',
  '\u2003': ' ',
  '\u2009': ' ',
  '\u3000': ' ',
  '‐': '-',
  '‑': '-',
  '–': '-',
  '—': '-',
  '−': '-',
  '•': '·',
  '∙': '·',
  '⋅': '·',
  '・': '·',
  '〜': '~',
  '₩': '￦',
  '©': '(c)',
}
const GONE = '\u0000'
const LEADS = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ'
const VOWELS = 'ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ'
const TAILS = ' ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ'
const FIRST_SYLLABLE = 0xac00

const known = new Map<string, string>()

/**
 * `text` in characters that every Korean handset shows as a text message (KS X 1001, reference §1.10): others become what
 * means the same ("—" → "-", "é" → "e", "똠" → "ㄸㅗㅁ"), and what has no equal, emoji above all, is left out with its
 * space. Nothing ever arrives as "?".
 */
export function toEucKr(text: string): string {
  const letters = [...text.normalize('NFC').replace(/\r\n?/g, '\n')]
  const marked = letters.map(inEucKr).join('')
  if (!marked.includes(GONE)) return marked
  return (
    marked
      // biome-ignore lint/suspicious/noControlCharactersInRegex: GONE stands for what was left out
      .replace(/^\u0000(?:[\u0000 ]*\u0000)? ?/gm, '')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: GONE stands for what was left out
      .replace(/( ?)\u0000(?:[\u0000 ]*\u0000)?( ?)/g, (_all, before, after) => before || after)
  )
}

/** Bytes of a text that `toEucKr` made: two for each Hangul letter, one for each of ASCII. */
export function eucKrBytes(text: string): number {
  return iconv.encode(text, 'euc-kr').length
}

/** `text` in at most `bytes` bytes, ending in "…", never in half a character. */
export function cutToBytes(text: string, bytes: number): string {
  if (eucKrBytes(text) <= bytes) return text
  let kept = ''
  let used = eucKrBytes('…')
  if (used > bytes) return ''
  for (const letter of text) {
    used += eucKrBytes(letter)
    if (used > bytes) break
    kept += letter
  }
  return `${kept.trimEnd()}…`
}

function inEucKr(letter: string): string {
  const seen = known.get(letter)
  if (seen !== undefined) return seen
  const found = equalOf(letter)
  // Texts of all malls share few thousand characters; a stranger's rubbish must not fill the memory.
  if (known.size < 20_000) known.set(letter, found)
  return found
}

function equalOf(letter: string): string {
  if (letter === '\n' || isThere(letter)) return letter
  const same = SAME[letter]
  if (same !== undefined) return same
  const compatible = letter.normalize('NFKC')
  if (compatible !== letter && areThere(compatible)) return compatible
  const code = (letter.codePointAt(0) ?? 0) - FIRST_SYLLABLE
  if (code >= 0 && code < 11_172) return spelledOut(code)
  const plain = letter.normalize('NFKD').replace(/\p{M}/gu, '')
  return areThere(plain) ? plain : GONE
}

function areThere(text: string): boolean {
  return text !== '' && [...text].every(isThere)
}

/** True for ASCII that prints and for KS X 1001; iconv-lite's table is the larger CP949, whose additions have a byte below 0xA1. */
function isThere(letter: string): boolean {
  if (/^[ -~]$/.test(letter)) return true
  if (/\p{Co}/u.test(letter)) return false
  const bytes = iconv.encode(letter, 'euc-kr')
  return bytes.length === 2 && (bytes[0] ?? 0) >= 0xa1 && (bytes[1] ?? 0) >= 0xa1
}

/** A syllable that KS X 1001 lacks, in its letters, as the standard itself spells it. */
function spelledOut(code: number): string {
  const lead = LEADS[Math.floor(code / 588)] ?? ''
  const vowel = VOWELS[Math.floor((code % 588) / 28)] ?? ''
  return (lead + vowel + (TAILS[code % 28] ?? '')).trimEnd()
}
