import { z } from 'zod'
import { formatTimeOfDay, isKstDay, type KstDay, parseTimeOfDay } from '../core/seoul'
import { type FormState, newForm } from '../http/form-errors'
import { textField, ticksField, timeField, wholeField } from '../http/form-fields'
import { fallbackProblems } from '../messages/fallback-problems'
import { MessageTemplate, type TextFallback } from '../messages/message'
import type { CampaignSpec } from './campaign'
import { conditionRows, readConditionRows, rowsOfSegment } from './condition-rows'

const WEEKDAY_VALUES = ['1', '2', '3', '4', '5', '6', '7'] as const

const minute = () => timeField().transform((time) => parseTimeOfDay(time) ?? 0)
const dayField = () => z.string().refine(isKstDay, { error: '날짜를 골라 주세요.' })

const CapWon = wholeField({ min: 1, max: 1_000_000_000 })

/** Whole won from 1 on; null only when the switch beside the box is off. */
function capField() {
  return z.unknown().transform((typed, context): number | null => {
    const read = CapWon.safeParse(typed)
    if (typed === null) return null
    if (read.success) return read.data
    context.addIssue({
      code: 'custom',
      message: '하루에 쓸 금액을 1원 이상으로 입력해 주세요. 제한하지 않으려면 ‘제한 없음’을 골라 주세요.',
    })
    return z.NEVER
  })
}

/** The merchant's words of the fallback text; null only when the switch beside them is off. */
function textBox(field: 'title' | 'text') {
  return z.unknown().transform((typed, context): string | null => {
    if (typed === null) return null
    const words = typeof typed === 'string' ? typed.replace(/\r\n?/g, '\n').trim() : ''
    const [problem] = fallbackProblems({ title: words, text: words }).filter((each) => each.field === field)
    if (!problem) return words
    context.addIssue({ code: 'custom', message: problem.message })
    return z.NEVER
  })
}

/** The editor's form as it is posted. What it leaves out of a set-up stays as it was. */
const Fields = z.preprocess(
  withoutIdleBoxes,
  z.object({
    name: textField(60),
    mode: z.enum(['exactly', 'within']),
    days: wholeField({ min: 0, max: 365 }),
    purchases: z.enum(['exclude', 'only', 'ignore'], {
      error: '담은 뒤 구매한 고객을 어떻게 할지 골라 주세요.',
    }),
    scope: z.enum(['all-members', 'consented']),
    extra: conditionRows(),
    time: minute(),
    weekdays: ticksField(WEEKDAY_VALUES).refine((days) => days.length > 0, {
      error: '보낼 요일을 하나 이상 골라 주세요.',
    }),
    fromDay: dayField(),
    untilDay: z
      .string()
      .default('')
      .transform((day) => (day === '' ? null : day))
      .refine((day) => day === null || isKstDay(day), { error: '날짜를 골라 주세요.' }),
    quietFrom: minute(),
    quietTo: minute(),
    repeatDays: wholeField({ min: 1, max: 365 }),
    cap: z.enum(['on', 'off'], { error: '하루 비용을 제한할지 골라 주세요.' }),
    dailyCapWon: capField(),
    latest: minute(),
    attributionDays: wholeField({ min: 1, max: 30 }),
    text: MessageTemplate.shape.text,
    buttonName: MessageTemplate.shape.buttonName,
    fallbackName: MessageTemplate.shape.fallbacks.shape.name,
    fallbackProduct: MessageTemplate.shape.fallbacks.shape.product,
    fallbackAmount: textField(20),
    sms: z.enum(['on', 'off'], { error: '문자로 다시 보낼지 골라 주세요.' }),
    smsTitle: textBox('title'),
    smsText: textBox('text'),
    priority: wholeField({ min: 1, max: 9 }),
    holidays: z.enum(['send', 'skip'], { error: '공휴일에 보낼지 골라 주세요.' }),
    maxFactAgeHours: wholeField({ min: 1, max: 168 }),
  }),
)

