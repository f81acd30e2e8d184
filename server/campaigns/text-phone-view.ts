import { formatTime, type KstDay } from '../core/seoul'
import { formatWon } from '../core/won'
import { composeText, TEXT_LIMITS } from '../messages/compose-text'
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
  /** "LMS 한 건 45원 · 문자 전체 212바이트". */
  kind: string
  /** How much of the room for the merchant's words is used. */
  used: string
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
  const priceWon = prices && (composed.kind === 'sms' ? prices.smsWon : prices.lmsWon)
  const price = priceWon === null ? '' : ` 한 건 ${formatWon(priceWon)}`
  return {
    dateText: `${day.slice(0, 4)}년 ${longDay(day)}`,
    subject: composed.kind === 'lms' ? composed.subject : null,
    text: composed.text,
    sentAt: formatTime(spec.schedule.atMinute),
    kind: `${composed.kind === 'sms' ? '단문(SMS)' : '장문(LMS)'}${price} · 자동으로 붙는 글까지 ${bytes(composed.bytes)}`,
    used: `쓴 글 ${longestBytes(spec.fallback.text).toLocaleString('ko-KR')} / ${bytes(FALLBACK_BYTES.text)}(값이 가장 길 때). 붙는 글까지 ${bytes(TEXT_LIMITS.smsBytes)} 안이면 단문으로 나가요.`,
  }
}

const SAMPLE_080 = '0800000000'

function bytes(count: number): string {
  return `${count.toLocaleString('ko-KR')}바이트`
}
