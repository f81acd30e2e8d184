import { type House, openHouse, type Visitor } from '../support/container'
import { visitor } from './home-app'

const OWNER = 'owner@shop.example'

describe('what stands still, on the pages of a shop', () => {
  let house: House
  let owner: Visitor
  let neighbour: Visitor

  beforeAll(async () => {
    house = await openHouse(['firstshop', 'secondshop'])
    owner = await house.install('firstshop')
    neighbour = await house.install('secondshop')
  })
  afterAll(() => house.close())

  it('stands on the home page with its remedy as long as it lasts', async () => {
    await owner.post('/settings/sending-account/practice')
    const account = await house.stores.sendingAccounts.newest('cafe24-firstshop')
    await house.stores.sendingAccounts.setProblems('cafe24-firstshop', account?.version ?? 0, ['no-balance'])

    const troubled = (await owner.get('/').expect(200)).text
    expect(troubled).toContain('멈춰 있는 일')
    expect(troubled).toContain('발송 대행사의 잔액이 모자라 발송이 멈춰 있어요.')
    expect(troubled).toContain('href="/settings/sending-account">발송 계정 확인하기</a>')
    expect((await neighbour.get('/')).text).not.toContain('멈춰 있는 일')

    await house.stores.sendingAccounts.setProblems('cafe24-firstshop', account?.version ?? 0, [])
    expect((await owner.get('/')).text).not.toContain('멈춰 있는 일')
  })

  it('is mailed to the address that the shop gave, which only that shop sees', async () => {
    expect((await owner.get('/settings')).text).toContain('href="/settings/alerts"')
    expect((await owner.get('/settings/alerts')).text).toContain('받지 않음')

    const saved = await owner.post('/settings/alerts', { email: ` ${OWNER} ` })

    expect([saved.status, saved.headers['location']]).toEqual([303, '/settings/alerts'])
    const page = (await owner.get('/settings/alerts')).text
    expect(page).toContain(`value="${OWNER}"`)
    expect(page).toContain('받는 중')
    expect(page).toContain('아직 메일 서버가 연결되지 않아 홈에서만 알려요.')
    expect((await neighbour.get('/settings/alerts')).text).not.toContain('shop.example')
    expect(JSON.stringify(await house.dump())).not.toContain(OWNER)
  })

  it.each([
    'no address',
    'a@b',
    'a@b.example, c@d.example',
    `${'a'.repeat(200)}@shop.example`,
    'a@b.example\r\nBcc: c@d.example',
  ])('refuses %j as an address and keeps the old one', async (email) => {
    await owner.post('/settings/alerts', { email: OWNER })

    const refused = await owner.post('/settings/alerts', { email })

    expect(refused.status).toBe(422)
    expect(refused.text).toMatch(/이메일/)
    expect(await house.container.alerts.address('cafe24-firstshop')).toBe(OWNER)
  })

  it('is not mailed any more after the box was emptied', async () => {
    await owner.post('/settings/alerts', { email: OWNER })

    await owner.post('/settings/alerts', { email: '' })

    expect(await house.container.alerts.address('cafe24-firstshop')).toBeNull()
  })

  it('shows a person who may only look the address masked, and lets them change nothing', async () => {
    await owner.post('/settings/alerts', { email: OWNER })
    const password = 'basket-2026!'
    const invited = {
      personName: '박지우',
      role: 'support',
      personLoginId: 'jiwoo',
      personPassword: password,
    }
    await owner.post('/settings/people', invited)
    const support = visitor(house.app)
    await support.post('/login', '/login', { loginId: 'jiwoo', password })

    const page = (await support.get('/settings/alerts').expect(200)).text

    expect(page).toContain('o••••@shop.example')
    expect(page).not.toContain(OWNER)
    expect((await support.post('/settings', '/settings/alerts', { email: '' })).status).toBe(403)
    expect(await house.container.alerts.address('cafe24-firstshop')).toBe(OWNER)
  })
})
