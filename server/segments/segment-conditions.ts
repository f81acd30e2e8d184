import { z } from 'zod'
import { addDays, formatDay, formatInstant, type KstDay } from '../core/seoul'
import { formatWon } from '../core/won'
import { conditionKind, type SentencePart, type ShopperFacts } from './condition-kind'
import { longDay } from './long-day'

const HOUR_MS = 3_600_000
const MAX_HOURS = 24 * 365
const MAX_WON = 1_000_000_000

const latestAdd = conditionKind({
  schema: z.object({
    kind: z.literal('latest-add'),
    mode: z.enum(['exactly', 'within']),
    days: z.number().int().min(0).max(365),
  }),
  filter: ({ mode, days }, { day }) => ({
    // Below tomorrow, not up to today: decision 0001 on inclusive bounds. They would leave out everybody who added today.
    latestAddDay:
      mode === 'exactly' ? addDays(day, -days) : { $gte: addDays(day, -days), $lt: addDays(day, 1) },
  }),
  holds({ mode, days }, { latestAddDay }, { day }) {
    const earliest = addDays(day, -days)
    if (latestAddDay === null) return false
    return mode === 'exactly' ? latestAddDay === earliest : latestAddDay >= earliest && latestAddDay <= day
  },
  saw: ({ latestAddDay }) => [
    latestAddDay ? `마지막으로 담은 날 ${formatDay(latestAddDay)}` : '담은 기록 없음',
  ],
  says: ({ mode, days }, { day }) => [
    plain('마지막으로 장바구니에 담은 날이 '),
    strong(mode === 'exactly' ? exactDay(days, day) : lastDays(days, day)),
  ],
  field: null,
})

const hoursSinceAdd = conditionKind({
  schema: z
    .object({
      kind: z.literal('hours-since-add'),
      atLeast: z.number().int().min(0).max(MAX_HOURS),
      atMost: z.number().int().min(0).max(MAX_HOURS),
    })
    .refine(({ atLeast, atMost }) => atLeast <= atMost, {
      path: ['atMost'],
      error: '최소 시간보다 크게 입력해 주세요.',
    }),
  filter: ({ atLeast, atMost }, { now }) => ({
    latestAddAt: { $gte: hoursBefore(now, atMost), $lte: hoursBefore(now, atLeast) },
  }),
  holds({ atLeast, atMost }, { latestAddAt }, { now }) {
    return (
      latestAddAt !== null &&
      latestAddAt >= hoursBefore(now, atMost) &&
      latestAddAt <= hoursBefore(now, atLeast)
    )
  },
  saw: ({ latestAddAt }) => [
    latestAddAt ? `마지막으로 담은 때 ${formatInstant(latestAddAt)}` : '담은 기록 없음',
  ],
  says: ({ atLeast, atMost }) => [plain('담은 뒤 지난 시간이 '), strong(`${atLeast}~${atMost}시간`)],
  field: {
    label: '담은 뒤 지난 시간',
    uses: [
      { use: 'include', label: '이 시간인 고객만' },
      { use: 'exclude', label: '이 시간인 고객 제외' },
    ],
    inputs: [
      { name: 'atLeast', label: '최소', unit: '시간', max: MAX_HOURS, optional: false },
      { name: 'atMost', label: '최대', unit: '시간', max: MAX_HOURS, optional: false },
    ],
    initial: { atLeast: 1, atMost: 24 },
    read: ({ atLeast, atMost }) => ({
      kind: 'hours-since-add' as const,
      atLeast: atLeast ?? 0,
      atMost: atMost ?? 0,
    }),
    write: ({ atLeast, atMost }) => ({ atLeast, atMost }),
  },
})

const cartTotal = conditionKind({
  schema: z
    .object({
      kind: z.literal('cart-total'),
      atLeastWon: z.number().int().min(0).max(MAX_WON),
      atMostWon: z.number().int().min(0).max(MAX_WON).nullable(),
    })
    .refine(({ atLeastWon, atMostWon }) => atMostWon === null || atLeastWon <= atMostWon, {
      path: ['atMostWon'],
      error: '최소 금액보다 크게 입력해 주세요.',
    }),
  filter: ({ atLeastWon, atMostWon }) => ({
    // Won are integers, so that no bound has to be inclusive (decision 0001).
    cartWon: atMostWon === null ? { $gt: atLeastWon - 1 } : { $gt: atLeastWon - 1, $lt: atMostWon + 1 },
  }),
  holds: ({ atLeastWon, atMostWon }, { cartWon }) =>
    cartWon >= atLeastWon && (atMostWon === null || cartWon <= atMostWon),
  saw: ({ cartWon }) => [`담은 금액 ${formatWon(cartWon)}`],
  says: ({ atLeastWon, atMostWon }) => [
    plain('담은 금액이 '),
    strong(
      atMostWon === null
        ? `${formatWon(atLeastWon)} 이상`
        : `${formatWon(atLeastWon)}~${formatWon(atMostWon)}`,
    ),
  ],
  field: {
    label: '담은 금액',
    uses: [
      { use: 'include', label: '이 금액인 고객만' },
      { use: 'exclude', label: '이 금액인 고객 제외' },
    ],
    inputs: [
      { name: 'atLeastWon', label: '최소', unit: '원', max: MAX_WON, optional: false },
      { name: 'atMostWon', label: '최대 (비우면 제한 없음)', unit: '원', max: MAX_WON, optional: true },
    ],
    initial: { atLeastWon: 30_000, atMostWon: null },
    read: ({ atLeastWon, atMostWon }) => ({
      kind: 'cart-total' as const,
      atLeastWon: atLeastWon ?? 0,
      atMostWon: atMostWon ?? null,
    }),
    write: ({ atLeastWon, atMostWon }) => ({ atLeastWon, atMostWon }),
  },
})

