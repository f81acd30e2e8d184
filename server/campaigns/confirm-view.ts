import { isQuiet, nextAllowedInstant } from '../core/quiet-hours'
import { formatDay, formatInstant, kstDay } from '../core/seoul'
import type { ConfirmView } from '../http/page-parts'
import type { CampaignSpec } from './campaign'
import type { CurrentCampaign, FirstDay, PendingSends, Readiness } from './campaign-parts'
import type { Preview } from './preview-service'
import { costText, countText } from './preview-view'
import { isScheduledOn, nextOccurrence, plannedInstant } from './schedule-rules'

/** The question before a campaign begins to run. */
export interface StartView {
  title: string
  consequence: string
  /** Null while something is missing; then `remedy` says what. */
  choices: { label: string; first: FirstDay; strong: boolean }[]
  remedy: { text: string; href: string; label: string } | null
  action: string
  cancelHref: string
}

/** What a start (or a resume) will do, in numbers; when today's time has passed, today and tomorrow are both offered. */
export function startView(
  current: CurrentCampaign,
  facts: { preview: Preview; readiness: Readiness; now: Date; base: string },
): StartView {
  const { preview, readiness, now, base } = facts
  const { campaign } = current
  const again = campaign.state === 'paused'
  return {
    title: again ? '캠페인을 다시 시작할까요?' : '캠페인을 시작할까요?',
    ...(readiness.ready
      ? { ...startChoices(current, preview, now), remedy: null }
      : {
          consequence: readiness.text,
          choices: [],
          remedy: { text: readiness.text, href: readiness.href, label: '발송 계정 연결하기' },
        }),
    action: `${base}/${again ? 'resume' : 'start'}`,
    cancelHref: base,
  }
}

function startChoices(
  { campaign, revision, todaysRun }: CurrentCampaign,
  preview: Preview,
  now: Date,
): Pick<StartView, 'consequence' | 'choices'> {
  const { spec } = revision
  const today = kstDay(now)
  const word = campaign.state === 'paused' ? '다시 시작' : '시작'
  const cost = costText(preview)
  const who = `지금 기준 ${countText(preview.send)}${cost === null ? '' : `, ${cost}`}이에요.`
  const passed = isScheduledOn(spec, today) && todaysRun === null && now >= plannedInstant(spec, today)
  const next = nextOccurrence(spec, now, todaysRun !== null || passed)
  if (!passed) {
    const when = next
      ? `${formatInstant(next)}에 처음 보내요.`
      : '남은 발송일이 없어요. 종료일과 요일을 확인해 주세요.'
    return {
      consequence: `${when} ${who}`,
      choices: next ? [{ label: `${word}`, first: 'today', strong: true }] : [],
    }
  }
  const later = next
    ? [{ label: `${formatDay(kstDay(next))}부터 ${word}`, first: 'tomorrow' as const, strong: false }]
    : []
  return {
    consequence: `오늘 발송 시각이 지나서, 오늘부터 ${word}하면 ${soon(spec, now)} ${who}`,
    choices: [{ label: `오늘부터 ${word}`, first: 'today', strong: true }, ...later],
  }
}

/** What a run that begins now does: at night it is planned now and leaves in the morning. */
function soon({ quietHours }: Pick<CampaignSpec, 'quietHours'>, now: Date): string {
  if (!isQuiet(now, quietHours)) return '바로 보내기 시작해요.'
  return `에티켓 모드가 끝나는 ${formatInstant(nextAllowedInstant(now, quietHours))}부터 보내요.`
}

/** The question before a pause or a stop, with its consequence in numbers. */
export function haltView(act: 'pause' | 'stop', pending: PendingSends, base: string): ConfirmView {
  const { waiting, left } = pending
  const gone = left > 0 ? ` 이미 나간 ${left.toLocaleString('ko-KR')}건은 되돌릴 수 없습니다.` : ''
  const waits = waiting.toLocaleString('ko-KR')
  if (act === 'pause') {
    const held =
      waiting > 0
        ? `아직 나가지 않은 ${waits}건을 붙잡아 둡니다. 다시 시작하면 이어서 보내고, 발송 기한이 지나면 보내지 않습니다.`
        : '다시 시작할 때까지 새로 보내지 않습니다.'
    return {
      title: '캠페인을 일시 정지할까요?',
      consequence: held + gone,
      action: `${base}/pause`,
      label: '일시 정지',
      cancelHref: base,
    }
  }
  const called =
    waiting > 0
      ? `아직 나가지 않은 ${waits}건을 취소합니다.`
      : '앞으로 이 캠페인은 보내지 않습니다. 다시 시작할 수 없습니다.'
  return {
    title: '캠페인을 종료할까요?',
    consequence: called + gone,
    action: `${base}/stop`,
    label: '캠페인 종료',
    cancelHref: base,
  }
}
