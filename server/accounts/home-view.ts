import { formatDay, kstDay } from '../core/seoul'
import { formatWon } from '../core/won'
import type { Notice } from '../http/notice'
import type { ActionView, CheckView, HeadView, ProgressView, TileView } from '../http/page-parts'
import type { Readiness, StandingStill, Today } from './home'
import { cartWarning, isConnected } from './mall-view'
import { type SetUpStep, setUpSteps } from './set-up-steps'
import { dayAndTime, isSyncMoving, PROGRESS_SECONDS, syncProgressView } from './sync-view'

/** The home page, ready to print. */
export interface HomeView {
  head: HeadView
  warning: Notice | null
  still: readonly { reason: string; action: ActionView }[]
  /** Null when nothing is missing; what only broke then stands in `still`. */
  setUp: { title: string; checks: readonly CheckView[]; progress: ProgressView | null } | null
  /** Null before the first campaign. */
  today: { title: string; tiles: readonly TileView[]; next: string } | null
  refreshSeconds?: number
}

/** The home page of a shop at `now`; `canManage` is false for people who may only look. */
export function homeView(facts: {
  ready: Readiness
  today: Today | null
  now: Date
  canManage: boolean
}): HomeView {
  const { ready, today, now, canManage } = facts
  const steps = setUpSteps(ready)
  const isReady = steps.every(({ done, broke }) => done || broke)
  const still = ready.standingStill.filter(({ inSetUp }) => isReady || !inSetUp)
  return {
    head: headOf({ ready, today, isReady, still: still.length }),
    warning: cartWarning(ready.mall),
    still: still.map((each, i) => stillView(each, isReady && canManage && i === 0)),
    setUp: isReady ? null : setUpOf(ready, steps, canManage, now),
    today: today && { title: `오늘 · ${formatDay(kstDay(now))}`, ...todayOf(today, now) },
    ...(isSyncMoving(ready.mall) ? { refreshSeconds: PROGRESS_SECONDS } : {}),
  }
}

/** True when today's figures can say something. */
export function hasToday(ready: Readiness): boolean {
  return ready.hadCampaigns
}

function headOf(facts: { ready: Readiness; today: Today | null; isReady: boolean; still: number }): HeadView {
  const { ready, today, isReady, still } = facts
  const title = ready.mall.name
  if (!isConnected(ready.mall)) return { title, chip: { tone: 'bad', text: '연결 끊김' } }
  if (still > 0) return { title, chip: { tone: 'hold', text: `멈춘 일 ${still}개` }, ...leadOf(today) }
  if (!isReady) return { title, chip: { tone: 'info', text: '준비 중' }, ...leadOf(today) }
  const open = today?.href
    ? { actions: [{ label: '오늘 발송 보기', href: today.href, kind: 'strong' as const }] }
    : {}
  return { title, chip: { tone: 'ok', text: '잘 돌아가고 있어요' }, ...leadOf(today), ...open }
}

function leadOf(today: Today | null): { lead?: string } {
  if (!today) return {}
  if (today.toSend === 0) return { lead: '오늘은 아직 보낸 메시지가 없어요.' }
  const results =
    today.sent === 0 ? '' : ` ${count(today.clicks)}명이 눌렀고, ${count(today.orders)}건을 주문했어요.`
  return { lead: `오늘 ${count(today.toSend)}명 중 ${count(today.sent)}명에게 보냈어요.${results}` }
}

function todayOf(today: Today, now: Date): { tiles: TileView[]; next: string } {
  const door = today.href ? { href: today.href } : {}
  return {
    tiles: [
      { label: '보낼 고객', figure: `${count(today.toSend)}명`, ...door },
      { label: '보냄', figure: `${count(today.sent)}명`, ...door },
      { label: '클릭', figure: `${count(today.clicks)}명`, ...door },
      { label: '주문', figure: `${count(today.orders)}건`, ...door },
      { label: '매출 (취소 제외)', figure: formatWon(today.revenueWon), ...door },
    ],
    next: today.nextRunAt
      ? `다음 발송 회차는 ${dayAndTime(today.nextRunAt, now)}에 시작해요.`
      : '예정된 발송 회차가 없어요.',
  }
}

function stillView({ reason, remedyHref, remedy }: StandingStill, strong: boolean) {
  const action: ActionView = {
    label: remedy ?? '해결하기',
    href: remedyHref,
    kind: strong ? 'strong' : 'plain',
  }
  return { reason, action }
}

function setUpOf(
  ready: Readiness,
  steps: readonly SetUpStep[],
  canManage: boolean,
  now: Date,
): HomeView['setUp'] {
  const done = steps.filter((step) => step.done).length
  return {
    title: `시작하기 · ${steps.length}개 중 ${done}개 끝났어요`,
    checks: checksOf(steps, canManage),
    progress: syncProgressView(ready.mall.sync, now),
  }
}

function checksOf(steps: readonly SetUpStep[], canManage: boolean): CheckView[] {
  const next = steps.find(({ done, action }) => !done && action)
  return steps.map(({ done, label, note, action }) => ({
    done,
    label,
    ...(note ? { note } : {}),
    ...(action && !done && canManage
      ? { action: { ...action, kind: action === next?.action ? ('strong' as const) : ('plain' as const) } }
      : {}),
  }))
}

function count(figure: number): string {
  return figure.toLocaleString('ko-KR')
}
