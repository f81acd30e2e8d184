import { formatWon } from '../core/won'
import type { Notice } from '../http/notice'
import type { ChipView, EmptyView, FunnelRowView, FunnelView, HeadView } from '../http/page-parts'
import { DECISION_ORDER } from './plan-rules'
import type { Preview, PreviewPerson } from './preview-service'
import { REASON_TEXTS } from './reason-texts'
import type { DecisionReason } from './run'

/** The preview as the editor shows it: a funnel, what it will cost, and what the cap cuts. */
export interface PreviewView {
  send: string
  cost: ChipView
  funnel: FunnelView
  capNotice: Notice | null
}

/** `hrefOf` null = figures of a set-up that is not stored, behind which no page stands. */
export function previewView(
  preview: Preview,
  capWon: number | null,
  hrefOf: ((reason: DecisionReason | 'population') => string) | null,
): PreviewView {
  const door = (reason: DecisionReason | 'population') => (hrefOf ? { href: hrefOf(reason) } : {})
  const share = (people: number) => (preview.population === 0 ? 0 : people / preview.population)
  const leaving = DECISION_ORDER.filter((reason) => reason !== 'send').flatMap((reason): FunnelRowView[] => {
    const people = preview.counts[reason] ?? 0
    if (people === 0) return []
    const row = { label: REASON_TEXTS[reason].label, figure: `−${people.toLocaleString('ko-KR')}` }
    return [{ ...row, share: share(people), kind: 'leave', ...door(reason) }]
  })
  return {
    send: countText(preview.send),
    cost: costChip(preview),
    funnel: {
      rows: [
        {
          label: '모수',
          figure: countText(preview.population),
          share: share(preview.population),
          kind: 'stay',
          ...door('population'),
        },
        ...leaving,
        {
          label: '보낼 고객',
          figure: countText(preview.send),
          share: share(preview.send),
          kind: 'result',
          ...door('send'),
        },
      ],
      note: hrefOf
        ? '숫자를 누르면 고객과 이유를 볼 수 있어요. 실제 발송 때 다시 한 번 확인합니다.'
        : '아직 저장하지 않은 조건으로 계산했어요. 저장하면 숫자를 눌러 고객을 볼 수 있어요.',
    },
    capNotice: capNotice(preview, capWon),
  }
}

/** One row of the page behind a figure. */
export interface PersonRow {
  name: string
  /** The page of this person's whole story. */
  href: string
  memberId: string
  phone: string
  reason: string
  detail: string
  cart: string
}

/** The people behind a figure of the preview, ready to print. */
export function personRow(person: PreviewPerson): PersonRow {
  const { productName, moreItems, cartWon } = person.facts
  const more = moreItems > 0 ? ` 외 ${moreItems.toLocaleString('ko-KR')}개` : ''
  return {
    name: person.maskedName,
    href: `/support/people/${encodeURIComponent(person.memberId)}`,
    memberId: person.memberId,
    phone: person.maskedPhone ?? '없음',
    reason: REASON_TEXTS[person.reason].label,
    detail: person.detail ?? REASON_TEXTS[person.reason].sentence,
    cart: cartWon === 0 && !productName ? '없음' : `${productName ?? '상품'}${more} · ${formatWon(cartWon)}`,
  }
}

/** "33명". */
export function countText(people: number): string {
  return `${people.toLocaleString('ko-KR')}명`
}

function costChip(preview: Preview): ChipView {
  const text = costText(preview)
  return text === null
    ? { tone: 'hold', text: '예상 비용은 발송 계정을 연결하면 보여요' }
    : { tone: 'info', text }
}

/** "예상 비용 825원", with a fallback text "예상 비용 825원, 최대 1,485원"; null without a price. */
export function costText({ expectedWon, worstWon }: Preview): string | null {
  if (expectedWon === null || worstWon === null) return null
  const most = worstWon > expectedWon ? `, 최대 ${formatWon(worstWon)}` : ''
  return `예상 비용 ${formatWon(expectedWon)}${most}`
}

function capNotice(preview: Preview, capWon: number | null): Notice | null {
  const { send, sendable, priceWon, worstEachWon } = preview
  if (capWon === null || sendable === null || sendable >= send) return null
  if (worstEachWon !== null && priceWon !== null && worstEachWon > priceWon) {
    const text = `하루 비용 한도 ${formatWon(capWon)}으로는 한 번에 ${countText(sendable)}까지 보낼 수 있어요(대체 문자까지 한 건 ${formatWon(worstEachWon)} 선확보). 카카오톡으로 도착해 비용이 풀리면 나머지 ${countText(send - sendable)}에게 이어서 보내요.`
    return { tone: 'hold', text }
  }
  const text = `하루 비용 한도 ${formatWon(capWon)}으로는 ${countText(sendable)}까지 보낼 수 있어요(한 건 ${formatWon(priceWon ?? 0)}). 장바구니 금액이 큰 고객부터 보내고, 나머지 ${countText(send - sendable)}은 보내지 못해요.`
  return { tone: 'hold', text }
}

/** The page behind a figure of the preview. */
export interface PeopleView {
  head: HeadView
  sentence: string
  remedy: string | null
  rows: PersonRow[]
  note: string
  empty: EmptyView | null
}

/** At most 50 masked people with one reason, and what can be done about it. */
export function peopleView(
  campaign: { id: string; name: string },
  reason: DecisionReason | 'population',
  found: { total: number; people: readonly PreviewPerson[] },
): PeopleView {
  const base = `/campaigns/${campaign.id}`
  const text = reason === 'population' ? POPULATION : REASON_TEXTS[reason]
  const shown = found.people.length
  return {
    head: {
      crumbs: [
        { label: '캠페인', href: '/campaigns' },
        { label: campaign.name, href: base },
      ],
      title: `${text.label} ${countText(found.total)}`,
      actions: [{ label: '캠페인으로 돌아가기', href: base }],
    },
    sentence: text.sentence,
    remedy: text.remedy,
    rows: found.people.map(personRow),
    note:
      shown < found.total
        ? `장바구니 금액이 큰 순서로 ${countText(shown)}만 보여 드려요. 전체는 발송한 뒤 리포트에서 볼 수 있어요.`
        : '지금 기준이에요. 실제 발송 때 다시 확인해요.',
    empty:
      shown > 0 ? null : { title: '해당하는 고객이 없어요', text: '조건이나 시점이 바뀌면 여기에 보여요.' },
  }
}

const POPULATION = {
  label: '모수',
  sentence: '타겟 범위와 고객 조건에 맞는 모든 회원이에요. 한 명마다 보낼지와 그 이유를 하나씩 정해요.',
  remedy: null,
}
