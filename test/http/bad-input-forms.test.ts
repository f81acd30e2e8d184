import request from 'supertest'
import { addDays } from '../../server/core/seoul'
import { type House, openHouse, TODAY, type Visitor } from '../support/container'
import { fieldsOf } from './campaigns-app'

type Fields = Record<string, string | string[]>

const KOREAN = /[가-힣]{2}/

let house: House
let owner: Visitor
let path: string
let fields: Fields

beforeAll(async () => {
  house = await openHouse(['shop-alice'])
  owner = await house.install('shop-alice')
  await house.sync('shop-alice')
  await owner.post('/settings/sending-account/practice')
  const made = await owner.post('/campaigns', { recipe: 'day-7' })
  path = String(made.headers['location'])
  fields = fieldsOf((await owner.get(path)).text)
}, 60_000)

afterAll(() => house.close())

/** The fields that an answer marks as wrong, each with its Korean sentence. */
function marked(html: string): Record<string, string> {
  const list = /<div class="errors"[\s\S]*?<\/div>/.exec(html)?.[0] ?? ''
  const items = [...list.matchAll(/<a href="#f-([\w-]+)">([^<]+)<\/a>/g)]
  return Object.fromEntries(items.map(([, field = '', text = '']) => [field, text]))
}

describe('a campaign', () => {
  it.each<[string, string, Fields]>([
    ['a first day that has passed', 'fromDay', { fromDay: addDays(TODAY, -1) }],
    ['a first day that is none', 'fromDay', { fromDay: '2026-02-30' }],
    ['a last day that has passed', 'untilDay', { untilDay: addDays(TODAY, -1) }],
    ['a last day before the first', 'untilDay', { fromDay: addDays(TODAY, 3), untilDay: addDays(TODAY, 1) }],
    ['a cap of 0', 'dailyCapWon', { cap: 'on', dailyCapWon: '0' }],
    ['a cap of nothing', 'dailyCapWon', { cap: 'on', dailyCapWon: '' }],
    ['a cap below 0', 'dailyCapWon', { cap: 'on', dailyCapWon: '-25' }],
    ['a cap of half a won', 'dailyCapWon', { cap: 'on', dailyCapWon: '0.5' }],
    ['a cap in another notation', 'dailyCapWon', { cap: 'on', dailyCapWon: '1e9' }],
    ['a cap in hexadecimals', 'dailyCapWon', { cap: 'on', dailyCapWon: '0x7530' }],
    ['a cap without a limit', 'dailyCapWon', { cap: 'on', dailyCapWon: 'Infinity' }],
    ['a cap that is neither on nor off', 'cap', { cap: '' }],
    ['quiet hours from 21:00', 'quietFrom', { quietFrom: '21:00' }],
    ['quiet hours until 07:59', 'quietTo', { quietTo: '07:59' }],
    ['quiet hours by day', 'quietFrom', { quietFrom: '08:00', quietTo: '20:00' }],
    ['quiet hours of no length', 'quietFrom', { quietFrom: '08:00', quietTo: '08:00' }],
    ['a quiet hour that is none', 'quietFrom', { quietFrom: '24:00' }],
    ['a latest time at night', 'latest', { latest: '22:00' }],
    ['an unknown variable', 'text', { text: '{전화번호}님, 안녕하세요.' }],
    ['half a variable', 'text', { text: '{상품명이 기다려요.' }],
    ['a label that Kakao sets itself', 'text', { text: '(광고) {상품명}' }],
    ['no text', 'text', { text: '' }],
    ['a text of 1,301 characters', 'text', { text: '가'.repeat(1_301) }],
    ['a variable on the button', 'buttonName', { buttonName: '{상품명}' }],
    ['no fallback for the name', 'fallbackName', { fallbackName: ' ' }],
    ['-1 days', 'days', { days: '-1' }],
    ['366 days', 'days', { days: '366' }],
    ['days in words', 'days', { days: 'seven' }],
    ['several numbers of days', 'days', { days: ['7', '8'] }],
    ['an object for the days', 'days', { 'days[$gt]': '0' }],
    ['no choice about purchases', 'purchases', { purchases: '' }],
    ['no weekday', 'weekdays', { weekdays: [] }],
    ['a weekday without a number', 'weekdays', { weekdays: '' }],
    ['an eighth weekday', 'weekdays', { weekdays: ['1', '8'] }],
    ['a repeat window of 0 days', 'repeatDays', { repeatDays: '0' }],
    ['attribution of 31 days', 'attributionDays', { attributionDays: '31' }],
    ['no name', 'name', { name: '' }],
  ])('with %s is not saved: its field %s says why', async (_name, field, change) => {
    const { days, ...rest } = fields
    const posted = 'days[$gt]' in change ? rest : { ...rest, days: days ?? '7' }
    const before = await house.dump()

    const answer = await owner.post(path, { ...posted, next: 'save', ...change })

    expect(answer.status).toBe(422)
    expect(Object.keys(marked(answer.text))).toContain(field)
    expect(marked(answer.text)[field]).toMatch(KOREAN)
    expect(await house.dump()).toEqual(before)
  })

  it('with everything wrong at once says all of it at once', async () => {
    const before = await house.dump()

    const answer = await owner.post(path, {
      ...fields,
      next: 'start',
      dailyCapWon: '0',
      text: '{없음}',
      days: '',
      repeatDays: 'x',
    })

    expect(answer.status).toBe(422)
    expect(Object.keys(marked(answer.text)).sort()).toEqual(['dailyCapWon', 'days', 'repeatDays', 'text'])
    expect(await house.dump()).toEqual(before)
  })

  it('that is in order is saved: the refusals above are not the only answer', async () => {
    const before = await house.dump()

    const answer = await owner.post(path, { ...fields, next: 'save', name: '다른 이름' })

    expect(answer.status).toBe(303)
    expect(await house.dump()).not.toEqual(before)
  })

  it('takes nothing from a form that it did not ask for', async () => {
    await owner.post(path, {
      ...fields,
      next: 'save',
      name: '또 다른 이름',
      mallId: 'cafe24-somebody-else',
      id: 'f'.repeat(24),
      state: 'running',
      'segment[scope]': 'everybody',
      '__proto__[isAdmin]': 'yes',
      'constructor[prototype][isAdmin]': 'yes',
    })

    const id = path.slice('/campaigns/'.length)
    const campaign = await house.stores.campaigns.find('cafe24-shop-alice', id)
    expect(campaign).toMatchObject({ id, mallId: 'cafe24-shop-alice', state: 'draft' })
    expect(JSON.stringify(await house.dump())).not.toMatch(/somebody-else|everybody|isAdmin/)
    expect(Object.prototype).not.toHaveProperty('isAdmin')
  })

  it.each([
    ['of an unknown recipe', () => '/campaigns', { recipe: 'no-such-recipe' }, [404, 422]],
    ['that does not run, paused,', () => `${path}/pause`, {}, [409]],
    ['tested with a phone that is none', () => `${path}/test`, { phone: '02-000', memberId: 'x' }, [422]],
    ['tested for nobody', () => `${path}/test`, { phone: '010-0000-0001', memberId: 'nobody' }, [422]],
  ])('%s changes nothing', async (_name, pathOf, form, statuses) => {
    const before = await house.dump()

    const answer = await owner.post(pathOf(), form)

    expect(statuses).toContain(answer.status)
    expect(answer.text).toMatch(KOREAN)
    expect(await house.dump()).toEqual(before)
  })
})

