import request from 'supertest'
import { type House, openHouse, type Visitor } from '../support/container'

const KOREAN = /[가-힣]{2}/

let house: House
let owner: Visitor
let agent: ReturnType<typeof request.agent>
let token: string

beforeAll(async () => {
  house = await openHouse(['shop-alice'])
  owner = await house.install('shop-alice')
  agent = request.agent(house.app)
  // A second of the mall's clock later, since an App URL works once.
  await agent.get(await house.launchPath('shop-alice', { age_sec: 60 })).expect(302)
  token = /name="_csrf" value="([^"]+)"/.exec((await agent.get('/settings')).text)?.[1] ?? ''
}, 60_000)

afterAll(() => house.close())

/** A person: id and login, for requests that are refused before anybody reads them. */
const PERSON = 'personName=a&role=support&personLoginId=second&personPassword=a-long-enough-password'

describe('a request that cannot be read', () => {
  const post = (type: string, headers: Record<string, string> = {}) =>
    agent.post('/settings/people').set({ Accept: 'text/html', 'Content-Type': type, ...headers })

  it.each<[string, number[], () => request.Test]>([
    ['half a JSON', [400], () => post('application/json').send('{"personName":')],
    ['JSON that is no object', [400, 403], () => post('application/json').send('"text"')],
    [
      'a form of 300 kB',
      [413],
      () => post('application/x-www-form-urlencoded').send(`a=${'x'.repeat(300_000)}`),
    ],
    [
      'a JSON of 300 kB',
      [413],
      () => post('application/json').send(JSON.stringify({ a: 'x'.repeat(300_000) })),
    ],
    ['2,000 fields', [413], () => post('application/x-www-form-urlencoded').send('a=1&'.repeat(2_000))],
    [
      'an unknown compression',
      [415],
      () => post('application/x-www-form-urlencoded', { 'Content-Encoding': 'x' }).send(PERSON),
    ],
    ['an unknown alphabet', [415], () => post('application/x-www-form-urlencoded; charset=x').send(PERSON)],
    ['plain text', [403], () => post('text/plain').send(PERSON)],
    ['no form token', [403], () => post('application/x-www-form-urlencoded').send(PERSON)],
    [
      'a form token that is made up',
      [403],
      () => post('application/x-www-form-urlencoded').send(`${PERSON}&_csrf=made-up`),
    ],
    [
      'a list of form tokens',
      [403],
      () => post('application/x-www-form-urlencoded').send(`${PERSON}&_csrf=${token}&_csrf=${token}`),
    ],
  ])('with %s is refused in Korean and changes nothing', async (_name, statuses, made) => {
    const before = await house.dump()

    const answer = await made()

    expect(statuses).toContain(answer.status)
    expect(answer.text).toMatch(KOREAN)
    expect(await house.dump()).toEqual(before)
  })

  it('with the form token of another session is refused', async () => {
    const before = await house.dump()
    const other = await owner.get('/settings')
    const theirs = /name="_csrf" value="([^"]+)"/.exec(other.text)?.[1] ?? ''

    const answer = await post('application/x-www-form-urlencoded').send(`${PERSON}&_csrf=${theirs}`)

    expect([answer.status, KOREAN.test(answer.text)]).toEqual([403, true])
    expect(await house.dump()).toEqual(before)
  })

  it('is answered to a script in JSON', async () => {
    const answer = await agent
      .post('/settings/people')
      .set({ Accept: 'application/json', 'Content-Type': 'application/json' })
      .send('{"a":')

    expect(answer.status).toBe(400)
    expect(answer.body.error).toMatchObject({ code: 'bad-request', message: expect.stringMatching(KOREAN) })
  })

  it('becomes a person when it can be read: the refusals above are not the only answer', async () => {
    const answer = await post('application/x-www-form-urlencoded').send(`${PERSON}&_csrf=${token}`)

    expect(answer.status).toBe(303)
    expect(await house.stores.users.byLoginId('second')).not.toBeNull()
  })
})

describe('an address that names nothing', () => {
  it.each([
    '/nowhere',
    '/campaigns/zzz',
    '/campaigns/__proto__',
    `/campaigns/${'f'.repeat(24)}`,
    `/campaigns/${'f'.repeat(24)}/preview/send`,
    `/campaigns/${'f'.repeat(24)}/test`,
    '/campaigns/%00',
    `/campaigns/${'9'.repeat(5_000)}`,
    '/reports/runs/..%2f..%2fetc',
    `/reports/runs/${'f'.repeat(24)}`,
    `/reports/runs/${'f'.repeat(24)}/people.csv`,
    `/reports/campaigns/${'f'.repeat(24)}`,
    '/support/people/nobody',
    '/support/people/%00',
    `/support/people/${'가'.repeat(300)}`,
    '/settings?remove=nobody',
    '/assets/../package.json',
    '/assets/%2e%2e%2fpackage.json',
    '/assets/..%5c..%5cpackage.json',
  ])('%s is answered 404 in Korean', async (path) => {
    const before = await house.dump()

    const answer = await owner.get(encoded(path))

    expect([answer.status, KOREAN.test(answer.text)]).toEqual([404, true])
    expect(await house.dump()).toEqual(before)
  })

  it('with half an escape is answered 400 in Korean', async () => {
    const answer = await owner.get('/support/people/%E0%A4%A')

    expect([answer.status, KOREAN.test(answer.text)]).toEqual([400, true])
  })

  it.each([
    '/reports?after=garbage',
    '/reports?after[$gt]=',
    '/reports?after=%00',
    '/campaigns/new?recipe=no-such',
    '/campaigns?page=-1',
    '/support?act=unmask',
  ])('%s asks for nothing that is there, and is shown as if it had not asked', async (path) => {
    expect((await owner.get(path)).status).toBe(200)
  })
})

/** Clients send no bare Korean letters. */
function encoded(path: string): string {
  return path.replace(/[^\x20-\x7e]/g, encodeURIComponent)
}
