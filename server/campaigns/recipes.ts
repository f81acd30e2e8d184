import { QUIET_HOURS } from '../core/quiet-hours'
import type { KstDay } from '../core/seoul'
import { type CampaignSpec, SPEC_DEFAULTS } from './campaign'

/** A set-up to begin from. */
export interface Recipe {
  key: 'day-7'
  title: string
  /** What it does, for whom, in one Korean sentence. */
  lead: string
  /** The first revision of a campaign made on `today`. */
  specFrom(today: KstDay): CampaignSpec
}

const TEXT = '{고객 이름}님, 담아 두신 {상품명:이/가} 장바구니에서 기다리고 있어요.\n\n담은 금액 {담은 금액}'

const DAY_7: Recipe = {
  key: 'day-7',
  title: '담은 지 7일 된 고객',
  lead: '장바구니에 담고 7일이 지나도록 구매하지 않은 고객에게 매일 오전 10시에 한 번 알려요.',
  specFrom: (today) => ({
    name: '담은 지 7일 된 고객에게 다시 알리기',
    segment: {
      scope: 'all-members',
      include: { all: [{ kind: 'latest-add', mode: 'exactly', days: 7 }] },
      exclude: null,
      purchases: 'exclude',
    },
    message: {
      channel: 'brand-text',
      targeting: 'I',
      text: TEXT,
      buttonName: '장바구니 보기',
      fallbacks: { name: '고객', product: '상품', amount: '장바구니에서 확인' },
    },
    landing: 'cart',
    schedule: { atMinute: 10 * 60, weekdays: [1, 2, 3, 4, 5, 6, 7], fromDay: today, untilDay: null },
    repeatDays: 7,
    dailyCapWon: 30_000,
    quietHours: QUIET_HOURS,
    latestMinute: 12 * 60,
    maxFactAgeHours: 26,
    attributionDays: 7,
    ...SPEC_DEFAULTS,
  }),
}

/** The recipes that the list and the empty page offer. */
export const RECIPES: readonly Recipe[] = [DAY_7]

/** The recipe called `key`, or null. */
export function findRecipe(key: string): Recipe | null {
  return RECIPES.find((recipe) => recipe.key === key) ?? null
}
