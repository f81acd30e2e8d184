import { AD_LABEL, SHOPPER_BYTES, TEXT_LIMITS } from './compose-text'
import { eucKrBytes, toEucKr } from './euc-kr'
import type { TextFallback } from './message'
import { hasAdLabel, type TemplateVariable, templatePieces, variableProblems } from './template-text'

/** One thing to mend in a fallback text, beside its field. */
export interface FallbackProblem {
  field: 'title' | 'text'
  message: string
}

/** Bytes of EUC-KR that a merchant's own words may take: the rest is for label, name, link and opt-out line. */
export const FALLBACK_BYTES = {
  title: TEXT_LIMITS.subjectBytes - eucKrBytes(AD_LABEL),
  text: TEXT_LIMITS.lmsBytes - 300,
} as const

// The longest that a variable is filled with; product names give way down to a letter, "… 외 999개".
const LONGEST_BYTES: Record<TemplateVariable, number> = {
  '고객 이름': SHOPPER_BYTES,
  상품명: 13,
  '담은 금액': 40,
}

/** What is wrong with a fallback text, in Korean; empty when every shopper's text can be sent whole. */
export function fallbackProblems(fallback: TextFallback): FallbackProblem[] {
  const messages = (field: FallbackProblem['field'], all: string[]) =>
    all.map((message): FallbackProblem => ({ field, message }))
  return [
    ...messages('title', titleProblems(fallback.title)),
    ...messages('text', textProblems(fallback.text)),
  ]
}

/** Bytes that a merchant's words come to with the longest variables. */
export function longestBytes(text: string): number {
  return templatePieces(text).reduce((sum, piece) => {
    if ('text' in piece) return sum + eucKrBytes(toEucKr(piece.text))
    return sum + LONGEST_BYTES[piece.variable] + (piece.particle ? 6 : 0)
  }, 0)
}

function titleProblems(title: string): string[] {
  const sent = toEucKr(title).trim()
  if (sent === '') return ['문자 제목을 입력해 주세요. 이모지만으로는 보낼 수 없어요.']
  if (hasAdLabel(title)) return ['(광고) 표시는 자동으로 붙어요. 제목에서 지워 주세요.']
  if (/[{}\n]/.test(title)) return ['문자 제목에는 변수와 줄바꿈을 쓸 수 없어요.']
  return tooLong('제목', eucKrBytes(sent), FALLBACK_BYTES.title)
}

function textProblems(text: string): string[] {
  if (toEucKr(text).trim() === '') return ['문자 내용을 입력해 주세요. 이모지만으로는 보낼 수 없어요.']
  return [
    ...variableProblems(text),
    ...(hasAdLabel(text) ? ['(광고) 표시는 맨 앞에 자동으로 붙어요. 내용에서 지워 주세요.'] : []),
    ...(/무료\s*(수신)?\s*거부/.test(text)
      ? ['무료거부 번호는 마지막 줄에 자동으로 붙어요. 내용에서 지워 주세요.']
      : []),
    ...tooLong('내용', longestBytes(text), FALLBACK_BYTES.text),
  ]
}

function tooLong(what: string, bytes: number, limit: number): string[] {
  if (bytes <= limit) return []
  const count = (value: number) => value.toLocaleString('ko-KR')
  return [
    `문자 ${what}은 ${count(limit)}바이트(한글 ${count(Math.floor(limit / 2))}자)까지 쓸 수 있어요. 지금 ${count(bytes)}바이트예요.`,
  ]
}
