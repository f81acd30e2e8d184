import { formatInstant, formatTime, kstDay, kstMinuteOfDay } from '../core/seoul'
import type { ProgressView } from '../http/page-parts'
import type { Mall, SyncProgress } from '../malls/mall'

/** Seconds after which a page with moving progress asks for itself again. */
export const PROGRESS_SECONDS = 5

const STEP_TEXTS: Record<NonNullable<SyncProgress['step']>, string> = {
  members: '고객 정보를 읽고 있어요',
  carts: '장바구니를 읽고 있어요',
  orders: '주문을 읽고 있어요',
  products: '상품을 읽고 있어요',
  facts: '고객별로 정리하고 있어요',
}

/** True while a page should show how the sync moves: it runs, or it is about to begin for the first time. */
export function isSyncMoving(mall: Mall): boolean {
  return mall.state === 'connected' && (mall.sync.state === 'running' || mall.sync.state === 'never')
}

/** The bar of a running sync; null when none runs. */
export function syncProgressView(sync: SyncProgress, now: Date): ProgressView | null {
  if (sync.state !== 'running') return null
  const { step, done, total } = sync
  const finish = finishText(sync.finishesAt, now)
  return {
    label: step ? STEP_TEXTS[step] : '쇼핑몰에 연결하고 있어요',
    share: total ? Math.min(1, done / total) : 0,
    figure: total ? `${count(done)} / ${count(total)}건` : `${count(done)}건`,
    ...(finish ? { finish } : {}),
  }
}

/** An instant without its day where that is today: "오늘 오전 10:00". */
export function dayAndTime(at: Date, now: Date): string {
  return kstDay(at) === kstDay(now) ? `오늘 ${formatTime(kstMinuteOfDay(at))}` : formatInstant(at)
}

function finishText(finishesAt: Date | null, now: Date): string | null {
  if (!finishesAt) return null
  if (finishesAt <= now) return '곧 끝나요.'
  return `${dayAndTime(finishesAt, now)}쯤 끝나요.`
}

function count(figure: number): string {
  return figure.toLocaleString('ko-KR')
}
