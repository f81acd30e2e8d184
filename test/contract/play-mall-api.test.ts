import {
  authorizeUrl,
  CALLBACK,
  jsonOf,
  type MallKit,
  postToken,
  startMallKit,
  tokenAnswer,
} from './play-mall-kit'

let kit: MallKit
let access: string
beforeEach(async () => {
  kit = await startMallKit()
  access = (await kit.install()).access_token
})
afterEach(() => kit.stop())

interface Row {
  [key: string]: unknown
}
async function rows(path: string, key: string): Promise<Row[]> {
  const body = await jsonOf<Record<string, Row[]>>(await kit.get(path, access))
  return body[key] ?? []
}
const ids = (list: Row[], key: string) => list.map((row) => row[key])

describe('the bucket', () => {
  it('counts over all paths, overflows at 40 with a 429, and leaks two a business second', async () => {
    const first = await kit.get('/store', access)
    for (let count = 0; count < 39; count += 1) await kit.get('/products', access)
    const over = await kit.get('/store', access)
    kit.pass(1)
    const statuses = [
      (await kit.get('/store', access)).status,
      (await kit.get('/store', access)).status,
      (await kit.get('/store', access)).status,
    ]

    expect(first.headers.get('x-api-call-limit')).toBe('1/40')
    expect(over.status).toBe(429)
    expect(over.headers.get('x-api-call-limit')).toBe('40/40')
    expect(statuses).toEqual([200, 200, 429])
    expect(kit.mall.stats()).toMatchObject({ calls: 44, answered429: 2, byPath: { '/products': 39 } })
  })

  it('tells how long a spent usage quota lasts', async () => {
    await kit.fake('/faults', { quotaSeconds: 30 })
    kit.pass(10)

    const blocked = await kit.get('/store', access)
    kit.pass(20)
    const free = await kit.get('/store', access)

    expect([blocked.status, blocked.headers.get('x-cafe24-call-remain')]).toEqual([429, '20'])
    expect(free.status).toBe(200)
  })
})

describe('refusals', () => {
  it('are 401 for a wrong token, 403 after an uninstall, 404 for a wrong path, 400 for an unknown version', async () => {
    const wrong = await kit.get('/store', 'nonsense')
    const path = await kit.get('/nowhere', access)
    const version = await kit.get('/store', access, { 'x-cafe24-api-version': '2019-01-01' })
    await kit.fake('/uninstall', {})
    const gone = await kit.get('/store', access)

    expect([wrong.status, path.status, version.status, gone.status]).toEqual([401, 404, 400, 403])
    expect(await wrong.json()).toEqual({
      error: { code: 401, message: 'Invalid access_token', more_info: {} },
    })
  })

  it('are 403 for a scope that was not granted', async () => {
    const narrow = await startMallKit()
    const agreed = await fetch(authorizeUrl(narrow.api, { scope: 'mall.read_order' }), {
      method: 'POST',
      redirect: 'manual',
    })
    const code = new URL(agreed.headers.get('location') ?? '').searchParams.get('code') ?? ''
    const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK }
    const token = await tokenAnswer(await postToken(narrow.api, form))

    const answer = await narrow.get('/customersprivacy', token.access_token)
    await narrow.stop()

    expect(answer.status).toBe(403)
  })

  it.each([
    ['/carts', 'member_id'],
    ['/carts?member_id=member0&limit=101', 'limit'],
    ['/carts?member_id=member0&offset=10001', 'offset'],
    ['/carts?member_id=member0&colour=red', 'colour'],
    [`/carts?member_id=${Array(101).fill('a').join(',')}`, 'member_id'],
    ['/customers', 'member_id'],
    ['/customersprivacy?search_type=created_date&created_start_date=2026-10-01&offset=0', 'offset'],
    ['/customersprivacy?date_type=login&start_date=2026-11-20', 'end_date'],
    ['/customersprivacy?offset=8001', 'offset'],
    ['/orders?limit=10', 'start_date'],
    ['/orders?start_date=2026-11-20', 'end_date'],
    ['/orders?start_date=2026-08-20&end_date=2026-11-20', 'end_date'],
    ['/orders?start_date=yesterday&end_date=2026-11-20', 'start_date'],
    ['/orders?start_date=2026-11-20&end_date=2026-11-20&embed=colour', 'embed'],
    ['/products?offset=5001', 'offset'],
  ])('are 422 for %s and name the parameter', async (path, parameter) => {
    const answer = await kit.get(path, access)

    expect(answer.status).toBe(422)
    expect((await jsonOf(answer))['error']?.['message']).toMatch(
      new RegExp(`\\(parameter\\.${parameter}\\)$`),
    )
  })

  it('come as often as a fault asks for', async () => {
    await kit.fake('/faults', { next: [{ path: '/carts', status: 500, count: 1 }] })

    const carts = () => kit.get('/carts?member_id=member0', access)
    const statuses = [
      (await kit.get('/store', access)).status,
      (await carts()).status,
      (await carts()).status,
    ]

    expect(statuses).toEqual([200, 500, 200])
  })
})

