import { connectTestDatabase, type TestDatabase } from '../support/database'
import { homeApp, PASSWORD, sampleMall, visitor } from './home-app'

let database: TestDatabase
beforeEach(async () => {
  database = await connectTestDatabase()
})
afterEach(() => database.close())

describe('the home page', () => {
  it('shows a new shop what is missing, one strong step, and refreshes itself while the sync runs', async () => {
    const { app, world } = homeApp(database)
    const { sync } = sampleMall()
    world.mall = sampleMall({
      cartDays: 5,
      sync: { ...sync, state: 'running', step: 'carts', done: 50, total: 200, fullPullAt: null },
    })
    world.ready = { sendingAccount: 'none', has080: false, campaigns: 0, running: 0 }
    const owner = visitor(app)
    await owner.get('/launch?cafe24-a.shopa.owner')

    const { text, status } = await owner.get('/')

    expect(status).toBe(200)
    expect(text).toContain('시작하기 · 5개 중 1개 끝났어요')
    expect(text.match(/btn-strong/g)).toHaveLength(1)
    expect(text).toContain(
      '<a class="btn btn-strong" href="/settings/sending-account">발송 계정 연결하기</a>',
    )
    expect(text).toContain('aria-valuenow="25"')
    expect(text).toContain('<meta http-equiv="refresh" content="5">')
    expect(text).toContain('담은 지 5일이 지난 장바구니를 비워요')
    expect(text).not.toContain('보낼 고객')
  })

  it('shows a running shop its day, and stops refreshing', async () => {
    const { app } = homeApp(database)
    const owner = visitor(app)
    await owner.get('/launch?cafe24-a.shopa.owner')

    const { text } = await owner.get('/')

    expect(text).toContain('오늘 33명 중 31명에게 보냈어요.')
    expect(text).toContain('238,600원')
    expect(text).not.toContain('http-equiv="refresh"')
    expect(text).not.toContain('시작하기 ·')
  })

  it('prints names of other rooms as text', async () => {
    const { app, world } = homeApp(database)
    world.mall = sampleMall({ name: '<b>가게</b>' })
    world.ready = { standingStill: [{ reason: '<i>멈췄어요</i>', remedyHref: '/campaigns/c1' }] }
    const owner = visitor(app)
    await owner.get('/launch?cafe24-a.shopa.owner')

    const { text } = await owner.get('/')

    expect(text).toContain('&lt;b&gt;가게')
    expect(text).toContain('&lt;i&gt;멈췄어요')
  })

  it('gives support people no buttons', async () => {
    const { app, world, accounts } = homeApp(database)
    world.ready = { sendingAccount: 'none', has080: false, campaigns: 0, running: 0 }
    await accounts.addPerson('cafe24-a', {
      name: '박지우',
      role: 'support',
      loginId: 'jiwoo',
      password: PASSWORD,
    })
    const person = visitor(app)
    await person.post('/login', '/login', { loginId: 'jiwoo', password: PASSWORD })

    const { text } = await person.get('/')

    expect(text).toContain('시작하기 · 5개 중 2개')
    expect(text).not.toContain('btn-strong')
  })
})
