import { createHmac } from 'node:crypto'
import { readLaunch } from '../../server/malls/launch-rules'
import { readWebhook } from '../../server/malls/webhook-rules'

const SECRET = 'TEST_CLIENT_SECRET'
// The vector of the Cafe24 notes §1.2: a Korean name, signed as it stands in the URL.
const MESSAGE =
  'is_multi_shop=F&lang=ko_KR&mall_id=samplemall&nation=KR&shop_no=1&timestamp=1763788800&user_id=samplemall&user_name=%EC%83%98%ED%94%8C&user_type=P'
const HMAC = 'GBlWTfTFf304l56i13L2gM1f%2FQphA17NzlTQlNYyCpU%3D'
const SIGNED_AT = new Date(1_763_788_800_000)

describe('readLaunch', () => {
  const read = (query: string, now = SIGNED_AT) =>
    readLaunch(query, { clientSecret: SECRET, skewSeconds: 3600, now })

  it('takes the signed vector and names who opens which shop', () => {
    expect(read(`${MESSAGE}&hmac=${HMAC}`)).toMatchObject({
      shopId: 'samplemall',
      adminId: 'samplemall',
      adminName: '샘플',
      isOwner: true,
    })
  })

  it('takes the same pairs in another order, as the same use', () => {
    const inOrder = read(`${MESSAGE}&hmac=${HMAC}`)
    const shuffled = read(`hmac=${HMAC}&${MESSAGE.split('&').reverse().join('&')}`)

    expect(shuffled).toEqual(inOrder)
  })

  it('takes unknown parameters that are signed too', () => {
    const message = `a_new_one=1&${MESSAGE}`
    const hmac = createHmac('sha256', SECRET).update(message).digest('base64')

    expect(read(`${message}&hmac=${encodeURIComponent(hmac)}`)).toMatchObject({ shopId: 'samplemall' })
  })

  it.each([
    [
      'a signature over decoded values',
      `${MESSAGE}&hmac=%2BOqBHaP4HKKoCkR%2Fcb3fLxP2%2BewgNsKPF8L5bSwBbqg%3D`,
    ],
    ['a changed shop', `${MESSAGE.replace('samplemall&nation', 'othermall&nation')}&hmac=${HMAC}`],
    ['an added parameter', `${MESSAGE}&zzz=1&hmac=${HMAC}`],
    ['two signatures', `${MESSAGE}&hmac=${HMAC}&hmac=${HMAC}`],
    ['a signature that is no Base64', `${MESSAGE}&hmac=%zz`],
  ])('refuses %s as forged', (_what, query) => {
    expect(read(query)).toBe('forged')
  })

  it.each([
    ['without a signature', MESSAGE],
    ['without a shop', `timestamp=1763788800&user_id=a&hmac=${HMAC}`],
    [
      'with a shop id that could name another host',
      `mall_id=evil.example%2F&timestamp=1&user_id=a&hmac=${HMAC}`,
    ],
    ['without anything', ''],
  ])('calls a query %s incomplete', (_what, query) => {
    expect(read(query)).toBe('incomplete')
  })

  it('refuses a launch from one hour ago, to the second', () => {
    const query = `${MESSAGE}&hmac=${HMAC}`

    expect(read(query, new Date(SIGNED_AT.getTime() + 3_599_999))).toMatchObject({ shopId: 'samplemall' })
    expect(read(query, new Date(SIGNED_AT.getTime() + 3_600_000))).toBe('stale')
    expect(read(query, new Date(SIGNED_AT.getTime() - 3_600_000))).toBe('stale')
  })
})

describe('readWebhook', () => {
  it.each([
    [90084, { member_id: 'gildong01' }, [{ kind: 'cart', subject: 'gildong01' }]],
    [90084, { member_id: null }, []],
    [90023, { order_id: '20261120-0000013' }, [{ kind: 'order', subject: '20261120-0000013' }]],
    [90026, { order_id: '20261120-0000013' }, [{ kind: 'order', subject: '20261120-0000013' }]],
    [90032, { member_id: 'new01' }, [{ kind: 'member', subject: 'new01' }]],
    [
      90145,
      { member_id: 'a1, b2' },
      [
        { kind: 'member', subject: 'a1' },
        { kind: 'member', subject: 'b2' },
      ],
    ],
    [90077, { app_name: '바구니' }, [{ kind: 'uninstall', subject: '' }]],
    [90151, { coupon_no: 1 }, []],
  ])('reads event %i', (event_no, resource, hints) => {
    expect(readWebhook({ event_no, resource: { mall_id: 'shop', ...resource } })).toEqual({
      shopId: 'shop',
      hints,
    })
  })

  it.each([[null], ['text'], [{ event_no: 90084 }], [{ event_no: 'x', resource: { mall_id: 'a' } }]])(
    'takes %j for no webhook',
    (body) => {
      expect(readWebhook(body)).toBeNull()
    },
  )
})
