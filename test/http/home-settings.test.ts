import { connectTestDatabase, type TestDatabase } from '../support/database'
import { homeApp, PASSWORD, sampleMall, visitor } from './home-app'

let database: TestDatabase
beforeEach(async () => {
  database = await connectTestDatabase()
})
afterEach(() => database.close())

const jiwoo = { personName: '박지우', role: 'support', personLoginId: 'jiwoo', personPassword: PASSWORD }

async function ownerIn() {
  const built = homeApp(database)
  const owner = visitor(built.app)
  await owner.get('/launch?cafe24-a.shopa.owner')
  return { ...built, owner }
}

describe('people in the settings', () => {
  it('are added by the owner and can log in', async () => {
    const { app, owner } = await ownerIn()

    const added = await owner.post('/settings', '/settings/people', jiwoo)
    const shown = await owner.get('/settings')
    const login = await visitor(app).post('/login', '/login', { loginId: 'jiwoo', password: PASSWORD })

    expect([added.status, added.headers['location']]).toEqual([303, '/settings'])
    expect(shown.text).toContain('추가했어요.')
    expect(shown.text).toContain('아이디 jiwoo')
    expect(login.headers['location']).toBe('/')
  })

  it.each([
    ['a short password', { personPassword: 'short' }, 'f-personPassword', '비밀번호를 10자 이상으로'],
    ['a role of the mall alone', { role: 'owner' }, 'f-role', '목록에 있는 값을'],
    ['a login id that is taken', { personLoginId: 'taken' }, 'f-personLoginId', '이미 쓰고 있는 아이디'],
  ])('are refused with %s, and what was typed stays but the password', async (_case, wrong, field, text) => {
    const { owner, accounts } = await ownerIn()
    await accounts.addPerson('cafe24-b', {
      name: '최민',
      role: 'marketer',
      loginId: 'taken',
      password: PASSWORD,
    })

    const answer = await owner.post('/settings', '/settings/people', { ...jiwoo, ...wrong })

    expect(answer.status).toBe(422)
    expect(answer.text).toContain(`href="#${field}"`)
    expect(answer.text).toContain(text)
    expect(answer.text).toContain('value="박지우"')
    expect(answer.text).not.toContain(`value="${PASSWORD}"`)
    expect(await accounts.people('cafe24-a')).toHaveLength(1)
  })

  it('are removed after a question', async () => {
    const { owner, accounts } = await ownerIn()
    await owner.post('/settings', '/settings/people', jiwoo)
    const id = String((await accounts.people('cafe24-a')).find(({ loginId }) => loginId === 'jiwoo')?.id)

    const asked = await owner.get(`/settings?remove=${id}`)
    const removed = await owner.post('/settings', `/settings/people/${id}/remove`, {})

    expect(asked.text).toContain('박지우 님을 내보낼까요?')
    expect(removed.status).toBe(303)
    expect(await accounts.find('cafe24-a', id)).toBeNull()
  })

  it('of another mall are 404 in every path, and stay', async () => {
    const { owner, accounts } = await ownerIn()
    const stranger = await accounts.ownerOf('cafe24-b', 'shopb', '최민')

    const asked = await owner.get(`/settings?remove=${stranger.id}`)
    const removed = await owner.post('/settings', `/settings/people/${stranger.id}/remove`, {})
    const hostile = await owner.post('/settings', '/settings/people/%7B%22$ne%22:1%7D/remove', {})

    expect([asked.status, removed.status, hostile.status]).toEqual([404, 404, 404])
    expect(await accounts.find('cafe24-b', stranger.id)).toEqual(stranger)
  })

  it('cannot be added or removed by anybody but an owner', async () => {
    const { app, owner, accounts } = await ownerIn()
    await owner.post('/settings', '/settings/people', { ...jiwoo, role: 'marketer' })
    const marketer = visitor(app)
    await marketer.post('/login', '/login', { loginId: 'jiwoo', password: PASSWORD })
    const [boss] = await accounts.people('cafe24-a')

    const added = await marketer.post('/settings', '/settings/people', { ...jiwoo, personLoginId: 'friend' })
    const removed = await marketer.post('/settings', `/settings/people/${boss?.id}/remove`, {})
    const { text } = await marketer.get('/settings')

    expect([added.status, removed.status]).toEqual([403, 403])
    expect(await accounts.people('cafe24-a')).toHaveLength(2)
    expect(text).not.toContain('사람 추가')
  })
})

describe('the own login', () => {
  it('is set, opens the door, and keeps this session while it changes', async () => {
    const { app, owner } = await ownerIn()

    const set = await owner.post('/settings', '/settings/password', { loginId: 'Haeun', password: PASSWORD })
    const after = await owner.get('/settings')
    const login = await visitor(app).post('/login', '/login', { loginId: 'haeun', password: PASSWORD })

    expect(set.status).toBe(303)
    expect([after.status, after.text.includes('저장했어요.')]).toEqual([200, true])
    expect(after.text).toContain('비밀번호 바꾸기')
    expect(login.headers['location']).toBe('/')
  })

  it('changes only with the current password', async () => {
    const { owner, accounts } = await ownerIn()
    await owner.post('/settings', '/settings/password', { loginId: 'haeun', password: PASSWORD })

    const change = { loginId: 'haeun', current: 'not-the-one-1', password: 'another-one-1' }
    const refused = await owner.post('/settings', '/settings/password', change)
    const changed = await owner.post('/settings', '/settings/password', { ...change, current: PASSWORD })

    expect([refused.status, changed.status]).toEqual([422, 303])
    expect(refused.text).toContain('지금 비밀번호가 달라요.')
    expect(await accounts.byLogin('haeun', 'another-one-1')).not.toBeNull()
  })
})

describe('the connection in the settings', () => {
  it('asks for one sync of the own mall', async () => {
    const { owner, world } = await ownerIn()

    const answer = await owner.post('/settings', '/settings/sync', {})

    expect(answer.status).toBe(303)
    expect(world.synced).toEqual(['cafe24-a'])
    expect((await owner.get('/settings')).text).toContain('동기화를 곧 시작해요.')
  })

  it('asks for none while one runs or the mall is not connected', async () => {
    const { owner, world } = await ownerIn()
    world.mall = sampleMall({ sync: { ...sampleMall().sync, state: 'running' } })
    await owner.post('/settings', '/settings/sync', {})
    world.mall = sampleMall({ state: 'reauth-required' })
    await owner.post('/settings', '/settings/sync', {})

    expect(world.synced).toEqual([])
    expect((await owner.get('/settings')).text).not.toContain('action="/settings/sync"')
  })

  it('says how to consent again, with the way there where one is known', async () => {
    const { owner, world } = await ownerIn()
    world.mall = sampleMall({ state: 'reauth-required' })
    const without = await owner.get('/settings')
    world.reconsentHref = 'https://shop.example.com/consent'
    const withWay = await owner.get('/settings')

    expect(without.text).toContain('쇼핑몰 관리자의 내 앱에서 바구니를 열어 다시 동의해 주세요')
    expect(without.text).not.toContain('다시 동의하기')
    expect(withWay.text).toContain('href="https://shop.example.com/consent"')
  })
})
