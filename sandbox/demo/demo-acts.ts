import { DAY_MS, kstDayStart, wholeSecond } from '../mall/kst'
import type { MemberFixture, ProductFixture } from '../mall/shop-fixture'
import type { Draft } from './draft'

// Hours of a Seoul day as often as shoppers come: few in the morning, most in the evening.
const HOURS: [number, ...number[]] = [
  0, 1, 7, 8, 9, 10, 11, 12, 12, 13, 14, 15, 16, 17, 18, 19, 20, 20, 21, 21, 21, 22, 22, 22, 23, 23,
]
const DAY_SECONDS = 86_400
const ROOM_MS = 120_000

/** An instant on the Seoul day `daysAgo` before the draft's now; on the day itself before now, or the evening before where it is too young. */
export function instantOn(draft: Draft, daysAgo: number, secondOfDay?: number): number {
  const { dice, now } = draft
  const today = kstDayStart(now.getTime())
  const second = secondOfDay ?? dice.pick(HOURS) * 3600 + dice.whole(0, 3599)
  if (daysAgo > 0) return today - daysAgo * DAY_MS + second * 1000
  const age = now.getTime() - today - ROOM_MS
  if (age <= 0) return today - 3_600_000 + dice.whole(0, 3599) * 1000
  return wholeSecond(today + (second / DAY_SECONDS) * age)
}

/** Puts goods into the member's cart at one instant each. */
export function addLines(
  draft: Draft,
  member: MemberFixture,
  goods: ProductFixture[],
  at: () => number,
): void {
  for (const product of goods) {
    draft.carts.push({
      memberId: member.id,
      productNo: product.no,
      quantity: draft.dice.chance(85) ? 1 : 2,
      addedAtMs: at(),
    })
  }
}

/** Has the member buy one to three goods at this instant, without emptying the cart (direct purchase). */
export function buy(
  draft: Draft,
  member: MemberFixture,
  orderedAtMs: number,
  canceledAtMs: number | null = null,
): void {
  const items = draft.dice.sample(draft.goods, draft.dice.whole(1, 3)).map((product) => ({
    productNo: product.no,
    quantity: 1,
    priceWon: product.priceWon,
  }))
  draft.orders.push({ memberId: member.id, orderedAtMs, canceledAtMs, items })
}
