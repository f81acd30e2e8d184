import { formatDay, formatTime, kstDay, kstMinuteOfDay } from '../core/seoul'
import { formatWon } from '../core/won'
import type { Figures } from './report'

/** A whole number as people read it: "1,234". */
export function count(value: number): string {
  return value.toLocaleString('ko-KR')
}

/** People: "1,234명". */
export function people(value: number): string {
  return `${count(value)}명`
}

/** Messages or orders: "1,234건". */
export function items(value: number): string {
  return `${count(value)}건`
}

/** A share as people read it: "12.9%"; "–" when there is nothing to divide by. */
export function percent(share: number | null): string {
  return share === null ? '–' : `${(share * 100).toFixed(1)}%`
}

/** How often the cost came back: "307.9배"; "–" when nothing was charged. */
export function times(ratio: number | null): string {
  if (ratio === null) return '–'
  return `${ratio.toLocaleString('ko-KR', { maximumFractionDigits: 1 })}배`
}

/** A time of day with its second: "오전 10:00:07". */
export function timeText(at: Date): string {
  return `${formatTime(kstMinuteOfDay(at))}:${String(at.getUTCSeconds()).padStart(2, '0')}`
}

/** An instant with its second: "11월 22일(일) 오전 10:00:07". */
export function instantText(at: Date): string {
  return `${formatDay(kstDay(at))} ${timeText(at)}`
}

/** The recovery rate with what it is made of, said beside the figure. */
export function recoveryText(figures: Figures): string {
  if (figures.recoveryRate === null) return '도착한 메시지가 아직 없어요'
  return `${percent(figures.recoveryRate)} (클릭 뒤 주문 ${items(figures.orders)} ÷ 도착 ${items(figures.delivered)})`
}

/** Definition list of what stands behind the tiles. */
export function factsOf(
  figures: Figures,
  attributionDays: number,
): { label: string; text: string; href?: string }[] {
  const open = figures.unknown + figures.pending + figures.waiting
  return [
    { label: '장바구니 복구율', text: recoveryText(figures) },
    { label: '메시지 오픈율', text: '제공 안 됨 (브랜드 메시지는 열람 여부를 알려 주지 않아요)' },
    { label: '비용 대비 매출 (ROAS)', text: times(figures.roas) },
    { label: '전환 인정 기간', text: `클릭한 날부터 ${attributionDays}일 뒤까지의 주문` },
    ...(figures.cancelledOrders + figures.unpaidOrders > 0
      ? [{ label: '매출에서 뺀 주문', text: removedOrders(figures) }]
      : []),
    ...(figures.texted > 0
      ? [
          {
            label: '대체 문자',
            text: `${items(figures.texted)} 이어 보냄 · 문자로 도착 ${items(figures.textsDelivered)}`,
          },
        ]
      : []),
    ...(figures.reservedWon > 0
      ? [{ label: '비용 선확보', text: `${formatWon(figures.reservedWon)} (결과가 나오면 정산해요)` }]
      : []),
    ...(open > 0 ? [{ label: '아직 끝나지 않음', text: openSends(figures) }] : []),
  ]
}

function removedOrders(figures: Figures): string {
  const parts = [
    ...(figures.cancelledOrders > 0 ? [`취소 ${items(figures.cancelledOrders)}`] : []),
    ...(figures.unpaidOrders > 0 ? [`미입금 ${items(figures.unpaidOrders)}`] : []),
  ]
  return parts.join(', ')
}

function openSends(figures: Figures): string {
  const parts = [
    ...(figures.waiting > 0 ? [`보내기 전 ${items(figures.waiting)}`] : []),
    ...(figures.pending > 0 ? [`결과 기다리는 중 ${items(figures.pending)}`] : []),
    ...(figures.unknown > 0 ? [`결과 확인 중 ${items(figures.unknown)}`] : []),
  ]
  return parts.join(', ')
}
