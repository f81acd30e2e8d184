import type { FrequencyCap } from '../../server/malls/frequency-cap'
import type { Send } from '../../server/sends/send'

/** A person as the suite knows them; the lower the index, the dearer the cart. */
export interface YearPerson {
  memberId: string
  phoneKey: string
  /** The Seoul day of the newest add. */
  addDay: string
}

/** A campaign as the suite chose it. */
export interface YearCampaign {
  id: string
  mark: string
  atMinute: number
  weekdays: readonly number[]
  skipHolidays: boolean
  /** People whose newest add is at most this many days back. */
  withinDays: number
  repeatDays: number
}

/** What the suite knows of one send: enough to say whom it blocks. */
export type YearSend = Pick<Send, 'id' | 'runId' | 'campaignId' | 'runDay' | 'phoneKey' | 'end' | 'endReason'>

const DAY_MS = 86_400_000

/** `day` moved by whole days, reckoned apart from the product. */
export function dayPlus(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
}

/** The Seoul day of an instant. */
export function seoulDayOf(at: Date): string {
  return new Date(at.getTime() + 9 * 3_600_000).toISOString().slice(0, 10)
}

/** True when a run belongs on `day`. */
export function belongsOn(
  { weekdays, skipHolidays }: YearCampaign,
  day: string,
  holidays: ReadonlySet<string>,
): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay() || 7
  return weekdays.includes(weekday) && !(skipHolidays && holidays.has(day))
}

/** True for a send after which the phone must be left alone for a while (law 1). */
export function counts({ end, endReason }: Pick<YearSend, 'end' | 'endReason'>): boolean {
  return end === null || end === 'delivered' || (end === 'failed' && endReason === 'uncertain')
}

/** What a plan of `campaign` on `day` must decide, by reason, and to which phones it sends. */
export function expectPlan(
  campaign: YearCampaign,
  day: string,
  known: {
    people: readonly YearPerson[]
    sends: readonly YearSend[]
    optedOut: ReadonlySet<string>
    frequency: FrequencyCap
  },
): { decisions: Record<string, number>; phones: Set<string> } {
  const decisions: Record<string, number> = {}
  const phones = new Set<string>()
  const from = dayPlus(day, -campaign.withinDays)
  const repeatFrom = dayPlus(day, 1 - campaign.repeatDays)
  const oftenFrom = dayPlus(day, 1 - known.frequency.days)
  for (const { phoneKey, addDay } of known.people) {
    if (addDay < from || addDay > day) continue
    const before = known.sends.filter((send) => send.phoneKey === phoneKey && counts(send))
    const isRepeat = before.some(
      ({ campaignId, runDay }) => campaignId === campaign.id && runDay >= repeatFrom,
    )
    const isOften = before.filter(({ runDay }) => runDay >= oftenFrom).length >= known.frequency.messages
    const reason = known.optedOut.has(phoneKey)
      ? 'opted-out'
      : isRepeat
        ? 'repeat'
        : isOften
          ? 'frequency'
          : phones.has(phoneKey)
            ? 'same-phone'
            : 'send'
    decisions[reason] = (decisions[reason] ?? 0) + 1
    if (reason === 'send') phones.add(phoneKey)
  }
  return { decisions, phones }
}
