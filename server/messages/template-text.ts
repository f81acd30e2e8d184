import { PARTICLES, type Particle, parseParticle } from './particle'

/** The variables a template may use, as merchants type them between braces. */
export const TEMPLATE_VARIABLES = ['고객 이름', '상품명', '담은 금액'] as const
export type TemplateVariable = (typeof TEMPLATE_VARIABLES)[number]

/** A template's text in pieces: fixed words, and variables with the particle that follows them. */
export type TemplatePiece = { text: string } | { variable: TemplateVariable; particle: Particle | null }

// Brand Message TEXT: content up to 1,300 characters and 99 line breaks (NHN guide 2026-06-23).
export const TEXT_UNITS = 1_300
const LINE_BREAKS = 99
const BRACES = /\{([^{}\n]*)\}/g
// Kakao puts the label before the sender's name itself; spaced and bracketed variants are unlawful (reference §4.4).
const AD_LABEL = /[([{<【（]\s*광\s*[/·.\-_]?\s*고\s*[)\]}>】）]/

// A batch composes one text a hundred times.
let lastCut: { text: string; pieces: readonly TemplatePiece[] } = { text: '', pieces: [] }

/** Cuts a text at its variables; braces around anything unknown stay text. */
export function templatePieces(text: string): readonly TemplatePiece[] {
  if (text !== lastCut.text) lastCut = { text, pieces: cutAtVariables(text) }
  return lastCut.pieces
}

function cutAtVariables(text: string): TemplatePiece[] {
  const pieces: TemplatePiece[] = []
  let from = 0
  for (const match of text.matchAll(BRACES)) {
    const variable = readVariable(match[1] ?? '')
    if (!variable) continue
    if (match.index > from) pieces.push({ text: text.slice(from, match.index) })
    pieces.push(variable)
    from = match.index + match[0].length
  }
  if (from < text.length) pieces.push({ text: text.slice(from) })
  return pieces
}

/** The variables that a text uses, each once. */
export function templateVariables(text: string): TemplateVariable[] {
  return [...new Set(templatePieces(text).flatMap((piece) => ('variable' in piece ? [piece.variable] : [])))]
}

/** What is wrong with a text, in Korean and in reading order; empty when it can be sent. */
export function templateProblems(text: string): string[] {
  const problems = variableProblems(text)
  if (hasAdLabel(text)) problems.push('(광고) 표시는 카카오가 자동으로 붙여요. 본문에서 지워 주세요.')
  if (text.split('\n').length - 1 > LINE_BREAKS) problems.push(`줄바꿈은 ${LINE_BREAKS}번까지 쓸 수 있어요.`)
  return problems
}

/** What is wrong with the variables of a text, in Korean. */
export function variableProblems(text: string): string[] {
  const problems: string[] = []
  for (const [braces, inside] of text.matchAll(BRACES)) {
    if (!readVariable(inside ?? '')) problems.push(unknownVariable(braces, inside ?? ''))
  }
  if (/[{}]/.test(text.replace(BRACES, '')))
    problems.push('중괄호 { }의 짝이 맞지 않아요. 변수는 {상품명}처럼 써 주세요.')
  return problems
}

/** True when a text carries a label of advertising of its own, also a spaced or bracketed one. */
export function hasAdLabel(text: string): boolean {
  return AD_LABEL.test(text)
}

function readVariable(inside: string): Extract<TemplatePiece, { variable: TemplateVariable }> | null {
  const [name = '', particle, ...more] = inside.split(':')
  const variable = TEMPLATE_VARIABLES.find((each) => tight(each) === tight(name))
  if (!variable || more.length > 0) return null
  if (particle === undefined) return { variable, particle: null }
  const parsed = parseParticle(particle)
  return parsed && { variable, particle: parsed }
}

function unknownVariable(braces: string, inside: string): string {
  const [name = ''] = inside.split(':')
  return TEMPLATE_VARIABLES.some((each) => tight(each) === tight(name))
    ? `${braces}의 조사를 읽지 못했어요. ${PARTICLES.slice(0, 4).join(', ')}처럼 써 주세요.`
    : `${braces} 변수는 없어요. ${TEMPLATE_VARIABLES.map((each) => `{${each}}`).join(', ')}만 쓸 수 있어요.`
}

function tight(text: string): string {
  return text.replace(/\s/g, '')
}
