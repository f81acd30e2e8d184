import { formatInstant, formatTime, kstDay, kstMinuteOfDay } from '../core/seoul'
import type { ActionView, ProgressView } from '../http/page-parts'
import { opensBreaker } from '../sends/breaker-rules'
import { count, items } from './figure-texts'
import { holdText } from './hold-texts'
import { FAILURE_TEXTS, isFailureReason } from './reason-texts'
import type { RunReport, RunWay } from './report-service'

/** How a run goes, while anything of it is open. */
export interface RunProgressView {
  title: string
  progress: ProgressView
  /** Why nothing leaves for now, and what can be done about it. */
  hold: { text: string; detail: string[]; action: ActionView | null } | null
  /** What cannot be called back. */
  gone: string
  actions: ActionView[]
  /** Until the page asks for itself again. */
  refreshSeconds: number
  reloadHref: string
}

const SENDING_REFRESH_S = 10
const RESULTS_REFRESH_S = 60

/** What the card of a running run says; null when everything has ended. `mayManage` shows the buttons. */
export function runProgressView(
  report: RunReport,
  { progress }: Pick<RunWay, 'progress'>,
  { mayManage, now }: { mayManage: boolean; now: Date },
): RunProgressView | null {
  const { run, campaign, figures } = report
  if (!progress || run.state !== 'published' || progress.waiting + progress.out === 0) return null
  const { waiting, out, gone } = progress
  const isSending = waiting > 0
  const planned = figures.planned
  const behind = planned - waiting
  return {
    title: titleOf(isSending, progress.hold !== null),
    progress: {
      label: isSending ? `보내기로 한 ${items(planned)} 가운데` : '결과를 기다리는 메시지',
      share: planned === 0 ? 0 : behind / planned,
      figure: isSending ? `${count(behind)} / ${items(planned)}` : items(out),
      finish: finishText(progress, now),
    },
    hold: isSending ? holdOf(report, progress) : null,
    gone:
      gone > 0
        ? `이미 나간 ${items(gone)}은 되돌릴 수 없어요. 아직 나가지 않은 메시지는 ${items(waiting)}이에요.`
        : `아직 나간 메시지가 없어요. ${items(waiting)}이 기다리고 있어요.`,
    actions: isSending && mayManage ? actionsOf(run.id, campaign) : [],
    refreshSeconds: isSending ? SENDING_REFRESH_S : RESULTS_REFRESH_S,
    reloadHref: `/reports/runs/${run.id}`,
  }
}

function titleOf(isSending: boolean, isHeld: boolean): string {
  if (!isSending) return '모두 나갔고, 결과를 기다리고 있어요'
  return isHeld ? '잠시 멈춰 있어요' : '보내고 있어요'
}

function finishText(
  { waiting, out, ratePerMinute, finishesAt }: NonNullable<RunWay['progress']>,
  now: Date,
): string {
  if (waiting === 0) return `결과가 오지 않은 ${items(out)}을 대행사에 물어보고 있어요.`
  const rate = ratePerMinute === null ? '' : `1분에 ${items(ratePerMinute)}`
  if (!finishesAt) return rate === '' ? '끝나는 시각은 보내기 시작하면 알 수 있어요.' : rate
  const end =
    kstDay(finishesAt) === kstDay(now) ? formatTime(kstMinuteOfDay(finishesAt)) : formatInstant(finishesAt)
  return [...(rate === '' ? [] : [rate]), `${end}쯤 모두 나가요`].join(' · ')
}

function holdOf(
  { run, campaign, figures }: RunReport,
  { hold }: NonNullable<RunWay['progress']>,
): RunProgressView['hold'] {
  if (!hold) return null
  const { sentence, place } = holdText(hold.reason)
  const since = `${formatInstant(hold.since)}부터 멈춰 있어요.`
  if (hold.reason === 'failures') {
    return {
      text: sentence,
      detail: [
        ...failureLines(figures),
        ...unknownLine(figures),
        since,
        '까닭을 고친 뒤에 다시 보내 주세요. 이미 실패한 고객에게는 다시 보내지 않아요.',
      ],
      action: {
        label: '남은 발송 다시 보내기',
        href: `/reports/runs/${run.id}/go-on`,
        method: 'post',
        kind: 'strong',
      },
    }
  }
  if (hold.reason === 'paused') {
    const href = `/campaigns/${campaign.id}?confirm=start#confirm`
    return { text: sentence, detail: [since], action: { label: '다시 시작하기', href } }
  }
  return { text: sentence, detail: [since], action: place ? { ...place } : null }
}

/** What failed and is not the person's own, the most frequent first, in three lines at most. */
function failureLines({ reasons, firstFailures }: RunReport['figures']): string[] {
  return Object.keys(FAILURE_TEXTS)
    .filter(isFailureReason)
    .map((reason) => ({
      text: FAILURE_TEXTS[reason],
      failed: (reasons[`failed:${reason}`] ?? 0) + (firstFailures[reason] ?? 0),
      isOurs: opensBreaker(reason),
    }))
    .filter(({ failed, isOurs }) => isOurs && failed > 0)
    .sort((a, b) => b.failed - a.failed)
    .slice(0, 3)
    .map(({ text, failed }) => `${text.label} ${items(failed)}: ${text.sentence}`)
}

/** Too many lost answers halt a run too. */
function unknownLine({ unknown }: RunReport['figures']): string[] {
  return unknown === 0
    ? []
    : [`결과 확인 중 ${items(unknown)}: 발송 대행사의 답을 받지 못해, 나갔는지 물어보고 있어요.`]
}

function actionsOf(runId: string, campaign: RunReport['campaign']): ActionView[] {
  const base = `/reports/runs/${runId}`
  if (campaign.state === 'ended') return []
  return [
    ...(campaign.state === 'running' ? [{ label: '일시 정지', href: `${base}?confirm=pause#confirm` }] : []),
    { label: '캠페인 종료', href: `${base}?confirm=stop#confirm`, kind: 'danger' as const },
  ]
}