describe('members', () => {
  it('are walked to the end by created date, the last row again first', async () => {
    const walk: unknown[] = []
    let from = '2026-01-01 00:00:00'
    for (let page = 0; page < 3; page += 1) {
      const list = await rows(
        `/customersprivacy?search_type=created_date&created_start_date=${encodeURIComponent(from)}&limit=5`,
        'customersprivacy',
      )
      walk.push(...ids(list, 'member_id'))
      from = String(list.at(-1)?.['created_date'])
    }

    expect(walk).toHaveLength(14)
    expect([...new Set(walk)]).toEqual(Array.from({ length: 12 }, (_, index) => `member${index}`))
    expect([walk[4], walk[5]]).toEqual(['member4', 'member4'])
  })

  it('carry name, phone, consent and restriction only in the gated list', async () => {
    const [full] = await rows('/customersprivacy?member_id=member5', 'customersprivacy')
    const plain = await rows('/customers?member_id=member3,member4,nobody', 'customers')

    expect(full).toMatchObject({
      cellphone: '010-0000-0005',
      name: '김하나',
      sms: 'T',
      use_blacklist: 'T',
      created_date: '2026-10-01T00:05:00+09:00',
    })
    expect(plain).toMatchObject([
      { member_id: 'member3', sms: 'F' },
      { member_id: 'member4', member_authentication: 'J' },
    ])
    expect(plain[0]).not.toHaveProperty('cellphone')
    expect(plain[0]).not.toHaveProperty('name')
  })

  it('are found by login window, both ends included', async () => {
    const list = await rows(
      '/customersprivacy?date_type=login&start_date=2026-11-20%2001:00:00&end_date=2026-11-20%2003:00:00',
      'customersprivacy',
    )

    expect(ids(list, 'member_id')).toEqual(['member1', 'member2', 'member3'])
  })

  it('come without consent or with trailing blanks when those faults are set', async () => {
    await kit.fake('/faults', { omitConsent: true, trailingBlanks: true })

    const [full] = await rows('/customersprivacy?member_id=member1', 'customersprivacy')
    const [plain] = await rows('/customers?member_id=member1', 'customers')

    expect(full).not.toHaveProperty('sms')
    expect(plain).toHaveProperty(['sms '], 'T')
  })
})

