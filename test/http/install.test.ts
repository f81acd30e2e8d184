import { MALL_ID, type MallKit, startMallKit } from '../contract/play-mall-kit'
import { connectTestDatabase, type TestDatabase } from '../support/database'
import { MALL } from '../support/mall-stack'
import { browser, callbackPath, installApp, launchPath } from './install-app'

let database: TestDatabase
let kit: MallKit
beforeEach(async () => {
  database = await connectTestDatabase()
  kit = await startMallKit()
})
afterEach(async () => {
  await kit.stop()
  await database.close()
})

describe('the first launch of a shop', () => {
  it('leads to the mall for consent, connects the shop and logs its owner in', async () => {
    const built = installApp(database, kit)
    const owner = browser(built.app)

    const launched = await owner.get(await launchPath(kit))
    const back = await owner.get(await callbackPath(String(launched.headers['location'])))

    expect(launched.status).toBe(302)
    expect([back.status, back.headers['location']]).toEqual([302, '/'])
    expect(await owner.whoami()).toMatchObject({ mallId: MALL, role: 'owner', name: '작은 가게' })
    expect(await built.mall()).toMatchObject({
      state: 'connected',
      name: '작은 가게',
      domain: new URL(kit.shop).host,
      cartDays: null,
      sync: { state: 'never' },
    })
  })

  it('keeps no token in clear', async () => {
    const built = installApp(database, kit)
    await browser(built.app).install(kit)

    const pair = await built.tokens.find(MALL)
    const stored = JSON.stringify(await database.connection.collection('mall-tokens').find().toArray())

    expect(pair?.access).toBeTruthy()
    expect(stored).not.toContain(pair?.access ?? '')
    expect(stored).not.toContain(pair?.refresh ?? '')
  })
})

describe('a launch that cannot be trusted', () => {
  it.each([
    ['a forged one', { tamper: true }, 403],
    ['one of yesterday', { age_sec: 86_400 }, 400],
  ])('refuses %s with a page that says what to do, and installs nothing', async (_what, change, status) => {
    const built = installApp(database, kit)

    const answer = await browser(built.app).get(await launchPath(kit, change))

    expect(answer.status).toBe(status)
    expect(answer.text).toContain('다시 열어 주세요')
    expect(await built.malls.find(MALL)).toBeNull()
  })

  it('refuses an address that was used before, also after its parameters were put in another order', async () => {
    const built = installApp(database, kit)
    const path = await launchPath(kit)
    await browser(built.app).get(path)
    const [route, query] = path.split('?')

    const again = await browser(built.app).get(path)
    const shuffled = await browser(built.app).get(`${route}?${query?.split('&').reverse().join('&')}`)

    expect([again.status, shuffled.status]).toEqual([400, 400])
    expect(again.text).toContain('이미 한 번 쓴 주소예요')
  })

  it('refuses a query without a signature', async () => {
    const { app } = installApp(database, kit)

    expect((await browser(app).get(`/launch/cafe24?mall_id=${MALL_ID}&timestamp=1`)).status).toBe(400)
  })
})

describe('the way back from the consent', () => {
  it('takes a state once', async () => {
    const built = installApp(database, kit)
    const owner = browser(built.app)
    const launched = await owner.get(await launchPath(kit))
    const path = await callbackPath(String(launched.headers['location']))
    // The session changes its id with the login, so the copy is sent by the same browser before and after.
    const [first, second] = await Promise.all([owner.get(path), owner.get(path)])

    expect([first.status, second.status].sort()).toEqual([302, 400])
    expect((await owner.get(path)).status).toBe(400)
  })

  it('refuses the state of another browser', async () => {
    const built = installApp(database, kit)
    const launched = await browser(built.app).get(await launchPath(kit))
    const path = await callbackPath(String(launched.headers['location']))

    const answer = await browser(built.app).get(path)

    expect(answer.status).toBe(400)
    expect(answer.text).toContain('설치를 시작한 창이 아니거나')
    expect(await built.malls.find(MALL)).toBeNull()
  })

  it('refuses a made-up state and a query that is none', async () => {
    const { app } = installApp(database, kit)

    expect((await browser(app).get('/oauth/cafe24/callback?state=x&code=y')).status).toBe(400)
    expect((await browser(app).get('/oauth/cafe24/callback?state[a]=x')).status).toBe(400)
  })

  it('tells a sub-operator to log in as the owner', async () => {
    const built = installApp(database, kit)
    await kit.fake('/faults', { subOperator: true })
    const person = browser(built.app)
    const launched = await person.get(await launchPath(kit))

    const answer = await person.get(await callbackPath(String(launched.headers['location'])))

    expect(answer.status).toBe(403)
    expect(answer.text).toContain('대표운영자로 로그인')
  })

  it('installs nothing when the tokens are of another mall', async () => {
    const built = installApp(database, kit, {
      exchangeCode: async () => ({
        access: 'a',
        refresh: 'r',
        accessExpiresAt: new Date(0),
        refreshExpiresAt: new Date(0),
        scopes: [],
        shopId: 'othershop',
      }),
    })

    const answer = await browser(built.app).install(kit)

    expect(answer.status).toBe(400)
    expect(await built.malls.find(MALL)).toBeNull()
    expect(await built.tokens.find(MALL)).toBeNull()
  })
})

describe('a later launch', () => {
  it('lets the owner in without a new consent', async () => {
    const built = installApp(database, kit)
    await browser(built.app).install(kit)
    const owner = browser(built.app)
    kit.pass(60)

    const answer = await owner.get(await launchPath(kit))

    expect([answer.status, answer.headers['location']]).toEqual([302, '/'])
    expect(await owner.whoami()).toMatchObject({ mallId: MALL, role: 'owner' })
  })

  it('lets a sub-operator in as a marketer', async () => {
    const built = installApp(database, kit)
    await browser(built.app).install(kit)
    const person = browser(built.app)

    await person.get(await launchPath(kit, { user_id: 'staff1', user_name: '박지우', user_type: 'A' }))

    expect(await person.whoami()).toMatchObject({ role: 'marketer', name: '박지우' })
  })

  it('asks for a new consent after the app was deleted, even when its webhook was lost', async () => {
    const built = installApp(database, kit)
    await browser(built.app).install(kit)
    await kit.fake('/uninstall', {})
    kit.pass(60)

    const answer = await browser(built.app).get(await launchPath(kit))

    expect(String(answer.headers['location'])).toContain('/oauth/authorize')
    expect((await built.mall()).state).toBe('uninstalled')
    expect(await built.tokens.find(MALL)).toBeNull()
  })
})
