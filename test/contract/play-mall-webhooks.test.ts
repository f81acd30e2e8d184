import { jsonOf, MALL_ID, type MallKit, startMallKit, WEBHOOK_KEY } from './play-mall-kit'

let kit: MallKit
beforeEach(async () => {
  kit = await startMallKit()
})
afterEach(() => kit.stop())

const adds = { member_id: 'member7', product_no: 11 }

it('a webhook carries key and trace id, no time, and is in the log with its whole body', async () => {
  const { access_token } = await kit.install()

  await kit.fake('/cart/add', adds)
  await kit.mall.settled()

  const [hook] = kit.hooks
  expect(hook?.headers['x-api-key']).toBe(WEBHOOK_KEY)
  expect(hook?.headers['x-trace-id']).toMatch(/^[0-9a-f-]{36}$/)
  expect(JSON.parse(hook?.body ?? '')).toEqual({
    event_no: 90084,
    resource: {
      mall_id: MALL_ID,
      event_shop_no: '1',
      member_id: 'member7',
      shipping_type: 'A',
      product_no: 11,
      variant_code: 'P000000L000A',
      quantity: 1,
      product_bundle: 'F',
    },
  })
  const { logs } = await jsonOf(await kit.get('/webhooks/logs?event_no=90084', access_token))
  expect(logs).toMatchObject([
    {
      trace_id: hook?.headers['x-trace-id'],
      requested_time: '2026-11-22T10:00:00+09:00',
      request_body: hook?.body,
      success: 'T',
      response_http_code: 200,
    },
  ])
})

it('orders and cancels are told with 90023 and 90026', async () => {
  await kit.install()

  const { order_id } = await jsonOf<{ order_id: string }>(
    await kit.fake('/order', { member_id: 'member7', items: [{ product_no: 12, quantity: 2 }] }),
  )
  await kit.mall.settled()
  await kit.fake('/order/cancel', { order_id })
  await kit.fake('/order/cancel', { order_id })
  await kit.mall.settled()

  expect(kit.hooks.map((hook) => JSON.parse(hook.body))).toMatchObject([
    { event_no: 90023, resource: { order_id: '20261122-0000001', order_price_amount: '18000.00' } },
    { event_no: 90026, resource: { order_id, cancel_date: '2026-11-22T10:00:00+09:00' } },
  ])
})

it('a shop without the app sends nothing, and an uninstall is the last word', async () => {
  await kit.fake('/cart/add', adds)
  await kit.install()
  await kit.fake('/uninstall', {})
  await kit.fake('/cart/add', adds)
  await kit.mall.settled()

  expect(kit.hooks.map((hook) => JSON.parse(hook.body).event_no)).toEqual([90077])
})

it('duplicates share a trace id, a wrong key is wrong, a dropped one stays in the log alone', async () => {
  const { access_token } = await kit.install()

  await kit.fake('/faults', { duplicateWebhooks: true, wrongKey: true })
  await kit.fake('/cart/add', adds)
  await kit.mall.settled()
  await kit.fake('/faults', { dropWebhooks: true })
  await kit.fake('/cart/add', adds)
  await kit.mall.settled()

  expect(kit.hooks).toHaveLength(2)
  expect(new Set(kit.hooks.map((hook) => hook.headers['x-trace-id'])).size).toBe(1)
  expect(kit.hooks[0]?.headers['x-api-key']).not.toBe(WEBHOOK_KEY)
  const { logs } = await jsonOf(await kit.get('/webhooks/logs', access_token))
  expect(logs).toMatchObject([{ success: 'T' }, { success: 'F' }])
})

it('delivers on call what a test makes up', async () => {
  const deliveries = await kit.mall.deliverWebhook(MALL_ID, 90167, { mall_id: MALL_ID })

  expect(deliveries).toMatchObject([{ success: true, statusCode: 200 }])
  expect(kit.hooks[0]?.body).toBe(`{"event_no":90167,"resource":{"mall_id":"${MALL_ID}"}}`)
})
