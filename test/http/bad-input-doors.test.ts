import { createHash } from 'node:crypto'
import request from 'supertest'
import { mallIdOf } from '../../server/malls/mall'
import { BOOKKEEPING, consent, type House, openHouse } from '../support/container'

const ALICE = mallIdOf('cafe24', 'shop-alice')
const KOREAN = /[가-힣]{2}/

let house: House

beforeAll(async () => {
  house = await openHouse(['shop-alice', 'shop-bora', 'shop-carol'])
  const alice = await house.install('shop-alice')
  await alice.post('/settings/sending-account/practice')
}, 60_000)

afterAll(() => house.close())

/** Opens `path` in a new browser: the answer, and whether it leads in. */
async function open(path: string) {
  const visitor = house.visitor()
  const { status, text, headers } = await visitor.get(path)
  const home = await visitor.get('/')
  return { status, korean: KOREAN.test(text), leadsTo: headers['location'], isIn: home.status === 200 }
}

const refused = (status: number) => ({ status, korean: true, leadsTo: undefined, isIn: false })

/** To a machine in its own words, to everybody else in Korean. */
function saysWhatIsWrong({ body, text }: request.Response): boolean {
  return typeof body.error === 'string' || KOREAN.test(text)
}

describe('a launch that the mall did not make', () => {
  const edited = async (edit: (path: string) => string) => edit(await house.launchPath('shop-alice'))

  it.each<[string, number, () => Promise<string>]>([
    ['with a value changed after signing', 403, () => house.launchPath('shop-alice', { tamper: true })],
    [
      'for another mall',
      403,
      () => edited((path) => path.replace('mall_id=shop-alice', 'mall_id=shop-bora')),
    ],
    [
      'for another person',
      403,
      () => edited((path) => path.replace('user_id=shop-alice', 'user_id=mallory')),
    ],
    ['with a second signature', 403, () => edited((path) => `${path}&hmac=AAAA`)],
    ['with a value added', 403, () => edited((path) => `${path}&user_type=P`)],
    ['with an empty signature', 400, () => edited((path) => path.replace(/hmac=.*/, 'hmac='))],
    ['without a signature', 400, () => edited((path) => path.replace(/&hmac=.*/, ''))],
    ['with half an escape as signature', 403, () => edited((path) => path.replace(/hmac=.*/, 'hmac=%E0%A4'))],
    ['with nothing', 400, async () => '/launch/cafe24'],
    [
      'for a mall that is no name',
      400,
      async () => '/launch/cafe24?mall_id[$ne]=x&timestamp=1&user_id=a&hmac=b',
    ],
    ['from two hours ago', 400, () => house.launchPath('shop-alice', { age_sec: 7_200 })],
    ['from two hours ahead', 400, () => house.launchPath('shop-alice', { age_sec: -7_200 })],
  ])('%s is refused, lets nobody in and leaves nothing', async (_name, status, pathOf) => {
    const path = await pathOf()
    const before = await house.dump(['sessions'])

    const answer = await open(path)

    expect(answer).toEqual(refused(status))
    expect(await house.dump(['sessions'])).toEqual(before)
  })

  it('used a second time is refused', async () => {
    const path = await house.launchPath('shop-alice')
    const first = await open(path)
    const before = await house.dump()

    const second = await open(path)

    expect(first).toMatchObject({ status: 302, leadsTo: '/', isIn: true })
    expect(second).toEqual(refused(400))
    expect(await house.dump()).toEqual(before)
  })
})