/** Parses the editor's form onto `before`, whose other values stay. */
export function campaignForm(before: CampaignSpec) {
  return Fields.transform((fields): CampaignSpec => {
    const { include, exclude } = readConditionRows(fields.extra)
    const { fromDay, untilDay, weekdays, smsTitle, smsText } = fields
    return {
      ...before,
      name: fields.name,
      segment: {
        scope: fields.scope,
        purchases: fields.purchases,
        include: { all: [{ kind: 'latest-add', mode: fields.mode, days: fields.days }, ...include] },
        exclude: exclude.length === 0 ? null : { any: exclude },
      },
      message: {
        ...before.message,
        text: fields.text,
        buttonName: fields.buttonName,
        fallbacks: {
          name: fields.fallbackName,
          product: fields.fallbackProduct,
          amount: fields.fallbackAmount,
        },
      },
      schedule: { atMinute: fields.time, weekdays: weekdays.map(Number), fromDay, untilDay },
      repeatDays: fields.repeatDays,
      dailyCapWon: fields.dailyCapWon,
      quietHours: { fromMinute: fields.quietFrom, toMinute: fields.quietTo },
      latestMinute: fields.latest,
      attributionDays: fields.attributionDays,
      fallback: smsTitle === null || smsText === null ? null : { title: smsTitle, text: smsText },
      priority: fields.priority,
      skipHolidays: fields.holidays === 'skip',
      maxFactAgeHours: fields.maxFactAgeHours,
    }
  })
}

/** What stands in the boxes of the fallback text before a merchant writes one; it is sent only when the switch is on. */
const FIRST_TEXT: TextFallback = {
  title: '담아 두신 상품이 있어요',
  text: '{고객 이름}님, 담아 두신 {상품명:이/가} 장바구니에서 기다리고 있어요.',
}

/** The form filled with a set-up; a draft's first day that has passed is shown as `today`. */
export function formOf(spec: CampaignSpec, options: { today: KstDay; draft: boolean }): FormState {
  const { schedule, message, quietHours } = spec
  const { latestAdd, extra } = rowsOfSegment(spec.segment)
  const stale = options.draft && schedule.fromDay < options.today
  return newForm({
    name: spec.name,
    mode: latestAdd.mode,
    days: latestAdd.days,
    purchases: spec.segment.purchases,
    scope: spec.segment.scope,
    extra,
    time: formatTimeOfDay(schedule.atMinute),
    weekdays: schedule.weekdays,
    fromDay: stale ? options.today : schedule.fromDay,
    untilDay: schedule.untilDay ?? '',
    quietFrom: formatTimeOfDay(quietHours.fromMinute),
    quietTo: formatTimeOfDay(quietHours.toMinute),
    repeatDays: spec.repeatDays,
    cap: spec.dailyCapWon === null ? 'off' : 'on',
    dailyCapWon: spec.dailyCapWon?.toLocaleString('ko-KR') ?? '',
    latest: formatTimeOfDay(spec.latestMinute),
    attributionDays: spec.attributionDays,
    text: message.text,
    buttonName: message.buttonName,
    fallbackName: message.fallbacks.name,
    fallbackProduct: message.fallbacks.product,
    fallbackAmount: message.fallbacks.amount ?? '',
    sms: spec.fallback === null ? 'off' : 'on',
    smsTitle: (spec.fallback ?? FIRST_TEXT).title,
    smsText: (spec.fallback ?? FIRST_TEXT).text,
    priority: spec.priority,
    holidays: spec.skipHolidays ? 'skip' : 'send',
    maxFactAgeHours: spec.maxFactAgeHours,
  })
}

/** An empty box could mean "none" or "no limit": only the switch says which, and switched off, the box says nothing. */
function withoutIdleBoxes(posted: unknown): unknown {
  if (typeof posted !== 'object' || posted === null) return posted
  const cap = 'cap' in posted && posted.cap === 'off' ? { dailyCapWon: null } : {}
  const sms = 'sms' in posted && posted.sms === 'off' ? { smsTitle: null, smsText: null } : {}
  return { ...posted, ...cap, ...sms }
}
