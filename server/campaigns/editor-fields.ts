import { LAST_HOLIDAY_YEAR } from '../core/holidays'
import { limitChoice } from '../http/limit-choice'
import type { FieldView } from '../http/page-parts'
import { FALLBACK_BYTES } from '../messages/fallback-problems'
import { editorConditions } from '../segments/condition-of'

const WEEKDAYS = ['월', '화', '수', '목', '금', '토', '일']

/** The choice about people who bought after their newest add; it is always asked. */
export const PURCHASES_FIELD: FieldView = {
  name: 'purchases',
  label: '담은 뒤 구매한 고객은',
  type: 'choice',
  required: true,
  options: [
    { value: 'exclude', label: '보내지 않기' },
    { value: 'only', label: '구매한 고객에게만' },
    { value: 'ignore', label: '구매와 상관없이' },
  ],
}

/** The fields behind "조건 바꾸기". */
export const WHO_FIELDS: readonly FieldView[] = [
  {
    name: 'mode',
    label: '담은 날',
    type: 'select',
    options: [
      { value: 'exactly', label: '정확히 N일 전' },
      { value: 'within', label: '최근 N일 안 (오늘 포함)' },
    ],
  },
  { name: 'days', label: '며칠(N)', unit: '일', inputmode: 'numeric', required: true },
  {
    name: 'scope',
    label: '타겟 범위',
    type: 'choice',
    options: [
      { value: 'all-members', label: '전체 회원' },
      { value: 'consented', label: '광고 수신에 동의한 회원' },
    ],
  },
]

/** A further condition: how it is used, and its numbers. */
export interface ConditionRow {
  use: FieldView
  inputs: FieldView[]
}

/** The further conditions that the table offers. */
export function conditionRowFields(): ConditionRow[] {
  return editorConditions().map(([kind, field]) => ({
    use: {
      name: `extra[${kind}][use]`,
      label: field.label,
      type: 'select',
      options: [
        { value: '', label: '상관없음' },
        ...field.uses.map(({ use, label }) => ({ value: use, label })),
      ],
    },
    inputs: field.inputs.map((input) => ({
      name: `extra[${kind}][${input.name}]`,
      label: `${field.label} ${input.label}`,
      unit: input.unit,
      inputmode: 'numeric',
    })),
  }))
}

/** The fields of "언제, 얼마까지" that are always open. */
export const WHEN_FIELDS: readonly FieldView[] = [
  { name: 'time', label: '발송 시각', type: 'time', required: true },
  {
    name: 'repeatDays',
    label: '중복 수신 제외',
    unit: '일 동안 한 번',
    inputmode: 'numeric',
    required: true,
    hint: '같은 번호에는 이 기간에 한 번만 보내요. 보낸 날도 하루로 세요.',
  },
  {
    name: 'quietFrom',
    label: '에티켓 모드 (야간 발송 제한) 시작',
    type: 'time',
    required: true,
    hint: '20:00보다 늦출 수 없어요.',
  },
  {
    name: 'quietTo',
    label: '에티켓 모드가 끝나는 다음 날 시각',
    type: 'time',
    required: true,
    hint: '08:00보다 당길 수 없어요.',
  },
  limitChoice('cap', '하루 발송 비용 제한'),
  {
    name: 'dailyCapWon',
    label: '하루 한도',
    unit: '원',
    inputmode: 'numeric',
    hint: '‘제한하기’일 때만 써요. 선확보한 비용까지 이 금액을 넘지 않아요.',
  },
]

/** The fields of "언제, 얼마까지" behind "자세히 정하기". */
export const WHEN_MORE_FIELDS: readonly FieldView[] = [
  { name: 'fromDay', label: '시작일', type: 'date', required: true },
  { name: 'untilDay', label: '종료일', type: 'date', hint: '비워 두면 멈출 때까지 보내요.' },
  {
    name: 'latest',
    label: '밤에 미뤄진 메시지를 보내는 마지막 시각',
    type: 'time',
    required: true,
    hint: '다음 날 이 시각이 지나면 보내지 않아요.',
  },
  {
    name: 'attributionDays',
    label: '전환 인정 기간',
    unit: '일',
    inputmode: 'numeric',
    required: true,
    hint: '클릭한 뒤 이 기간 안의 주문을 성과로 세요.',
  },
  {
    name: 'priority',
    label: '우선순위',
    type: 'select',
    options: Array.from({ length: 9 }, (_, i) => priorityOption(i + 1)),
    hint: '같은 시각에 시작하는 캠페인이 같은 고객을 고르면 숫자가 작은 캠페인이 보내요.',
  },
  {
    name: 'maxFactAgeHours',
    label: '쇼핑몰 정보를 믿는 시간',
    unit: '시간',
    inputmode: 'numeric',
    required: true,
    hint: '마지막 동기화가 이보다 오래되면 보내지 않고 기다려요. 보통 26시간이면 돼요.',
  },
  {
    name: 'holidays',
    label: '공휴일',
    type: 'choice',
    required: true,
    options: [
      { value: 'send', label: '공휴일에도 보내기' },
      { value: 'skip', label: '공휴일에는 쉬기' },
    ],
    hint: `대체공휴일과 선거일도 쉬어요. ${LAST_HOLIDAY_YEAR + 1}년부터의 공휴일은 아직 알 수 없어요.`,
  },
]