describe('a consent that does not come back as it went out', () => {
  let begun = 0

  /** Begins the installation of a shop; where the mall sends that browser back to. */
  async function begin(shopId: string) {
    const visitor = house.visitor()
    begun += 1
    // The mall signs a second of its clock, and two launches of one second are one: a minute apart they never meet.
    const launched = await visitor.get(await house.launchPath(shopId, { age_sec: begun * 60 }))
    return { visitor, callback: await consent(launched.headers['location'] ?? '') }
  }

  it.each([
    ['an unknown state', '/oauth/cafe24/callback?state=unknown&code=abc'],
    ['no state', '/oauth/cafe24/callback?code=abc'],
    ['nothing', '/oauth/cafe24/callback'],
    ['a state that is no text', '/oauth/cafe24/callback?state[$ne]=x&code=abc'],
    ['a huge state', `/oauth/cafe24/callback?state=${'s'.repeat(9_000)}&code=abc`],
  ])('with %s is refused and changes nothing', async (_name, path) => {
    const before = await house.dump(['sessions'])

    const answer = await open(path)

    expect(answer).toEqual(refused(400))
    expect(await house.dump(['sessions'])).toEqual(before)
  })

  it('in another browser is refused and changes nothing; the one that began it can still end it, once', async () => {
    const { visitor, callback } = await begin('shop-bora')
    const before = await house.dump(['sessions'])

    const foreign = await open(callback)
    const after = await house.dump(['sessions'])
    const own = await visitor.get(callback)
    const installed = await house.dump()
    const again = await visitor.get(callback)

    expect(foreign).toEqual(refused(400))
    expect(after).toEqual(before)
    expect([own.status, own.headers['location']]).toEqual([302, '/'])
    expect([again.status, KOREAN.test(again.text)]).toEqual([400, true])
    expect(await house.dump()).toEqual(installed)
  })

  it.each([
    ['a code that the mall never gave', 400, (path: string) => path.replace(/code=[^&]+/, 'code=made-up')],
    ['a refusal', 403, (path: string) => path.replace(/code=[^&]+/, 'error=access_denied')],
    ['neither code nor reason', 400, (path: string) => path.replace(/code=[^&]+/, 'code=')],
  ])('with %s installs nothing', async (_name, status, edit) => {
    const { visitor, callback } = await begin('shop-carol')
    const before = await house.dump(BOOKKEEPING)

    const answer = await visitor.get(edit(callback))

    expect([answer.status, KOREAN.test(answer.text)]).toEqual([status, true])
    expect(await house.dump(BOOKKEEPING)).toEqual(before)
  })
})

describe("a call to the mall's webhook", () => {
  const call = (headers: Record<string, string>, body: string) =>
    request(house.app)
      .post('/webhooks/cafe24')
      .set('Content-Type', 'application/json')
      .set(headers)
      .send(body)
  const event = (change: object = {}) =>
    JSON.stringify({ event_no: 90023, resource: { mall_id: 'shop-alice', order_id: 'o-1', ...change } })
  const withKey = () => ({ 'X-API-Key': house.webhookKey, 'X-Trace-ID': 'trace-1' })

  it.each<[string, number, () => [Record<string, string>, string]]>([
    ['without a key', 403, () => [{}, event()]],
    ['with an empty key', 403, () => [{ 'X-API-Key': '' }, event()]],
    ['with a wrong key', 403, () => [{ 'X-API-Key': 'wrong-key' }, event()]],
    ['with a key that is longer', 403, () => [{ 'X-API-Key': `${house.webhookKey}x` }, event()]],
    ['without a body', 400, () => [withKey(), '']],
    ['with half a JSON', 400, () => [withKey(), event().slice(0, -5)]],
    ['with a list', 400, () => [withKey(), '[]']],
    ['with null', 400, () => [withKey(), 'null']],
    ['without a resource', 400, () => [withKey(), '{"event_no":90023}']],
    [
      'with an event that is no number',
      400,
      () => [withKey(), '{"event_no":"x","resource":{"mall_id":"a"}}'],
    ],
    ['with a mall that is no text', 400, () => [withKey(), event({ mall_id: { $ne: '' } })]],
    ['with an order that is no text', 400, () => [withKey(), event({ order_id: { $ne: '' } })]],
    ['with a huge body', 413, () => [withKey(), event({ more: 'x'.repeat(100_000) })]],
  ])('%s says what is wrong and stores nothing', async (_name, status, made) => {
    const [headers, body] = made()
    const before = await house.dump([])

    const answer = await call(headers, body)

    expect(answer.status).toBe(status)
    expect(saysWhatIsWrong(answer)).toBe(true)
    expect(await house.dump([])).toEqual(before)
  })

  it('about a mall or an event that we do not know is taken, since the mall would switch us off, and stores nothing', async () => {
    const before = await house.dump([])

    const answers = [
      await call(withKey(), event({ mall_id: 'nobody' })),
      await call(withKey(), event().replace('90023', '12345')),
    ]

    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await house.dump([])).toEqual(before)
  })

  it('that is in order is stored: the refusals above are not the only answer', async () => {
    const before = await house.dump([])

    await call(withKey(), event()).expect(200)

    expect(await house.dump([])).not.toEqual(before)
  })
})