describe('carts', () => {
  it('come in pages that together hold every row of the asked members once', async () => {
    const first = await rows('/carts?member_id=member0,member1,member2&limit=20', 'carts')
    const second = await rows('/carts?member_id=member0,member1,member2&limit=20&offset=20', 'carts')

    const all = [...first, ...second]
    expect([first.length, second.length]).toEqual([20, 5])
    expect(new Set(ids(all, 'basket_product_no')).size).toBe(25)
    expect(first[0]).toMatchObject({
      member_id: 'member0',
      created_date: '2026-11-20T00:00:00+09:00',
      product_no: 11,
      variant_code: 'P000000L000A',
      product_price: '12000.00',
      quantity: 1,
    })
  })

  it('cut rows down to the asked fields', async () => {
    const [row] = await rows('/carts?member_id=member0&limit=1&fields=member_id,created_date', 'carts')

    expect(row).toEqual({ member_id: 'member0', created_date: '2026-11-20T00:00:00+09:00' })
  })

  it('forget rows older than the shop keeps them', async () => {
    const short = await startMallKit({ cartPeriodDays: 2 })
    const token = (await short.install()).access_token
    const answer = await short.get('/carts?member_id=member0,member1&limit=100', token)
    const setting = await jsonOf(await short.get('/carts/setting', token))
    await short.stop()

    expect((await jsonOf(answer))['carts']).toEqual([])
    expect(setting['cart']).toMatchObject({ storage_period: 'T', period: '2' })
  })
})

describe('orders', () => {
  it('of a window come ascending with both ends included, times accepted', async () => {
    const list = await rows(
      '/orders?start_date=2026-11-20%2003:00:00&end_date=2026-11-20%2005:00:00&embed=items,buyer&limit=1000',
      'orders',
    )

    expect(ids(list, 'order_id')).toEqual(['20261120-0000004', '20261120-0000005', '20261120-0000006'])
    expect(list[0]).toMatchObject({
      member_id: 'member3',
      order_date: '2026-11-20T03:00:00+09:00',
      paid: 'T',
      canceled: 'F',
      payment_amount: '33000.00',
      items: [{ product_no: 11, quantity: 2, ordered_date: '2026-11-20 03:00:00' }, { product_no: 12 }],
      buyer: { cellphone: '010-0000-0003' },
    })
    expect(list[2]).toMatchObject({ canceled: 'T', cancel_date: '2026-11-21T06:00:00+09:00' })
  })

  it('of a whole day fit in pages, without embedded parts unless asked', async () => {
    const day = '/orders?start_date=2026-11-20&end_date=2026-11-20'
    const first = await rows(`${day}&limit=20`, 'orders')
    const second = await rows(`${day}&limit=20&offset=20`, 'orders')
    const count = await (
      await kit.get('/orders/count?start_date=2026-11-20&end_date=2026-11-20', access)
    ).json()

    expect(new Set(ids([...first, ...second], 'order_id')).size).toBe(24)
    expect(count).toEqual({ count: 24 })
    expect(first[0]).not.toHaveProperty('items')
  })

  it('are found by cancel date and one by one', async () => {
    const cancelled = await rows(
      '/orders?date_type=cancel_date&start_date=2026-11-21&end_date=2026-11-21',
      'orders',
    )
    const one = await jsonOf(await kit.get('/orders/20261120-0000006?embed=items', access))
    const none = await kit.get('/orders/20261120-9999999', access)

    expect(ids(cancelled, 'order_id')).toEqual(['20261120-0000006'])
    expect(one['order']?.['items']).toHaveLength(2)
    expect(none.status).toBe(404)
  })
})

describe('the shop', () => {
  it('tells its name, its domain, its goods and the app', async () => {
    const { store } = await jsonOf(await kit.get('/store', access))
    const { app } = await jsonOf(await kit.get('/apps', access))
    const since = await rows('/products?since_product_no=11&limit=1', 'products')

    expect(store).toMatchObject({ shop_name: '작은 가게', primary_domain: kit.shop.slice(7) })
    expect(app?.['version']).toBe('2026-09-01')
    expect(since).toMatchObject([{ product_no: 12, product_name: '찻잔', price: '9000.00', sold_out: 'F' }])
  })

  it('serves the pictures that its products name', async () => {
    const [product] = await rows('/products?product_no=11', 'products')

    const picture = await fetch(String(product?.['list_image']))

    expect(picture.headers.get('content-type')).toContain('image/svg+xml')
    expect(await picture.text()).toContain('<svg')
  })
})
