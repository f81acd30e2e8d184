import { isWideEnough, QUIET_HOURS } from '../core/quiet-hours'
import { addDays, daysBetween, formatTimeOfDay, type KstDay } from '../core/seoul'
import type { CampaignSpec } from './campaign'
import { DAYS_AHEAD, isScheduledOn } from './schedule-rules'

/** What is wrong with one field of a set-up; `field` is its name in the editor's form. */
export interface SpecProblem {
  field: 'fromDay' | 'untilDay' | 'weekdays' | 'holidays' | 'quietFrom' | 'quietTo' | 'latest'
  text: string
}

/**
 * What no single field can know, in the order of the form; empty when the set-up may be stored. `today` is the Seoul day;
 * a first day that passed while the campaign ran (`runningFrom`) may stay.
 */
export function specProblems(spec: CampaignSpec, today: KstDay, runningFrom: KstDay | null): SpecProblem[] {
  return [...dayProblems(spec, today, runningFrom), ...quietProblems(spec), ...latestProblems(spec)]
}

function dayProblems(spec: CampaignSpec, today: KstDay, runningFrom: KstDay | null): SpecProblem[] {
  const { fromDay, untilDay } = spec.schedule
  const problems: SpecProblem[] = []
  if (fromDay < today && fromDay !== runningFrom)
    problems.push({ field: 'fromDay', text: '이미 지난 날이에요. 오늘이나 앞으로의 날짜를 골라 주세요.' })
  if (untilDay !== null && untilDay < fromDay)
    problems.push({ field: 'untilDay', text: '시작일과 같거나 뒤인 날짜를 골라 주세요.' })
  else if (untilDay !== null && untilDay < today)
    problems.push({ field: 'untilDay', text: '이미 지난 날이에요. 비워 두거나 앞으로의 날짜를 골라 주세요.' })
  else if (problems.length === 0 && !hasAnyDay({ ...spec, skipHolidays: false }))
    problems.push({ field: 'weekdays', text: '시작일과 종료일 사이에 고른 요일이 없어요.' })
  else if (problems.length === 0 && !hasAnyDay(spec))
    problems.push({
      field: 'holidays',
      text: '시작일과 종료일 사이에 보낼 날이 모두 공휴일이에요. 기간을 늘리거나 공휴일에도 보내 주세요.',
    })
  return problems
}

function hasAnyDay(spec: CampaignSpec): boolean {
  const { fromDay, untilDay } = spec.schedule
  const days = untilDay === null ? DAYS_AHEAD : Math.min(daysBetween(fromDay, untilDay) + 1, DAYS_AHEAD)
  return Array.from({ length: days }, (_, i) => addDays(fromDay, i)).some((day) => isScheduledOn(spec, day))
}

function quietProblems({ quietHours }: CampaignSpec): SpecProblem[] {
  const { fromMinute, toMinute } = quietHours
  if (isWideEnough(quietHours)) return []
  if (fromMinute <= toMinute)
    return [{ field: 'quietFrom', text: '저녁에 시작해 다음 날 아침에 끝나도록 입력해 주세요.' }]
  return fromMinute > QUIET_HOURS.fromMinute
    ? [{ field: 'quietFrom', text: '밤 발송 제한은 20:00이나 그보다 일찍 시작해야 해요.' }]
    : [{ field: 'quietTo', text: '밤 발송 제한은 08:00이나 그보다 늦게 끝나야 해요.' }]
}

function latestProblems({ latestMinute, quietHours }: CampaignSpec): SpecProblem[] {
  if (!isWideEnough(quietHours)) return []
  if (latestMinute > quietHours.toMinute && latestMinute <= quietHours.fromMinute) return []
  const [from, to] = [formatTimeOfDay(quietHours.toMinute), formatTimeOfDay(quietHours.fromMinute)]
  return [{ field: 'latest', text: `에티켓 모드가 아닌 시각(${from} 뒤부터 ${to}까지)을 입력해 주세요.` }]
}
