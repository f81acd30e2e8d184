import type { MemberFixture, ProductFixture, ShopFixture } from '../mall/shop-fixture'
import { playBackground } from './demo-background'
import { playDaySeven } from './demo-day-seven'
import { demoMember } from './demo-people'
import { demoProducts } from './demo-products'
import { createDice } from './dice'
import type { Draft } from './draft'

/** Mall id of the demo shop. */
export const DEMO_MALL_ID = 'demoshop'

const SEED = 20_250_907
const MEMBERS = 1000

/**
 * The demo shop as it stands at `now`: the same people and goods each time, dated back from `now`. Newest adds on the Seoul day
 * seven days back give about 30 people to send to, and each reason to skip at least twice.
 */
export function demoShop(now: Date): ShopFixture {
  const dice = createDice(SEED)
  const products = demoProducts(now)
  const members = Array.from({ length: MEMBERS }, (_, rank) => demoMember(rank, now, dice))
  const isGood = (product: ProductFixture) => product.soldOut === 'F' && product.selling === 'T'
  let used = 0
  const draft: Draft = {
    now,
    dice,
    goods: products.filter(isGood),
    goneGoods: products.filter((product) => !isGood(product)),
    carts: [],
    orders: [],
    nextMember: () => members[used++] ?? null,
  }
  playDaySeven(draft)
  playBackground(draft)
  noteLogins(members, draft)
  return {
    mallId: DEMO_MALL_ID,
    shopName: '오늘의식탁',
    primaryDomain: '',
    cartPeriodDays: null,
    orderClearsCart: true,
    members,
    products,
    carts: draft.carts.sort((a, b) => a.addedAtMs - b.addedAtMs),
    orders: draft.orders.sort((a, b) => a.orderedAtMs - b.orderedAtMs),
  }
}

/** A member was last there when they last added or bought something. */
function noteLogins(members: MemberFixture[], draft: Draft): void {
  const byId = new Map(members.map((member) => [member.id, member]))
  const seen = [
    ...draft.carts.map((line) => [line.memberId, line.addedAtMs] as const),
    ...draft.orders.map((order) => [order.memberId, order.orderedAtMs] as const),
  ]
  for (const [id, atMs] of seen) {
    const member = byId.get(id)
    if (member !== undefined) member.lastLoginAtMs = Math.max(member.lastLoginAtMs ?? 0, atMs)
  }
}
