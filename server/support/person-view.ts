import { maskName, maskPhone, nationalDigits } from '../core/phone'
import { formatDay, formatInstant } from '../core/seoul'
import { formatWon } from '../core/won'
import type { ChipView, HeadView, PhoneView } from '../http/page-parts'
import { answerView, type RunAnswerView, type VerdictView, verdictView } from './answer-view'
import { type MessageLineView, messageLine, type ShopFace, seenPhone } from './message-view'
import type { PersonStory } from './story'
import { timelineView } from './timeline-view'

/** What the page of one person prints. */
export interface PersonView {
  memberId: string
  base: string
  unmasked: boolean
  head: HeadView
  facts: { label: string; text: string }[]
  cart: { name: string; quantity: string; won: string; added: string; chip: ChipView | null }[]
  cartTotal: string
  answers: RunAnswerView[]
  verdicts: VerdictView[]
  messages: MessageLineView[]
  phone: PhoneView | null
  orders: { orderId: string; at: string; won: string; chip: ChipView; by: string }[]
  timeline: { at: string; text: string }[]
  audit: { at: string; who: string; what: string; reason: string }[]
  canOptOut: boolean
  mayAct: boolean
  samePhoneCount: number
}

const ACTS = {
  unmask: '개인정보 열람',
  'opt-out': '수신거부 처리',
  'close-unknown': '결과를 모르는 발송 닫기',
} as const

/** The page of one person: masked, unless `unmasked` eyes were recorded. */
export function personView(
  story: PersonStory,
  options: { unmasked: boolean; shop: ShopFace; mayAct: boolean },
): PersonView {
  const { shopper } = story
  const { unmasked, mayAct } = options
  const base = `/support/people/${encodeURIComponent(shopper.memberId)}`
  const name = unmasked ? story.name : maskName(story.name)
  const [latest] = story.messages
  const actions = mayAct ? actionsOf(base, unmasked, canOptOut(story)) : []
  return {
    memberId: shopper.memberId,
    base,
    unmasked,
    head: {
      crumbs: [{ label: '고객 찾기', href: '/support' }],
      title: name === '' ? shopper.memberId : `${name} 고객`,
      chip: consentChip(story),
      lead: `${phoneText(story.phone, unmasked)} · 회원 ID ${shopper.memberId}`,
      actions,
    },
    facts: factsOf(story),
    cart: shopper.cart.map((line) => ({
      name: line.name || '이름 없는 상품',
      quantity: `${line.quantity}개`,
      won: formatWon(line.priceWon * line.quantity),
      added: formatInstant(line.addedAt),
      chip: line.sellable ? null : { tone: 'hold', text: '판매 중 아님' },
    })),
    cartTotal: formatWon(shopper.cartWon),
    answers: story.runs.map((answer) => answerView(answer, story.messages)),
    verdicts: story.verdicts.map(verdictView),
    messages: story.messages.map((message) => messageLine(message, { base, name, shop: options.shop })),
    mayAct,
    phone: latest ? seenPhone(latest, name, options.shop) : null,
    orders: ordersOf(story),
    timeline: timelineView(story.events, shopper.cart),
    audit: story.audit.map((entry) => ({
      at: formatInstant(entry.at),
      who: entry.by.name,
      what: ACTS[entry.action],
      reason: entry.reason,
    })),
    canOptOut: canOptOut(story),
    samePhoneCount: story.samePhone.length,
  }
}

/** A number as the page shows it. */
export function phoneText(e164: string | null, unmasked: boolean): string {
  if (e164 === null) return '연락처 없음'
  return unmasked ? nationalDigits(e164).replace(/^(\d{3})(\d+)(\d{4})$/, '$1-$2-$3') : maskPhone(e164)
}

function canOptOut({ shopper }: PersonStory): boolean {
  return shopper.phoneKey !== null && shopper.optedOutAt === null
}

function actionsOf(base: string, unmasked: boolean, mayOptOut: boolean): HeadView['actions'] & {} {
  return [
    ...(unmasked ? [] : [{ label: '가린 정보 보기', href: `${base}?act=unmask#act` }]),
    ...(mayOptOut
      ? [{ label: '수신거부 처리', href: `${base}?act=opt-out#act`, kind: 'danger' as const }]
      : []),
  ]
}

function consentChip({ shopper }: PersonStory): ChipView {
  if (shopper.optedOutAt) return { tone: 'bad', text: '수신거부' }
  if (shopper.restricted) return { tone: 'hold', text: '발송 제한 회원' }
  return shopper.adConsent
    ? { tone: 'ok', text: '광고 수신 동의' }
    : { tone: 'hold', text: '광고 수신 미동의' }
}

function factsOf({ shopper, samePhone }: PersonStory): PersonView['facts'] {
  const instant = (at: Date | null) => (at ? formatInstant(at) : '기록 없음')
  const consent = shopper.adConsent ? '동의함' : '동의하지 않음'
  const since = shopper.adConsentAt ? ` (${formatInstant(shopper.adConsentAt)}부터)` : ''
  return [
    { label: '광고 수신', text: `${consent}${since}` },
    ...(shopper.optedOutAt ? [{ label: '수신거부', text: formatInstant(shopper.optedOutAt) }] : []),
    {
      label: '마지막으로 담은 날',
      text: shopper.latestAddDay ? formatDay(shopper.latestAddDay) : '기록 없음',
    },
    { label: '마지막 구매', text: instant(shopper.latestOrderAt) },
    { label: '마지막 방문', text: instant(shopper.lastVisitAt) },
    ...(samePhone.length > 0 ? [{ label: '같은 번호 회원', text: samePhone.join(', ') }] : []),
    { label: '정보를 받은 때', text: formatInstant(shopper.updatedAt) },
  ]
}

function ordersOf({ orders }: PersonStory): PersonView['orders'] {
  return orders.map((order) => ({
    orderId: order.orderId,
    at: formatInstant(order.orderedAt),
    won: formatWon(order.netWon),
    chip: order.cancelled
      ? { tone: 'bad', text: '취소' }
      : order.paid
        ? { tone: 'ok', text: '결제' }
        : { tone: 'hold', text: '미입금' },
    by: order.attribution
      ? `${formatInstant(order.attribution.clickAt)} 클릭의 주문 (${order.attribution.by === 'token' ? '링크로 확인' : '같은 회원'})`
      : '클릭과 이어지지 않은 주문',
  }))
}
