import { jsonOf, MALL_ID, type MallKit, startMallKit } from './play-mall-kit'

let kit: MallKit
beforeEach(async () => {
  kit = await startMallKit({ carts: [] })
  await kit.install()
})
afterEach(() => kit.stop())

/** A browser that keeps cookies and does not follow redirects. */
function visitor() {
  const jar = new Map<string, string>()
  const go = async (path: string, form?: Record<string, string>) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(new URL(path, kit.shop), {
      method: form === undefined ? 'GET' : 'POST',
      headers: { cookie },
      redirect: 'manual',
      ...(form !== undefined && { body: new URLSearchParams(form) }),
    })
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=')
      jar.set(name, value)
    }
    return { status: answer.status, to: answer.headers.get('location'), text: await answer.text() }
  }
  const logIn = (memberId: string, returnUrl = '/order/basket.html') =>
    go('/exec/front/Member/login/', { member_id: memberId, returnUrl })
  return { go, logIn, jar }
}

it('a member who follows a message logs in, lands in the cart with the whole query, and orders', async () => {
  await kit.fake('/cart/add', { member_id: 'member7', product_no: 11, quantity: 2 })
  const shopper = visitor()
  const inner = '/order/basket.html?utm_source=kakao&utm_campaign=cart7&cid=abc123'

  const guest = await shopper.go('/order/basket.html')
  const login = await shopper.go(`/member/login.html?returnUrl=${encodeURIComponent(inner)}&cid=abc123`)
  const back = await shopper.logIn('member7', inner)
  const basket = await shopper.go(back.to ?? '')
  const ordered = await shopper.go('/order/orderform', {})
  const result = await shopper.go(ordered.to ?? '')
  const empty = await shopper.go('/order/basket.html')
  await kit.mall.settled()

  expect(guest.text).toContain('장바구니가 비어 있어요')
  expect(login.text).toContain(
    'value="/order/basket.html?utm_source=kakao&#38;utm_campaign=cart7&#38;cid=abc123"',
  )
  expect(back.to).toBe(inner)
  expect(basket.text).toContain('24,000원')
  expect(ordered.to).toBe('/order/order_result.html?order_id=20261122-0000001')
  expect(result.text).toContain('20261122-0000001')
  expect(empty.text).toContain('장바구니가 비어 있어요')
  const told = kit.hooks.map((hook) => [hook.path, JSON.parse(hook.body)])
  expect(told).toContainEqual(['/hooks', expect.objectContaining({ event_no: 90023 })])
  expect(told).toContainEqual([
    '/events',
    { mall_id: MALL_ID, cid: 'abc123', order_id: '20261122-0000001', member_id: 'member7' },
  ])
})

it('an unencoded return address loses everything behind the first &', async () => {
  const page = await visitor().go(
    '/member/login.html?returnUrl=/order/basket.html?utm_source=kakao&cid=abc123',
  )

  expect(page.text).toContain('value="/order/basket.html?utm_source=kakao"')
})

it.each(['//evil.example/', 'https://evil.example/', '/\\evil.example', 'javascript:alert(1)'])(
  'a return address that leaves the shop (%s) leads to the front page',
  async (returnUrl) => {
    const answer = await visitor().logIn('member7', returnUrl)

    expect(answer.to).toBe('/index.html')
  },
)

it('someone who is logged in already goes straight to the return address', async () => {
  const shopper = visitor()
  await shopper.logIn('member7')

  const answer = await shopper.go('/member/login.html?returnUrl=%2Forder%2Fbasket.html')

  expect(answer).toMatchObject({ status: 302, to: '/order/basket.html' })
})

it('a guest cart moves to the member at login, and the app hears of both', async () => {
  const shopper = visitor()

  await shopper.go('/exec/front/order/basket/', { product_no: '12', quantity: '3' })
  const asGuest = await shopper.go('/order/basket.html')
  await shopper.logIn('010-0000-0007')
  const asMember = await shopper.go('/order/basket.html')
  await kit.mall.settled()

  expect(asGuest.text).toContain('27,000원')
  expect(asMember.text).toContain('27,000원')
  const members = kit.hooks.map((hook) => JSON.parse(hook.body).resource.member_id)
  expect(members.sort()).toEqual(['', 'member7'])
})

it('a shopper takes things out again, cannot add what is sold out, and cannot order nothing', async () => {
  const shopper = visitor()
  await shopper.logIn('member7')

  await shopper.go('/exec/front/order/basket/', { product_no: '11' })
  const page = await shopper.go('/order/basket.html')
  const no = /name="basket_product_no" value="(\d+)"/.exec(page.text)?.[1] ?? ''
  await shopper.go('/exec/front/order/basket/remove/', { basket_product_no: no })
  const soldOut = await shopper.go('/exec/front/order/basket/', { product_no: '13' })
  const order = await shopper.go('/order/orderform', {})

  expect([soldOut.status, order.status]).toEqual([422, 422])
  expect((await shopper.go('/order/basket.html')).text).toContain('장바구니가 비어 있어요')
})

it('rows stay in the cart after an order where the shop is set so', async () => {
  const keeps = await startMallKit({ orderClearsCart: false })
  const former = kit
  kit = keeps
  await former.stop()
  const shopper = visitor()
  await shopper.logIn('member0')
  const before = await shopper.go('/order/basket.html')

  const ordered = await shopper.go('/order/orderform', {})

  expect(ordered.status).toBe(302)
  expect((await shopper.go('/order/basket.html')).text).toBe(before.text)
})

it('a shopper cancels an own order, and sees nobody else’s', async () => {
  const shopper = visitor()
  await shopper.logIn('member1')

  const list = await shopper.go('/myshop/order/list.html')
  await shopper.go('/exec/front/order/cancel/', { order_id: '20261120-0000002' })
  const foreign = await shopper.go('/exec/front/order/cancel/', { order_id: '20261120-0000001' })
  const other = await shopper.go('/order/order_result.html?order_id=20261120-0000001')
  await kit.mall.settled()

  expect(list.text).toContain('20261120-0000002')
  expect([foreign.status, other.status]).toEqual([404, 404])
  expect(kit.hooks.map((hook) => JSON.parse(hook.body).event_no)).toEqual([90026])
})

it('names its session cookie after the mall and moves the last login', async () => {
  const shopper = visitor()
  kit.pass(5)

  await shopper.logIn('member6')

  expect([...shopper.jar.keys()]).toEqual([`ECSESSID_${MALL_ID}`])
  const token = (await kit.install()).access_token
  const { customers } = await jsonOf(await kit.get('/customers?member_id=member6', token))
  expect(customers).toMatchObject([{ last_login_date: '2026-11-22T10:00:05+09:00' }])
})
