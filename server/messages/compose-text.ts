import { fill, type MessageInput, type Value, valuesOf } from './compose'
import { cutToBytes, eucKrBytes, toEucKr } from './euc-kr'
import type { MessageTemplate, TextFallback } from './message'
import { type TemplateVariable, templatePieces } from './template-text'

/** What one shopper's text is made from, besides what a message is made from. */
export interface TextInput extends MessageInput {
  /** Who sends: stands right after the label. */
  mallName: string
  /** The number that refusing is free at. */
  number080: string
}

/** A text as it leaves; `bytes` are those of its body in EUC-KR. */
export type ComposedText =
  | { kind: 'sms'; text: string; bytes: number }
  | { kind: 'lms'; subject: string; text: string; bytes: number }

/** Carriers' limits in bytes of EUC-KR (reference §1.10). */
export const TEXT_LIMITS = { smsBytes: 90, lmsBytes: 2_000, subjectBytes: 40 } as const
/** The label of advertising, exactly so and first (Network Act 50④, reference §1.8). */
export const AD_LABEL = '(광고)'
const NAME_BYTES = 100
/** What a shopper's name takes at most. */
export const SHOPPER_BYTES = 40
// Of a product's name one letter and the dots are left at least; a syllable that is spelled out takes three times its room.
const PRODUCT_BYTES = { least: 4, most: 240 } as const

/**
 * The text that goes to who could not get the Kakao message: label, mall's name, the merchant's words, tracked link, and
 * the opt-out as the last line. Long names are cut, and a product's gives way first; label, link and opt-out never do. Short enough for an
 * SMS it is one.
 */
export function composeText(
  fallback: TextFallback,
  template: Pick<MessageTemplate, 'fallbacks'>,
  input: TextInput,
): ComposedText {
  const name = cutToBytes(toEucKr(input.mallName).replace(/\s+/g, ' ').trim(), NAME_BYTES)
  const head = `${AD_LABEL}${name}\n`
  const tail = `\n${input.url}\n무료거부 ${input.number080.replace(/\D/g, '')}`
  const body = fitBody(fallback.text, template, input, TEXT_LIMITS.lmsBytes - eucKrBytes(head + tail))
  const text = head + body + tail
  const bytes = eucKrBytes(text)
  if (bytes <= TEXT_LIMITS.smsBytes) return { kind: 'sms', text, bytes }
  return { kind: 'lms', subject: subjectOf(fallback.title), text, bytes }
}

/** The title as it leaves, with the label first: phones show it before the text. */
export function subjectOf(title: string): string {
  const plain = toEucKr(title).replace(/\s+/g, ' ').trim()
  return AD_LABEL + cutToBytes(plain, TEXT_LIMITS.subjectBytes - eucKrBytes(AD_LABEL))
}

function fitBody(
  text: string,
  template: Pick<MessageTemplate, 'fallbacks'>,
  input: MessageInput,
  room: number,
): string {
  const pieces = templatePieces(text)
  const values = inEucKr(valuesOf(template, input))
  const product = values['상품명']
  const uses = pieces.filter((piece) => 'variable' in piece && piece.variable === '상품명').length
  const write = () =>
    tidy(
      fill(pieces, values)
        .map((part) => part.text)
        .join(''),
    )
  let body = write()
  let over = eucKrBytes(body) - room
  while (over > 0 && uses > 0 && eucKrBytes(product.value) > PRODUCT_BYTES.least) {
    const bytes = eucKrBytes(product.value) - Math.ceil(over / uses)
    product.value = cutToBytes(product.value, Math.max(bytes, PRODUCT_BYTES.least))
    body = write()
    over = eucKrBytes(body) - room
  }
  // The last resort for words that fill the limit by themselves, which the form does not let through.
  return over > 0 ? cutToBytes(body, Math.max(room, 0)) : body
}

/** Particles follow what is really written, so values are put into the alphabet before they are filled in. */
function inEucKr(values: Record<TemplateVariable, Value>): Record<TemplateVariable, Value> {
  const put = (value: Value): Value => ({ ...value, value: toEucKr(value.value).trim() })
  const name = put(values['고객 이름'])
  const product = put(values.상품명)
  return {
    '고객 이름': { ...name, value: cutToBytes(name.value, SHOPPER_BYTES) },
    상품명: { ...product, value: cutToBytes(product.value, PRODUCT_BYTES.most) },
    '담은 금액': put(values['담은 금액']),
  }
}

function tidy(text: string): string {
  return toEucKr(text).replace(/ +$/gm, '').trim()
}
