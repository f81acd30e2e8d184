import { holidayName } from '../core/holidays'
import { isQuiet } from '../core/quiet-hours'
import { addDays, daysBetween, type KstDay, kstDay, kstInstant, kstWeekday } from '../core/seoul'
import type { Campaign, CampaignSpec } from './campaign'

type Scheduled = Pick<CampaignSpec, 'schedule' | 'skipHolidays'>

/** Days in which a schedule that goes on has a day: no weekday is a public holiday ten weeks running. */
export const DAYS_AHEAD = 70

/** How far back a missed day is still told; older ones say nothing that helps. */
const MISSED_DAYS_BACK = 31

/** The instant at which a run of `day` is planned. */
export function plannedInstant({ schedule }: Pick<CampaignSpec, 'schedule'>, day: KstDay): Date {
  return kstInstant(day, schedule.atMinute)
}

/** True when a run belongs on this day: the schedule names it, and it is no holiday on which the campaign rests. */
export function isScheduledOn(spec: Scheduled, day: KstDay): boolean {
  return isNamed(spec, day) && restsOn(spec, day) === null
}

/** The public holiday for which the campaign rests on a day that its schedule names; null on every other day. */
export function restsOn(spec: Scheduled, day: KstDay): string | null {
  return spec.skipHolidays && isNamed(spec, day) ? holidayName(day) : null
}

/** The next days from `today` on, at most `count` and a year ahead, on which the campaign rests for a holiday. */
export function restDays(spec: Scheduled, today: KstDay, count: number): { day: KstDay; name: string }[] {
  const found: { day: KstDay; name: string }[] = []
  for (let ahead = 0; ahead < 366 && found.length < count; ahead += 1) {
    const day = addDays(today, ahead)
    const name = restsOn(spec, day)
    if (name !== null) found.push({ day, name })
  }
  return found
}

/**
 * The order in which runs that are due are planned: by their minute, then by priority. What is equal keeps its order.
 */
export function byPlanOrder(a: PlannedPlace, b: PlannedPlace): number {
  const minutes = plannedInstant(a.spec, a.day).getTime() - plannedInstant(b.spec, b.day).getTime()
  return minutes === 0 ? a.spec.priority - b.spec.priority : minutes
}

interface PlannedPlace {
  spec: Pick<CampaignSpec, 'schedule' | 'priority'>
  day: KstDay
}

function isNamed({ schedule }: Scheduled, day: KstDay): boolean {
  return (
    day >= schedule.fromDay &&
    (schedule.untilDay === null || day <= schedule.untilDay) &&
    schedule.weekdays.includes(kstWeekday(day))
  )
}

/** The Seoul day whose run should exist by now: today from the campaign's minute on, or null. Late is due, yesterday is not. */
export function occurrenceDue(spec: Scheduled, campaign: Pick<Campaign, 'state'>, now: Date): KstDay | null {
  const today = kstDay(now)
  if (campaign.state !== 'running' || !isScheduledOn(spec, today)) return null
  return now >= plannedInstant(spec, today) ? today : null
}

/** When the next run is planned; today's instant, even a past one, unless `today` was handled. Null when none is left. */
export function nextOccurrence(spec: Scheduled, now: Date, todayHandled: boolean): Date | null {
  const today = kstDay(now)
  const first = todayHandled ? addDays(today, 1) : today
  const from = laterDay(first, spec.schedule.fromDay)
  for (let ahead = 0; ahead < DAYS_AHEAD; ahead += 1) {
    const day = addDays(from, ahead)
    if (isScheduledOn(spec, day)) return plannedInstant(spec, day)
  }
  return null
}

/**
 * Scheduled days before today that have no run and never will (law 11), oldest first. `since` is when the campaign
 * last began to run with this schedule, `handled` the days that have a run of any state.
 */
export function missedDays(spec: Scheduled, since: Date, handled: ReadonlySet<KstDay>, now: Date): KstDay[] {
  const today = kstDay(now)
  const from = laterDay(kstDay(since), addDays(today, -MISSED_DAYS_BACK))
  return Array.from({ length: Math.max(daysBetween(from, today), 0) }, (_, i) => addDays(from, i)).filter(
    (day) => isScheduledOn(spec, day) && !handled.has(day),
  )
}

/** True when the schedule's last day is over. */
export function isOver({ schedule }: Scheduled, now: Date): boolean {
  return schedule.untilDay !== null && kstDay(now) > schedule.untilDay
}

/**
 * The last instant at which a send of the run of `day` may leave: the latest time of the morning after its night. A run
 * planned before the morning edge has its night before it, so that is the same day's.
 */
export function latestInstant(
  spec: Pick<CampaignSpec, 'schedule' | 'quietHours' | 'latestMinute'>,
  day: KstDay,
): Date {
  const { atMinute } = spec.schedule
  const early = isQuiet(plannedInstant(spec, day), spec.quietHours) && atMinute < spec.quietHours.toMinute
  return kstInstant(early ? day : addDays(day, 1), spec.latestMinute)
}

function laterDay(a: KstDay, b: KstDay): KstDay {
  if (a > b) return a
  return b
}
