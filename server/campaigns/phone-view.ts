import { dashedPhone } from '../core/phone'
import { formatTime, formatTimeOfDay, type KstDay } from '../core/seoul'
import type { PhoneView } from '../http/page-parts'
import { composeParts, type MessageInput } from '../messages/compose'
import { SAMPLES } from '../messages/sample-facts'
import { longDay } from '../segments/long-day'
import type { CampaignSpec } from './campaign'
import type { SamplePerson } from './preview-service'

/** Whose eyes the preview of the message looks through: a made-up shopper, or the n-th real one. */
export type Look = 'typical' | 'longest' | 'missing' | number

/** A choice of `Look` under the phone. */
export interface LookChoice {
  value: string
  label: string
  current: boolean
}

/** What the phone needs of the mall; null where it is not known yet. */
export interface ShopFace {
  name: string | null
  number080: string | null
}

/** What was asked for in `?see=`; anything unknown is the everyday sample. */
export function readLook(text: unknown, people: number): Look {
  if (text === 'longest' || text === 'missing') return text
  const place = typeof text === 'string' && /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN
  return place < people ? place : 'typical'
}

/** The message of `spec` as a shopper sees it on `day`, when the run leaves in time. */
export function phoneView(
  spec: Pick<CampaignSpec, 'message' | 'schedule'>,
  options: { look: Look; samples: readonly SamplePerson[]; shop: ShopFace; day: KstDay },
): PhoneView {
  const { look, samples, shop, day } = options
  const { atMinute } = spec.schedule
  const room = shop.name ?? '우리 쇼핑몰'
  return {
    clock: formatTimeOfDay(atMinute),
    room,
    dateText: `${day.slice(0, 4)}년 ${longDay(day)}`,
    sender: `(광고) ${room}`,
    parts: composeParts(spec.message, inputOf(look, samples)),
    buttons: [{ label: spec.message.buttonName }],
    optOut: shop.number080
      ? `수신거부: 채널 차단 또는 ${dashedPhone(shop.number080)}`
      : '수신거부: 홈 > 채널 차단',
    sentAt: formatTime(atMinute),
    caption: captionOf(look),
  }
}

/** The choices under the phone; "다른 고객" goes round the people who would get it now. */
export function lookChoices(look: Look, people: number): LookChoice[] {
  const next = typeof look === 'number' ? (look + 1) % Math.max(people, 1) : 0
  const choices: LookChoice[] = [
    { value: 'typical', label: '예시', current: look === 'typical' },
    { value: 'longest', label: '가장 긴 이름', current: look === 'longest' },
    { value: 'missing', label: '값이 없을 때', current: look === 'missing' },
  ]
  if (people === 0) return choices
  return [...choices, { value: String(next), label: '다른 고객으로 보기', current: typeof look === 'number' }]
}

/** What the message of a look is made from. */
export function inputOf(look: Look, samples: readonly SamplePerson[]): Omit<MessageInput, 'url'> {
  if (typeof look !== 'number') return SAMPLES[look]
  const person = samples[look]
  return person ? { name: person.maskedName, facts: person.facts } : SAMPLES.typical
}

function captionOf(look: Look): string {
  if (typeof look === 'number') return `고객 화면 미리보기 · 보낼 고객 ${look + 1}번째, 이름은 가려서 보여요`
  const whose = { typical: '예시 고객', longest: '가장 긴 이름과 상품명', missing: '이름과 상품명이 없을 때' }
  return `고객 화면 미리보기 · ${whose[look]}`
}
