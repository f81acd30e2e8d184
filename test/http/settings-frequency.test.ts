import { frequencyOf } from '../../server/malls/frequency-cap'
import { mallStore } from '../../server/malls/mall-store'
import { connectTestDatabase, type TestDatabase } from '../support/database'
import { homeApp, visitor } from './home-app'

let database: TestDatabase
beforeEach(async () => {
  database = await connectTestDatabase()
})
afterEach(() => database.close())

async function visit(role: 'owner' | 'marketer' = 'owner') {
  const built = homeApp(database)
  const person = visitor(built.app)
  await person.get(`/launch?cafe24-a.shopa.${role}`)
  const save = (fields: Record<string, string>) => person.post('/settings', '/settings/frequency', fields)
  return { ...built, person, save }
}

describe('how often a customer is written to', () => {
  it('is once a day until somebody says otherwise, and the page says so', async () => {
    const { person } = await visit()

    const page = await person.get('/settings')

    expect(page.text).toContain('지금은 한 번호에 하루 1건까지 보내요.')
    expect(page.text).toMatch(/name="frequency" value="on" checked/)
    expect(page.text).toMatch(/name="messages" value="1"/)
  })

  it('is changed by owner and marketer, and said on the next page', async () => {
    const { world, person, save } = await visit('marketer')

    const saved = await save({ frequency: 'on', messages: '2건', days: '7일' })

    expect([saved.status, saved.headers['location']]).toEqual([303, '/settings'])
    expect(world.mall.frequency).toEqual({ messages: 2, days: 7 })
    expect((await person.get('/settings')).text).toContain('지금은 한 번호에 7일 동안 2건까지 보내요.')
  })

  it('is switched off whatever stands in the boxes, and the page warns', async () => {
    const { world, person, save } = await visit()

    await save({ frequency: 'off', messages: '많이', days: '' })

    expect(world.mall.frequency).toBeNull()
    expect((await person.get('/settings')).text).toContain('지금은 제한하지 않아요.')
  })

  it.each([
    ['no message', { messages: '0' }, 'f-messages', '1 이상으로'],
    ['more messages than anybody bears', { messages: '21' }, 'f-messages', '20 이하로'],
    ['no number', { messages: '한 건' }, 'f-messages', '숫자로 입력해 주세요'],
    ['half a day', { days: '0.5' }, 'f-days', '소수점 없이'],
    ['more than a month', { days: '31' }, 'f-days', '30 이하로'],
    ['an empty box', { days: '' }, 'f-days', '입력해 주세요'],
    ['no choice', { frequency: 'maybe' }, 'f-frequency', '횟수를 제한할지 골라 주세요'],
  ])('is not changed to %s; what was typed stays beside its error', async (_case, wrong, field, text) => {
    const { world, save } = await visit()

    const refused = await save({ frequency: 'on', messages: '3', days: '9', ...wrong })

    expect(refused.status).toBe(422)
    expect(refused.text).toContain(`href="#${field}"`)
    expect(refused.text).toContain(text)
    expect(refused.text).toMatch(/value="(3|9)"/)
    expect(world.mall.frequency).toBeUndefined()
  })
})

describe('the frequency cap in the store', () => {
  it('is the default until set, keeps "off" apart from it, and outlives a new installation', async () => {
    const malls = mallStore(database.connection)
    const installation = { id: 'cafe24-a', shopId: 'a', shopNo: 1, scopes: [], at: new Date(0) }
    await malls.connect(installation)
    const read = async () => frequencyOf(await malls.find('cafe24-a'))

    const before = await read()
    await malls.setFrequency('cafe24-a', null)
    await malls.connect(installation)
    const off = await read()
    await malls.setFrequency('cafe24-a', { messages: 2, days: 3 })

    expect([before, off, await read()]).toEqual([{ messages: 1, days: 1 }, null, { messages: 2, days: 3 }])
  })
})
