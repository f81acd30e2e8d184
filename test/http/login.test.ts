import { connectTestDatabase, type TestDatabase } from '../support/database'
import { homeApp, PASSWORD, visitor } from './home-app'

let database: TestDatabase
beforeEach(async () => {
  database = await connectTestDatabase()
})
afterEach(() => database.close())

async function withPeople() {
  const built = homeApp(database)
  const owner = await built.accounts.ownerOf('cafe24-a', 'shopa', '김하은')
  await built.accounts.setPassword('cafe24-a', owner.id, { loginId: 'haeun', password: PASSWORD })
  return { ...built, owner }
}
const right = { loginId: 'haeun', password: PASSWORD }

describe('the login', () => {
  it('leads a visitor back to the page they wanted, in a session of a new id', async () => {
    const { app } = await withPeople()
    const person = visitor(app)
    const sent = await person.get('/settings?from=mail')
    const before = String(sent.headers['set-cookie'])

    const answer = await person.post('/login', '/login', right)

    expect([sent.status, sent.headers['location']]).toEqual([303, '/login'])
    expect([answer.status, answer.headers['location']]).toEqual([303, '/settings?from=mail'])
    expect(String(answer.headers['set-cookie'])).toMatch(/^baguni\.sid=/)
    expect(sidOf(String(answer.headers['set-cookie']))).not.toBe(sidOf(before))
    expect((await person.get('/settings')).text).toContain('김하은 (나)')
  })

  it('answers an unknown id and a wrong password alike, keeps the id and never prints the password', async () => {
    const { app } = await withPeople()

    const wrong = await visitor(app).post('/login', '/login', { ...right, password: 'not-the-one-1' })
    const unknown = await visitor(app).post('/login', '/login', {
      loginId: 'nobody',
      password: 'not-the-one-1',
    })

    expect([wrong.status, unknown.status]).toEqual([401, 401])
    expect(bodyOf(wrong.text).replace('haeun', 'ID')).toBe(bodyOf(unknown.text).replace('nobody', 'ID'))
    expect(wrong.text).toContain('아이디나 비밀번호가 맞지 않아요')
    expect(wrong.text).toContain('value="haeun"')
    expect(wrong.text).not.toContain('not-the-one-1')
  })

  it('says what is missing in an empty form', async () => {
    const { app } = await withPeople()

    const answer = await visitor(app).post('/login', '/login', { loginId: ' ', password: '' })

    expect(answer.status).toBe(422)
    expect(answer.text).toContain('href="#f-loginId"')
    expect(answer.text).toContain('href="#f-password"')
  })

  it('takes no form without its token', async () => {
    const { app } = await withPeople()

    const answer = await visitor(app).post('/healthz', '/login', right)

    expect(answer.status).toBe(403)
  })

  it('lets nobody try more than 20 times in 15 minutes', async () => {
    const { app } = homeApp(database)
    const person = visitor(app)

    const answers = []
    for (let i = 0; i < 21; i += 1)
      answers.push(await person.post('/login', '/login', { loginId: '', password: '' }))

    expect(answers.map(({ status }) => status)).toEqual([...Array(20).fill(422), 429])
  })

  it('sends somebody who is in already to the home page', async () => {
    const { app } = await withPeople()
    const person = visitor(app)
    await person.post('/login', '/login', right)

    expect((await person.get('/login')).headers['location']).toBe('/')
  })
})

describe('the logout', () => {
  it('ends the session and says so', async () => {
    const { app } = await withPeople()
    const person = visitor(app)
    await person.post('/login', '/login', right)

    const answer = await person.post('/settings', '/logout', {})

    expect([answer.status, answer.headers['location']]).toEqual([303, '/login'])
    expect((await person.get('/login')).text).toContain('로그아웃했어요.')
    expect((await person.get('/')).headers['location']).toBe('/login')
  })
})

describe('a launch', () => {
  it('of a signed admin begins a session for the mall it names', async () => {
    const { app, accounts } = homeApp(database)
    const person = visitor(app)

    const answer = await person.get('/launch?cafe24-b.shopb.owner')

    expect([answer.status, answer.headers['location']]).toEqual([302, '/'])
    expect((await person.get('/')).status).toBe(200)
    expect(await accounts.people('cafe24-b')).toMatchObject([{ adminId: 'shopb', role: 'owner' }])
  })

  it('that is forged makes nobody and begins nothing', async () => {
    const { app } = homeApp(database)
    const person = visitor(app)

    const answer = await person.get('/launch?forged')

    expect([answer.status, answer.body]).toEqual([401, { refusal: 'bad-signature' }])
    expect((await person.get('/')).headers['location']).toBe('/login')
    expect(await database.connection.collection('users').countDocuments()).toBe(0)
  })
})

describe('a session', () => {
  it('ends at the next click of a removed person', async () => {
    const { app, accounts, owner } = await withPeople()
    await accounts.addPerson('cafe24-a', {
      name: '박지우',
      role: 'support',
      loginId: 'jiwoo',
      password: PASSWORD,
    })
    const person = visitor(app)
    await person.post('/login', '/login', { loginId: 'jiwoo', password: PASSWORD })
    const inside = await person.get('/')
    const jiwoo = (await accounts.people('cafe24-a')).find(({ loginId }) => loginId === 'jiwoo')

    await accounts.removePerson('cafe24-a', String(jiwoo?.id), owner.id)

    expect(inside.status).toBe(200)
    expect((await person.get('/')).headers['location']).toBe('/login')
  })

  it('with an old password ends when the password changes elsewhere', async () => {
    const { app, accounts, owner } = await withPeople()
    const person = visitor(app)
    await person.post('/login', '/login', right)

    await accounts.setPassword('cafe24-a', owner.id, {
      ...right,
      current: PASSWORD,
      password: 'another-one-1',
    })

    expect((await person.get('/')).headers['location']).toBe('/login')
  })
})

function sidOf(cookies: string): string | undefined {
  return /baguni\.sid=([^;]+)/.exec(cookies)?.[1]
}

function bodyOf(html: string): string {
  return html.replace(/name="_csrf" value="[^"]+"/g, '')
}
