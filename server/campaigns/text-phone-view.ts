import { formatTime, type KstDay } from '../core/seoul'
import { formatWon } from '../core/won'
import { type ComposedText, composeText, TEXT_LIMITS } from '../messages/compose-text'
import { FALLBACK_BYTES, longestBytes } from '../messages/fallback-problems'
import { longDay } from '../segments/long-day'
import type { PriceList } from '../spend/spend'
import type { CampaignSpec } from './campaign'
import { inputOf, type Look, type ShopFace } from './phone-view'
import type { SamplePerson } from './preview-service'

/** The fallback text in the shopper's message app, and what it takes. */
export interface TextPhoneView {
  dateText: string
  subject: string | null
  text: string
  sentAt: string
  /** How much room the words take, what leaves, what it costs. */
  facts: { label: string; text: string }[]
}

/** The text of `spec` as a shopper sees it; null when the campaign has none. */
export function textPhoneView(
  spec: Pick<CampaignSpec, 'fallback' | 'message' | 'schedule'>,
  options: {
    look: Look
    samples: readonly SamplePerson[]
    shop: ShopFace
    day: KstDay
    link: string
    prices: PriceList | null
  },
): TextPhoneView | null {
  if (spec.fallback === null) return null
  const { shop, day, prices } = options
  const composed = composeText(spec.fallback, spec.message, {
    ...inputOf(options.look, options.samples),
    url: options.link,
    mallName: shop.name ?? '우리 쇼핑몰',
    number080: shop.number080 ?? SAMPLE_080,
  })
  return {
    dateText: `${day.slice(0, 4)}년 ${longDay(day)}`,
    subject: composed.kind === 'lms' ? composed.subject : null,
    text: composed.text,
    sentAt: formatTime(spec.schedule.atMinute),
    facts: [
      {
        label: '쓴 글',
        text: `${longestBytes(spec.fallback.text).toLocaleString('ko-KR')} / ${bytes(FALLBACK_BYTES.text)}(값이 가장 길 때)`,
      },
      { label: '나가는 문자', text: leavingText(composed) },
      ...(prices === null ? [] : [{ label: '비용', text: priceText(composed.kind, prices) }]),
    ],
  }
}

function leavingText({ kind, bytes: count }: ComposedText): string {
  const size = `자동으로 붙는 글까지 ${bytes(count)}`
  return kind === 'sms'
    ? `단문(SMS), ${size}`
    : `장문(LMS), ${size}. ${bytes(TEXT_LIMITS.smsBytes)}를 넘으면 장문이에요.`
}

function priceText(kind: ComposedText['kind'], { brandTextWon, smsWon, lmsWon }: PriceList): string {
  const won = formatWon(kind === 'sms' ? smsWon : lmsWon)
  return `한 건 ${won}. 받지 못한 카카오톡 메시지 ${formatWon(brandTextWon)}은 청구되지 않아요.`
}

const SAMPLE_080 = '0800000000'

function bytes(count: number): string {
  return `${count.toLocaleString('ko-KR')}바이트`
}