const adConsent = conditionKind({
  schema: z.object({ kind: z.literal('ad-consent'), is: z.boolean() }),
  filter: ({ is }) => ({ adConsent: is }),
  holds: ({ is }, facts) => facts.adConsent === is,
  saw: (facts) => [facts.adConsent ? '광고 수신 동의함' : '광고 수신 동의하지 않음'],
  says: ({ is }) => [plain('광고 수신에 '), strong(is ? '동의한 상태' : '동의하지 않은 상태')],
  field: {
    label: '광고 수신 동의',
    uses: [
      { use: 'include', label: '동의한 고객만' },
      { use: 'exclude', label: '동의하지 않은 고객 제외' },
    ],
    inputs: [],
    initial: {},
    read: (_values, use) => ({ kind: 'ad-consent' as const, is: use === 'include' }),
    write: () => ({}),
  },
})

const boughtSinceAdd = conditionKind({
  schema: z.object({ kind: z.literal('bought-since'), is: z.boolean() }),
  filter: ({ is }) => (is ? BOUGHT_SINCE : NOT_BOUGHT_SINCE),
  holds: ({ is }, facts) => boughtSince(facts) === is,
  saw: ({ latestOrderAt }) => [
    latestOrderAt ? `마지막 구매 ${formatInstant(latestOrderAt)}` : '구매 기록 없음',
  ],
  says: ({ is }) => [plain('담은 뒤 '), strong(is ? '구매한 상태' : '구매하지 않은 상태')],
  field: null,
})

const neverReceived = conditionKind({
  schema: z.object({ kind: z.literal('never-received') }),
  // Who received what is written in the ledger of sends and nowhere else: the query lets everybody through.
  filter: () => ({}),
  asksLedger: true,
  holds: (_condition, { receivedCampaigns = [] }, { campaignId }) => !receivedCampaigns.includes(campaignId),
  saw: ({ receivedCampaigns = [] }, { campaignId }) => [
    receivedCampaigns.includes(campaignId) ? '이 캠페인을 받은 적 있음' : '이 캠페인을 받은 적 없음',
  ],
  says: () => [plain('이 캠페인을 '), strong('받은 적 없는 상태')],
  field: {
    label: '이 캠페인을 받은 적',
    uses: [{ use: 'include', label: '받은 적 없는 고객만' }],
    inputs: [],
    initial: {},
    read: () => ({ kind: 'never-received' as const }),
    write: () => ({}),
  },
})

/** Every kind of condition there is; a new one is one entry here. */
export const CONDITION_KINDS = [
  latestAdd,
  hoursSinceAdd,
  cartTotal,
  adConsent,
  boughtSinceAdd,
  neverReceived,
] as const

/** One condition about one shopper, as campaigns store it. */
export const Condition = z.discriminatedUnion('kind', schemasOf(CONDITION_KINDS))
export type Condition = z.infer<typeof Condition>

/** True when the newest order is not older than the newest add; false for who never added or never bought. */
export function boughtSince({
  latestAddAt,
  latestOrderAt,
}: Pick<ShopperFacts, 'latestAddAt' | 'latestOrderAt'>): boolean {
  return latestAddAt !== null && latestOrderAt !== null && latestOrderAt >= latestAddAt
}

// Fields that are null or missing compare as smaller than dates, so each is asked for by itself.
const BOUGHT_SINCE = {
  $and: [
    { latestAddAt: { $ne: null } },
    { latestOrderAt: { $ne: null } },
    { $expr: { $gte: ['$latestOrderAt', '$latestAddAt'] } },
  ],
}
const NOT_BOUGHT_SINCE = {
  $or: [
    { latestAddAt: null },
    { latestOrderAt: null },
    { $expr: { $lt: ['$latestOrderAt', '$latestAddAt'] } },
  ],
}

type SchemasOf<T extends readonly { schema: z.ZodType }[]> = { [I in keyof T]: T[I]['schema'] }

function schemasOf<const T extends readonly { schema: z.ZodType }[]>(kinds: T): SchemasOf<T> {
  return kinds.map((kind) => kind.schema) as SchemasOf<T>
}

function exactDay(days: number, today: KstDay): string {
  return days === 0 ? `오늘(${longDay(today)})` : `정확히 ${days}일 전(${longDay(addDays(today, -days))})`
}

function lastDays(days: number, today: KstDay): string {
  return days === 0
    ? `오늘(${longDay(today)})`
    : `최근 ${days}일 안(${longDay(addDays(today, -days))}부터 오늘까지)`
}

function hoursBefore(at: Date, hours: number): Date {
  return new Date(at.getTime() - hours * HOUR_MS)
}

function plain(text: string): SentencePart {
  return { text, strong: false }
}

function strong(text: string): SentencePart {
  return { text, strong: true }
}
