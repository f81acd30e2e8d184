import { z } from 'zod'
import { common, type Endpoint, endpoint, list, paging, pick, refuse, time } from './admin-endpoint'
import { DAY_MS } from './kst'
import { canceledAt, type Order, orderedAt, type Shop } from './shop'
import { orderRow } from './shop-rows'
import { lowerBound, upperBound } from './sorted'

const Embed = list.refine(
  (parts) => parts.every((part) => part === 'items' || part === 'buyer'),
  'Only items and buyer.',
)

const Window = {
  date_type: z.enum(['order_date', 'pay_date', 'cancel_date']).default('order_date'),
  start_date: time('start').optional(),
  end_date: time('end').optional(),
  order_id: list.optional(),
  member_id: list.optional(),
}
const WindowQuery = z.object(Window)

const orders = endpoint({
  path: '/orders',
  scope: 'mall.read_order',
  query: z.strictObject({ ...common, ...Window, embed: Embed.default([]), ...paging(10, 1000, 15_000) }),
  answer({ shop, query }) {
    const found = search(shop, query)
    if (typeof found === 'string')
      return refuse(422, 'Start and end together, less than three months.', found)
    const embed = new Set(query.embed)
    const page = found.slice(query.offset, query.offset + query.limit)
    return {
      orders: pick(
        page.map((order) => orderRow(shop, order, embed)),
        query.fields,
        query.embed,
      ),
    }
  },
})

const ordersCount = endpoint({
  path: '/orders/count',
  scope: 'mall.read_order',
  query: z.strictObject({ shop_no: common.shop_no, ...Window }),
  answer({ shop, query }) {
    const found = search(shop, query)
    if (typeof found === 'string')
      return refuse(422, 'Start and end together, less than three months.', found)
    return { count: found.length }
  },
})

const order = endpoint({
  path: '/orders/:orderId',
  scope: 'mall.read_order',
  query: z.strictObject({ ...common, embed: Embed.default([]) }),
  answer({ shop, path, query }) {
    const found = shop.orders.get(path['orderId'] ?? '')
    if (found === undefined) return refuse(404, 'Not found.')
    return { order: pick([orderRow(shop, found, new Set(query.embed))], query.fields, query.embed)[0] ?? {} }
  },
})

/** Orders by window, by number and one alone. */
export const orderEndpoints: Endpoint[] = [ordersCount, orders, order]

/** Orders in the window, ascending, both ends included; or the name of the parameter that is wrong. */
function search(shop: Shop, query: z.infer<typeof WindowQuery>): Order[] | string {
  const { start_date: from, end_date: to, order_id: ids, member_id: members } = query
  if (from === undefined && to === undefined) {
    return ids === undefined ? 'start_date' : ids.flatMap((id) => shop.orders.get(id) ?? [])
  }
  if (from === undefined) return 'start_date'
  if (to === undefined || to < from || to - from >= 90 * DAY_MS) return 'end_date'
  const [rows, keyOf] =
    query.date_type === 'cancel_date' ? [shop.cancelList, canceledAt] : [shop.orderList, orderedAt]
  const inWindow = rows.slice(lowerBound(rows, from, keyOf), upperBound(rows, to, keyOf))
  return inWindow.filter(
    (one) => (ids?.includes(one.id) ?? true) && (members?.includes(one.memberId) ?? true),
  )
}
