import { launchQuery } from '../../sandbox/mall/launch'
import {
  authorizeUrl,
  CALLBACK,
  CLIENT,
  consent,
  exchange,
  jsonOf,
  MALL_ID,
  type MallKit,
  postToken,
  refresh,
  SCOPES,
  startMallKit,
  tokenAnswer,
} from './play-mall-kit'

let kit: MallKit
beforeEach(async () => {
  kit = await startMallKit()
})
afterEach(() => kit.stop())

const authorize = (change: Record<string, string> = {}) =>
  fetch(authorizeUrl(kit.api, change), { redirect: 'manual' })
const errorOf = async (answer: Response) => [answer.status, (await jsonOf(answer))['error']]

describe('launch', () => {
  it('is signed as the vector of the Cafe24 reference', () => {
    const who = {
      mallId: 'samplemall',
      userId: 'samplemall',
      userName: '샘플',
      userType: 'P',
      shopNo: '1',
      timestampSeconds: 1763788800,
    } as const

    const query = launchQuery(who, 'TEST_CLIENT_SECRET')

    expect(query).toBe(
      'is_multi_shop=F&lang=ko_KR&mall_id=samplemall&nation=KR&shop_no=1&timestamp=1763788800&user_id=samplemall&user_name=%EC%83%98%ED%94%8C&user_type=P&hmac=GBlWTfTFf304l56i13L2gM1f%2FQphA17NzlTQlNYyCpU%3D',
    )
  })

  it('opens the app from the mall admin with a blank written as %20', async () => {
    const answer = await fetch(`${kit.root}/${MALL_ID}/admin/launch`, { redirect: 'manual' })

    expect(answer.status).toBe(302)
    expect(answer.headers.get('location')).toContain('user_name=%EC%9E%91%EC%9D%80%20%EA%B0%80%EA%B2%8C')
    expect(answer.headers.get('location')).toMatch(/^https:\/\/baguni\.example\/launch\?.*&hmac=[^&]+$/)
  })

  it('shows a 실행 button in the mall admin, and the shop', async () => {
    const page = await (await fetch(`${kit.root}/${MALL_ID}/admin`)).text()

    expect(page).toContain('바구니 앱')
    expect(page).toContain('>실행</a>')
    expect(page).toContain(kit.shop)
  })
})

describe('authorize', () => {
  it('asks on the first install with the shop name and every scope, then hands out a code with the state', async () => {
    const page = await (await authorize()).text()
    const agreed = await fetch(authorizeUrl(kit.api), { method: 'POST', redirect: 'manual' })

    expect(page).toContain('작은 가게')
    expect(page).toContain('동의하고 설치')
    expect(page.match(/<li>/g)).toHaveLength(SCOPES.length)
    expect(agreed.status).toBe(302)
    expect(agreed.headers.get('location')).toMatch(
      /^https:\/\/baguni\.example\/callback\?code=.+&state=kit-state$/,
    )
  })

  it('redirects at once when the shop has consented before, and asks again after an uninstall', async () => {
    await kit.install()

    const again = await authorize()
    await kit.fake('/uninstall', {})
    const afterwards = await authorize()

    expect(again.status).toBe(302)
    expect(afterwards.status).toBe(200)
  })

  it('answers a 400 page without a redirect for an unknown client or address', async () => {
    const client = await authorize({ client_id: 'someone' })
    const address = await authorize({ redirect_uri: 'https://evil.example/callback' })

    expect([client.status, address.status]).toEqual([400, 400])
    expect([client.headers.get('location'), address.headers.get('location')]).toEqual([null, null])
  })

  it.each([
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ scope: '' }, 'invalid_request'],
    [{ scope: 'mall.read_order,mall.write_order' }, 'invalid_scope'],
  ])('takes an error home for %j', async (change, error) => {
    const answer = await authorize(change)

    const back = new URL(answer.headers.get('location') ?? '')
    expect(back.origin + back.pathname).toBe(CALLBACK)
    expect(back.searchParams.get('error')).toBe(error)
    expect(back.searchParams.get('state')).toBe('kit-state')
  })

  it('denies a sub-operator when that fault is set', async () => {
    await kit.fake('/faults', { subOperator: true })

    const answer = await authorize()

    expect(answer.headers.get('location')).toContain('error=access_denied')
  })
})

