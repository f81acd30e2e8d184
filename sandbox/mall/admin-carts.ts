import { z } from 'zod'
import { common, type Endpoint, endpoint, list, paging, pick } from './admin-endpoint'
import { cartOf } from './shop-actions'
import { cartRow } from './shop-rows'

const carts = endpoint({
  path: '/carts',
  scope: 'mall.read_personal',
  query: z.strictObject({ ...common, member_id: list, ...paging(10, 100, 10_000) }),
  answer({ platform, shop, query }) {
    const now = platform.nowMs()
    const lines = query.member_id.flatMap((id) => cartOf(shop, id, now))
    const rows = lines.slice(query.offset, query.offset + query.limit).map((line) => cartRow(shop, line))
    return { carts: pick(rows, query.fields) }
  },
})

const cartSetting = endpoint({
  path: '/carts/setting',
  scope: 'mall.read_store',
  query: z.strictObject({ shop_no: common.shop_no }),
  answer({ shop }) {
    const days = shop.fixture.cartPeriodDays
    return {
      cart: {
        shop_no: 1,
        wishlist_display: 'T',
        add_action_type: 'M',
        cart_item_direct_purchase: 'T',
        storage_period: days === null ? 'F' : 'T',
        period: days === null ? '' : String(days),
        icon_display: 'T',
        cart_item_option_change: 'T',
        discount_display: 'T',
      },
    }
  },
})

/** Carts by member, and how long the mall keeps them. */
export const cartEndpoints: Endpoint[] = [cartSetting, carts]
