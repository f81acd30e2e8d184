import request from 'supertest'
import { MALL_ID, type MallKit, startMallKit, WEBHOOK_KEY } from '../contract/play-mall-kit'
import { connectTestDatabase, type TestDatabase } from '../support/database'
import { MALL } from '../support/mall-stack'
import { installApp } from './install-app'

let database: TestDatabase
let kit: MallKit
let built: ReturnType<typeof installApp>
beforeEach(async () => {
  database = await connectTestDatabase()
  kit = await startMallKit()
  built = installApp(database, kit)
  await built.connect()
  kit.clock.set({ speed: 1000 })
})
afterEach(async () => {
  await kit.stop()
  await database.close()
})

const cartAdded = (memberId: string) => ({
  event_no: 90084,
  resource: { mall_id: MALL_ID, event_shop_no: '1', member_id: memberId, product_no: 11 },
})

function post(body: object | string, options: { key?: string; trace?: string } = {}) {
  const call = request(built.app)
    .post('/webhooks/cafe24')
    .set('Content-Type', 'application/json')
    .set('X-API-Key', options.key ?? WEBHOOK_KEY)
  if (options.trace) call.set('X-Trace-ID', options.trace)
  return call.send(body)
}

describe('POST /webhooks/cafe24', () => {
  it.each([['a wrong key'], ['']])('answers %j with 403 and keeps nothing', async (key) => {
    const answer = await post(cartAdded('member1'), { key })

    expect(answer.status).toBe(403)
    expect(await built.hints.due(10)).toEqual([])
  })

  it('keeps one hint of a delivery that comes twice', async () => {
    const answers = [
      await post(cartAdded('member1'), { trace: 't1' }),
      await post(cartAdded('member1'), { trace: 't1' }),
    ]

    expect(answers.map((answer) => answer.status)).toEqual([200, 200])
    expect(await built.hints.due(10)).toMatchObject([{ mallId: MALL, kind: 'cart', subject: 'member1' }])
  })

  it('keeps two hints of two equal adds, and one of a repeat without a delivery id', async () => {
    await post(cartAdded('member1'), { trace: 't1' })
    await post(cartAdded('member1'), { trace: 't2' })
    await post(cartAdded('member2'))
    await post(cartAdded('member2'))

    expect((await built.hints.due(10)).map((hint) => hint.subject).sort()).toEqual([
      'member1',
      'member1',
      'member2',
    ])
  })

  it('answers 200 for an event that we do not use and for a shop that we do not know', async () => {
    const unused = await post({ event_no: 90151, resource: { mall_id: MALL_ID } })
    const unknown = await post({ event_no: 90084, resource: { mall_id: 'strange', member_id: 'a' } })

    expect([unused.status, unknown.status]).toEqual([200, 200])
    expect(await built.hints.due(10)).toEqual([])
  })

  it.each([['no JSON'], ['{}'], ['[1]']])('answers 400 to %s', async (body) => {
    expect((await post(body)).status).toBe(400)
  })

  it('ends the mall only when the mall itself says that the app is gone', async () => {
    const deleted = { event_no: 90077, resource: { mall_id: MALL_ID, client_id: 'x' } }
    await post(deleted, { trace: 'forged' })
    await built.hintWork.runDue()
    const afterForged = (await built.mall()).state
    await kit.fake('/uninstall', {})
    await post(deleted, { trace: 'true' })
    await built.hintWork.runDue()

    expect([afterForged, (await built.mall()).state]).toEqual(['connected', 'uninstalled'])
    expect(await built.tokens.find(MALL)).toBeNull()
    expect(await built.malls.connected()).toEqual([])
  })
})

describe('POST /events/storefront', () => {
  const tell = (body: object | string) =>
    request(built.app)
      .post('/events/storefront')
      .set('Content-Type', 'text/plain')
      .send(typeof body === 'string' ? body : JSON.stringify(body))

  it('keeps a hint at the order and the trail, from any origin', async () => {
    const answer = await tell({
      mall_id: MALL_ID,
      cid: 'token',
      order_id: '20261122-0000001',
      member_id: 'member1',
    })

    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([204, '*'])
    expect(await built.hints.due(10)).toMatchObject([
      { kind: 'order', subject: '20261122-0000001', trail: 'token' },
    ])
  })

  it.each([
    ['{}'],
    ['nothing'],
    [{ mall_id: '../x', order_id: '1' }],
    [{ mall_id: MALL_ID, order_id: 'a b' }],
  ])('refuses %j', async (body) => {
    expect((await tell(body)).status).toBe(400)
  })

  it('takes no more than 60 a minute from one address', async () => {
    const answers: number[] = []
    for (let i = 0; i < 61; i += 1)
      answers.push((await tell({ mall_id: MALL_ID, order_id: `2026112-${i}` })).status)

    expect(answers.filter((status) => status === 429)).toHaveLength(1)
  })
})