describe('token', () => {
  it('comes with zone-less Seoul dates two hours and fourteen days on', async () => {
    const answer = await tokenAnswer(await exchange(kit.api, await consent(kit.api)))

    expect(answer).toMatchObject({
      issued_at: '2026-11-22T10:00:00.000',
      expires_at: '2026-11-22T12:00:00.000',
      refresh_token_expires_at: '2026-12-06T10:00:00.000',
      mall_id: MALL_ID,
      shop_no: '1',
      scopes: SCOPES,
    })
    expect(answer).not.toHaveProperty('expires_in')
  })

  it('refuses a code that was used', async () => {
    const code = await consent(kit.api)
    await exchange(kit.api, code)

    const second = await exchange(kit.api, code)

    expect(await errorOf(second)).toEqual([400, 'invalid_grant'])
  })

  it('takes a code after a leap of the business clock, within five machine seconds', async () => {
    const code = await consent(kit.api)
    kit.pass(3600)

    const answer = await exchange(kit.api, code)

    expect(answer.status).toBe(200)
  })

  it('refuses wrong client credentials without using the code up', async () => {
    const code = await consent(kit.api)
    const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK }

    const wrong = await postToken(kit.api, form, 'wrong')
    const inBody = await fetch(`${kit.api}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({ ...form, client_id: CLIENT.id, client_secret: CLIENT.secret }),
    })
    const right = await postToken(kit.api, form)

    expect(await errorOf(wrong)).toEqual([401, 'invalid_client'])
    expect(inBody.status).toBe(401)
    expect(right.status).toBe(200)
  })

  it('refreshes once with each refresh token', async () => {
    const first = await kit.install()

    const second = await tokenAnswer(await refresh(kit.api, first.refresh_token))
    const reused = await refresh(kit.api, first.refresh_token)
    const third = await refresh(kit.api, second.refresh_token)

    expect(second.refresh_token).not.toBe(first.refresh_token)
    expect(await errorOf(reused)).toEqual([400, 'invalid_grant'])
    expect(third.status).toBe(200)
  })

  it('loses the answer but uses the token up when that fault is set', async () => {
    const first = await kit.install()
    await kit.fake('/faults', { dropTokenAnswers: 1 })

    await expect(refresh(kit.api, first.refresh_token)).rejects.toThrow()
    const again = await refresh(kit.api, first.refresh_token)

    expect(await errorOf(again)).toEqual([400, 'invalid_grant'])
  })

  it('lets the access token die after two hours and the refresh token after fourteen days of business time', async () => {
    const token = await kit.install()

    kit.pass(7199)
    const before = await kit.get('/store', token.access_token)
    kit.pass(1)
    const after = await kit.get('/store', token.access_token)
    kit.pass(14 * 86_400)
    const late = await refresh(kit.api, token.refresh_token)

    expect([before.status, after.status]).toEqual([200, 401])
    expect(await errorOf(late)).toEqual([400, 'invalid_grant'])
  })

  it('blocks the sixteenth token request within two hours', async () => {
    const statuses: number[] = []
    for (let count = 0; count < 16; count += 1) statuses.push((await refresh(kit.api, 'nonsense')).status)

    expect(statuses.slice(0, 15)).toEqual(Array(15).fill(400))
    expect(statuses[15]).toBe(429)
  })

  it('is gone with its refresh token when revoked', async () => {
    const token = await kit.install()

    const answer = await fetch(`${kit.api}/oauth/revoke`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString('base64')}` },
      body: new URLSearchParams({ token: token.access_token, token_hint: 'access_token' }),
    })

    expect(answer.status).toBe(200)
    expect((await kit.get('/store', token.access_token)).status).toBe(401)
    expect(await errorOf(await refresh(kit.api, token.refresh_token))).toEqual([400, 'invalid_grant'])
  })

  it('lives on over a restart of the mall', async () => {
    const token = await kit.install()
    const state = JSON.parse(JSON.stringify(kit.mall.snapshot()))
    await kit.stop()

    kit = await startMallKit()
    kit.mall.restore(state)

    expect((await kit.get('/store', token.access_token)).status).toBe(200)
    expect((await refresh(kit.api, token.refresh_token)).status).toBe(200)
  })
})