describe("a call to the relay's webhook", () => {
  async function address() {
    const account = await house.stores.sendingAccounts.newest(ALICE)
    const path = account?.webhook.path ?? ''
    const found = await house.container.sendingAccounts.byWebhookPath(path)
    return {
      path,
      secret: createHash('sha1')
        .update(found?.secret ?? '')
        .digest('hex'),
    }
  }
  const call = (path: string, secret: string, body: string) =>
    request(house.app)
      .post(`/webhooks/solapi/${path}`)
      .set({ 'Content-Type': 'application/json', 'X-Solapi-Secret': secret })
      .send(body)
  const receipt = JSON.stringify([
    { messageId: 'M1', statusCode: '4000', customFields: { k: 'f'.repeat(32) }, to: '01000000001' },
  ])

  it.each<[string, number, (path: string, secret: string) => [string, string, string]]>([
    ['at an unknown address', 404, (_path, secret) => ['unknown', secret, receipt]],
    ['at an address with a NUL', 404, (_path, secret) => ['%00', secret, receipt]],
    ['with a wrong secret', 401, (path) => [path, 'wrong', receipt]],
    ['without a secret', 401, (path) => [path, '', receipt]],
    ['that is no list', 401, (path, secret) => [path, secret, '{"messageId":"M1"}']],
    ['with half a JSON', 400, (path, secret) => [path, secret, receipt.slice(0, -3)]],
    ['about a send that is not ours', 200, (path, secret) => [path, secret, receipt]],
    ['with results of another shape', 200, (path, secret) => [path, secret, '[1,null,{"a":{"$gt":""}}]']],
  ])('%s changes nothing', async (_name, status, made) => {
    const { path, secret } = await address()
    const before = await house.dump([])

    const answer = await call(...made(path, secret))

    expect(answer.status).toBe(status)
    expect(status === 200 ? answer.body.ok : saysWhatIsWrong(answer)).toBe(true)
    expect(await house.dump([])).toEqual(before)
  })
})

describe("a call from a shop's own pages", () => {
  it.each([
    ['without an order', 400, '{"mall_id":"shop-alice"}'],
    ['with an order that is no id', 400, '{"mall_id":"shop-alice","order_id":"../../etc"}'],
    ['with objects in place of texts', 400, '{"mall_id":{"$ne":""},"order_id":{"$ne":""}}'],
    ['with half a JSON', 400, '{"mall_id":'],
    ['about a mall that we do not know', 204, '{"mall_id":"nobody","order_id":"o-1"}'],
    ['with a huge body', 413, JSON.stringify({ mall_id: 'shop-alice', order_id: 'x'.repeat(9_000) })],
  ])('%s changes nothing', async (_name, status, body) => {
    const before = await house.dump([])

    const answer = await request(house.app)
      .post('/events/storefront')
      .set('Content-Type', 'text/plain')
      .send(body)

    expect(answer.status).toBe(status)
    expect(status === 204 || saysWhatIsWrong(answer)).toBe(true)
    expect(await house.dump([])).toEqual(before)
  })
})