describe('another form', () => {
  it.each<[string, number, string, Fields]>([
    [
      'a sending account with a wrong key',
      422,
      '/settings/sending-account',
      accountForm({ apiKey: 'WRONG' }),
    ],
    [
      'a sending account with a sender that is none',
      422,
      '/settings/sending-account',
      accountForm({ senderNumber: 'x' }),
    ],
    ['an empty sending account', 422, '/settings/sending-account', {}],
    ['a person without a password', 422, '/settings/people', personForm({ personPassword: '' })],
    ['a person with a short password', 422, '/settings/people', personForm({ personPassword: 'short' })],
    ['a person with the role of an operator', 422, '/settings/people', personForm({ role: 'operator' })],
    ['a person with the role of an owner', 422, '/settings/people', personForm({ role: 'owner' })],
    ['a removal of nobody', 404, `/settings/people/${'f'.repeat(24)}/remove`, {}],
    ['a removal of what is no id', 404, '/settings/people/..%2f..%2f/remove', {}],
    ['a password that is too short', 422, '/settings/password', { loginId: 'owner', password: 'x' }],
    ['a login id that is an object', 422, '/settings/password', { 'loginId[$ne]': 'x', password: 'x' }],
    ['a search for nothing', 422, '/support/search', { q: ' ' }],
    ['a search by an object', 422, '/support/search', { 'q[$ne]': 'x' }],
    ['an unmasking without a reason', 422, '/support/people/shop-alice-member-1/unmask', { reason: '' }],
    ['an opt-out of nobody', 404, '/support/people/nobody/opt-out', { reason: '고객이 직접 문의함' }],
  ])('with %s is answered %i in Korean and changes nothing', async (_name, status, to, form) => {
    const before = await house.dump()

    const answer = await owner.post(to, form)

    expect([answer.status, KOREAN.test(answer.text)]).toEqual([status, true])
    expect(await house.dump()).toEqual(before)
  })

  it.each<[string, number, Fields]>([
    ['a wrong password', 401, { loginId: 'nobody', password: 'wrong-password' }],
    ['objects', 422, { 'loginId[$ne]': 'x', 'password[$ne]': 'x' }],
    ['nothing', 422, {}],
  ])('of the login with %s lets nobody in', async (_name, status, form) => {
    const agent = request.agent(house.app)
    const token = /name="_csrf" value="([^"]+)"/.exec((await agent.get('/login')).text)?.[1] ?? ''
    const before = await house.dump()

    const answer = await agent
      .post('/login')
      .accept('html')
      .type('form')
      .send({ ...form, _csrf: token })
    const home = await agent.get('/').accept('html')

    expect([answer.status, KOREAN.test(answer.text), home.status]).toEqual([status, true, 303])
    expect(await house.dump()).toEqual(before)
  })
})

describe('a draft whose days have all passed', () => {
  it('is not started: the notice names the day, and it stays a draft', async () => {
    const made = await owner.post('/campaigns', { recipe: 'day-7' })
    const draft = String(made.headers['location'])
    const own = fieldsOf((await owner.get(draft)).text)
    await owner.post(draft, { ...own, next: 'save', fromDay: TODAY, untilDay: TODAY })
    await house.moveTo(addDays(TODAY, 3), 10 * 60)
    const before = await house.dump()

    const answer = await owner.post(`${draft}/start`, { first: 'today' })
    const page = await owner.get(draft)

    expect(answer.status).toBe(303)
    expect(page.text).toContain('이미 지난 날이에요')
    expect(await house.dump()).toEqual(before)
  })
})

function accountForm(change: Fields): Fields {
  const form = { apiKey: 'HOUSEKEY00000001', apiSecret: 'a-wrong-secret', pfId: 'KA01PFHOUSE' }
  return { ...form, senderNumber: '0200000000', number080: '0800000000', ...change }
}

function personForm(change: Fields): Fields {
  const form = { personName: '박둘', role: 'support', personLoginId: 'second-person' }
  return { ...form, personPassword: 'a-long-enough-password', ...change }
}
