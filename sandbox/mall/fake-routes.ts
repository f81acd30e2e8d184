import express, { type Response, Router } from 'express'
import { z } from 'zod'
import { Faults } from './faults'
import { launchQuery } from './launch'
import type { Platform } from './platform'
import type { Shop } from './shop'
import { cartOf, placeOrder, removeFromCart } from './shop-actions'
import { EVENT, orderResource } from './webhook-events'

const Wanted = z.object({
  product_no: z.number().int(),
  quantity: z.number().int().positive().default(1),
})
const InMall = z.object({ mall_id: z.string() })
const OfMember = InMall.extend({ member_id: z.string() })
const Launch = InMall.extend({
  user_id: z.string().optional(),
  user_name: z.string().optional(),
  user_type: z.enum(['P', 'A']).default('P'),
  shop_no: z.string().default('1'),
  age_sec: z.number().default(0),
  /** Change a value after signing. */
  tamper: z.boolean().default(false),
})

/** Controls of the play mall for tests and the story, below `/__fake`: POST JSON, answers JSON. */
export function fakeRoutes(platform: Platform): Router {
  const router = Router()
  router.use(express.json())
  const post = <S extends z.ZodType<{ mall_id: string }>>(
    path: string,
    schema: S,
    act: (input: z.infer<S>, shop: Shop, res: Response) => object | null | Promise<object | null>,
  ) =>
    router.post(path, async (req, res) => {
      const input = schema.safeParse(req.body)
      if (!input.success) return void res.status(400).json({ error: z.prettifyError(input.error) })
      const shop = platform.shops.get(input.data.mall_id)
      const answer = shop === undefined ? null : await act(input.data, shop, res)
      if (answer === null) res.status(404).json({ error: 'not found' })
      else res.json(answer)
    })
  post('/launch', Launch, (input, shop) => ({ url: launch(platform, input, shop) }))
  post('/cart/add', OfMember.extend(Wanted.shape), (input, shop) => {
    if (!shop.members.has(input.member_id) || !shop.products.has(input.product_no)) return null
    const wanted = { productNo: input.product_no, quantity: input.quantity }
    return { basket_product_no: platform.shopperAdds(shop, input.member_id, wanted).no }
  })
  post('/cart/clear', OfMember, (input, shop) => {
    const lines = cartOf(shop, input.member_id, platform.nowMs())
    removeFromCart(shop, input.member_id, new Set(lines.map((line) => line.no)))
    return { removed: lines.length }
  })
  post('/order', OfMember.extend({ items: z.array(Wanted).min(1) }), (input, shop) => {
    if (!shop.members.has(input.member_id)) return null
    const items = input.items.map((item) => ({ productNo: item.product_no, quantity: item.quantity }))
    if (!items.every((item) => shop.products.has(item.productNo))) return null
    const order = placeOrder(shop, input.member_id, items, platform.nowMs())
    if (order === null) return null
    platform.notify(input.mall_id, EVENT.orderPlaced, orderResource(shop, order))
    return { order_id: order.id }
  })
  post('/order/cancel', InMall.extend({ order_id: z.string() }), (input, shop) => {
    const order = shop.orders.get(input.order_id)
    if (order === undefined) return null
    platform.orderIsCanceled(shop, order)
    return { order_id: order.id }
  })
  post('/uninstall', InMall, async (input) => ({ deliveries: await platform.uninstall(input.mall_id) }))
  post('/faults', InMall.extend(Faults.shape), ({ mall_id, ...faults }) => {
    platform.faults.set(mall_id, faults)
    return { faults }
  })
  router.get('/journal', (_req, res) => {
    res.json({ entries: platform.journal.entries(), stats: platform.journal.stats() })
  })
  router.post('/settled', async (_req, res) => {
    await platform.webhooks.settled()
    res.json({ settled: true })
  })
  return router
}

function launch(platform: Platform, input: z.infer<typeof Launch>, shop: Shop): string {
  const { app } = platform.options
  const query = launchQuery(
    {
      mallId: input.mall_id,
      userId: input.user_id ?? input.mall_id,
      userName: input.user_name ?? shop.fixture.shopName,
      userType: input.user_type,
      shopNo: input.shop_no,
      timestampSeconds: Math.floor(platform.nowMs() / 1000) - input.age_sec,
    },
    app.clientSecret,
  )
  return `${app.launchUrl}?${input.tamper ? query.replace('user_type=', 'user_type=X') : query}`
}