function priorityOption(value: number) {
  const word = { 1: ' · 가장 먼저', 5: ' · 보통', 9: ' · 가장 나중' }[value] ?? ''
  return { value: String(value), label: `${value}${word}` }
}

/** The days of the week, ticked. */
export const WEEKDAYS_FIELD: FieldView = {
  name: 'weekdays',
  label: '보낼 요일',
  type: 'ticks',
  options: WEEKDAYS.map((label, i) => ({ value: String(i + 1), label })),
}

/** The message itself. */
export const TEXT_FIELD: FieldView = {
  name: 'text',
  label: '본문',
  type: 'textarea',
  rows: 7,
  required: true,
  hint: '{고객 이름}, {상품명}, {담은 금액}을 쓸 수 있어요. 조사는 {상품명:이/가}처럼 쓰면 알맞게 바뀌어요. (광고) 표시와 수신거부 안내는 카카오가 붙여요.',
}

/** Button and fallbacks. */
export const MESSAGE_FIELDS: readonly FieldView[] = [
  {
    name: 'buttonName',
    label: '버튼 이름',
    required: true,
    maxlength: 14,
    hint: '고객의 장바구니로 이어져요.',
  },
  { name: 'fallbackName', label: '이름이 없을 때', required: true, maxlength: 20 },
  { name: 'fallbackProduct', label: '상품명이 없을 때', required: true, maxlength: 40 },
  { name: 'fallbackAmount', label: '담은 금액이 없을 때', required: true, maxlength: 20 },
]

/** The text for people whom Kakao could not reach. */
export const SMS_FIELDS: readonly FieldView[] = [
  {
    name: 'sms',
    label: '카카오톡으로 받지 못한 고객에게',
    type: 'choice',
    required: true,
    options: [
      { value: 'off', label: '더 보내지 않기' },
      { value: 'on', label: '문자로 다시 보내기' },
    ],
    hint: '채널 친구가 아니거나 카카오톡을 쓰지 않아 확실히 받지 못한 고객에게만 보내요.',
  },
  {
    name: 'smsTitle',
    label: '문자 제목',
    hint: `한글 ${FALLBACK_BYTES.title / 2}자까지. (광고)는 앞에 자동으로 붙어요.`,
  },
  {
    name: 'smsText',
    label: '문자 내용',
    type: 'textarea',
    rows: 5,
    hint: '본문처럼 {고객 이름}, {상품명}, {담은 금액}을 쓸 수 있어요. 이모지는 문자에서 빠져요.',
  },
]

/** Field name → label, for the list of errors at the top. */
export function fieldLabels(): Record<string, string> {
  const rows = conditionRowFields().flatMap(({ use, inputs }) => [use, ...inputs])
  const all = [
    { name: 'name', label: '캠페인 이름' },
    PURCHASES_FIELD,
    ...WHO_FIELDS,
    ...rows,
    ...WHEN_FIELDS,
    WEEKDAYS_FIELD,
    ...WHEN_MORE_FIELDS,
    TEXT_FIELD,
    ...MESSAGE_FIELDS,
    ...SMS_FIELDS,
  ]
  return Object.fromEntries(all.map(({ name, label }) => [name, label]))
}

/** Fields that stand behind a fold; an error in one of them opens it. */
export function isFolded(name: string, fold: 'who' | 'when'): boolean {
  if (fold === 'when') return WHEN_MORE_FIELDS.some((field) => field.name === name) || name === 'weekdays'
  return name.startsWith('extra') || WHO_FIELDS.some((field) => field.name === name)
}
