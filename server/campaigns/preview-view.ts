import { formatWon } from '../core/won'
import type { Notice } from '../http/notice'
import type { ChipView, FunnelRowView, FunnelView } from '../http/page-parts'
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

function costChip({ expectedWon }: Preview): ChipView {
  return expectedWon === null
    ? { tone: 'hold', text: '예상 비용은 발송 계정을 연결하면 보여요' }
    : { tone: 'info', text: `예상 비용 ${formatWon(expectedWon)}` }
}

function capNotice({ send, sendable, priceWon }: Preview, capWon: number | null): Notice | null {
  if (capWon === null || sendable === null || sendable >= send) return null
  const text = `하루 비용 한도 ${formatWon(capWon)}으로는 ${countText(sendable)}까지 보낼 수 있어요(한 건 ${formatWon(priceWon ?? 0)}). 장바구니 금액이 큰 고객부터 보내고, 나머지 ${countText(send - sendable)}은 보내지 못해요.`
  return { tone: 'hold', text }
}
