import type { MemberFixture } from '../mall/shop-fixture'
import { addLines, buy, instantOn } from './demo-acts'
import type { Draft } from './draft'

// Day 7 has its own cast, so that its figures are known.
const DAYS: [number, ...number[]] = [
  0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,
]
const OLDEST_DAY = 29

/** Gives everybody else a month of ordinary life: carts on other days, orders, a few without phone or consent. */
export function playBackground(draft: Draft): void {
  let rank = 0
  for (let member = draft.nextMember(); member !== null; member = draft.nextMember()) {
    playOne(draft, member, DAYS[rank % DAYS.length] ?? 1)
    rank += 1
  }
}

function playOne(draft: Draft, member: MemberFixture, newestDay: number): void {
  const { dice } = draft
  if (dice.chance(12)) Object.assign(member, { sms: 'F', newsMail: 'F' })
  if (dice.chance(2)) member.cellphone = ''
  if (dice.chance(1)) member.authentication = dice.pick(['B', 'J'])
  if (dice.chance(12)) playOlderOrder(draft, member, OLDEST_DAY)
  if (dice.chance(8)) return
  const goods = dice.sample(dice.chance(4) ? draft.goneGoods : draft.goods, dice.whole(1, 4))
  const newest = goods.slice(0, dice.whole(1, 2))
  addLines(draft, member, newest, () => instantOn(draft, newestDay))
  const earlierDay = dice.whole(newestDay, OLDEST_DAY)
  addLines(draft, member, goods.slice(newest.length), () =>
    instantOn(draft, Math.max(earlierDay, newestDay + 1)),
  )
  if (newestDay > 1 && dice.chance(16)) buyLater(draft, member, newestDay)
}

/** An order from before the month's carts, which says nothing about them. */
function playOlderOrder(draft: Draft, member: MemberFixture, day: number): void {
  const orderedAtMs = instantOn(draft, day + 1)
  buy(draft, member, orderedAtMs, draft.dice.chance(8) ? orderedAtMs + 3_600_000 : null)
}

function buyLater(draft: Draft, member: MemberFixture, newestDay: number): void {
  const orderedAtMs = instantOn(draft, draft.dice.whole(1, newestDay - 1))
  buy(draft, member, orderedAtMs)
}
