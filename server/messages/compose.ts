import { formatWon } from '../core/won'
import { AMOUNT_FALLBACK, type ComposedMessage, type MessageFacts, type MessageTemplate } from './message'
import { particleAfter } from './particle'
import { NAME_UNITS, shorten, shortName } from './short-name'
import { TEXT_UNITS, type TemplatePiece, type TemplateVariable, templatePieces } from './template-text'

/** What one shopper's message is made from. `name` is empty or null when the mall has none. */
export interface MessageInput {
  name: string | null
  facts: MessageFacts
  url: string
}

/** A piece of a composed text; `strong` is the product's name, which the preview shows bold. */
export interface TextPart {
  text: string
  strong: boolean
}

/** The message as this shopper sees it, 1,300 UTF-16 units at most: long names are cut, and a product's gives way first. */
export function compose(template: MessageTemplate, input: MessageInput): ComposedMessage {
  return {
    text: composeParts(template, input)
      .map((part) => part.text)
      .join(''),
    button: { name: template.buttonName, url: input.url },
  }
}

/** The text of `compose` in pieces, for the preview. */
export function composeParts(template: MessageTemplate, input: Omit<MessageInput, 'url'>): TextPart[] {
  const pieces = templatePieces(template.text)
  const values = valuesOf(template, input)
  let parts = fill(pieces, values)
  let over = unitsOf(parts) - TEXT_UNITS
  const uses = pieces.filter((piece) => 'variable' in piece && piece.variable === '상품명').length
  while (over > 0 && uses > 0 && values['상품명'].value.length > 2) {
    const units = values['상품명'].value.length - Math.ceil(over / uses)
    values['상품명'].value = shorten(values['상품명'].value, Math.max(units, 2))
    parts = fill(pieces, values)
    over = unitsOf(parts) - TEXT_UNITS
  }
  return over > 0 ? cut(parts) : parts
}

/** What a variable is filled with. */
export interface Value {
  value: string
  /** Follows the value and comes before the particle: " 외 2개". */
  suffix: string
  strong: boolean
}

/** What each variable stands for in this shopper's message. */
export function valuesOf(
  { fallbacks }: Pick<MessageTemplate, 'fallbacks'>,
  { name, facts }: Omit<MessageInput, 'url'>,
): Record<TemplateVariable, Value> {
  const product = shortName(facts.productName ?? '', NAME_UNITS.product)
  const more = product !== '' && facts.moreItems > 0 ? ` 외 ${facts.moreItems.toLocaleString('ko-KR')}개` : ''
  const amount = facts.cartWon > 0 ? formatWon(facts.cartWon) : (fallbacks.amount ?? AMOUNT_FALLBACK)
  return {
    '고객 이름': {
      value: shortName(name ?? '', NAME_UNITS.shopper) || fallbacks.name,
      suffix: '',
      strong: false,
    },
    상품명: { value: product || fallbacks.product, suffix: more, strong: true },
    '담은 금액': { value: amount, suffix: '', strong: false },
  }
}

/** A template's pieces with their variables filled in, particles fitting. */
export function fill(pieces: readonly TemplatePiece[], values: Record<TemplateVariable, Value>): TextPart[] {
  return pieces.flatMap((piece): TextPart[] => {
    if ('text' in piece) return [{ text: piece.text, strong: false }]
    const { value, suffix, strong } = values[piece.variable]
    const particle = piece.particle ? particleAfter(value + suffix, piece.particle) : ''
    const rest = suffix + particle
    return [{ text: value, strong }, ...(rest === '' ? [] : [{ text: rest, strong: false }])]
  })
}

function unitsOf(parts: readonly TextPart[]): number {
  return parts.reduce((sum, part) => sum + part.text.length, 0)
}

/** The last resort for a text whose fixed words fill the limit: its end gives way. */
function cut(parts: readonly TextPart[]): TextPart[] {
  const kept: TextPart[] = []
  let room = TEXT_UNITS
  for (const part of parts) {
    if (room <= 0) break
    kept.push({ ...part, text: shorten(part.text, room) })
    room -= part.text.length
  }
  return kept
}
