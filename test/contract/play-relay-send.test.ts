import {
  ACCOUNT,
  brandText,
  MORNING,
  phonesWith,
  type RelayKit,
  request,
  signature,
  startRelay,
} from './play-relay-kit'

const [first = '', second = ''] = phonesWith('reached', 'prompt', 2)
const HOUR_MS = 3_600_000

const LMS = { type: 'LMS', from: '0212340000', subject: '소식' }

describe('signature of a call to the play relay', () => {
  let kit: RelayKit
  beforeEach(async () => {
    kit = await startRelay()
  })
  afterEach(() => kit.close())

  const balance = (authorization: string) =>
    request(`${kit.url}/cash/v1/balance`, 'GET', undefined, { authorization })

  it('passes with a UTC date and with a date that carries an offset', async () => {
    const seoul = new Date(Date.now() + 9 * HOUR_MS).toISOString().replace(/\.\d+Z$/, '+09:00')

    expect((await balance(signature())).status).toBe(200)
    expect((await balance(signature({ date: seoul }))).status).toBe(200)
  })

  it.each([
    ['a wrong secret', () => signature({ secret: 'wrong' }), 403, 'SignatureDoesNotMatch'],
    ['an unknown key', () => signature({ apiKey: 'NCSOTHER' }), 403, 'InvalidAPIKey'],
    ['a salt too short', () => signature({ salt: 'short' }), 403, 'SignatureDoesNotMatch'],
    [
      '16 minutes ago',
      () => signature({ date: new Date(Date.now() - 16 * 60_000).toISOString() }),
      403,
      'RequestTimeTooSkewed',
    ],
    ['a date that is none', () => signature({ date: 'yesterday' }), 403, 'RequestTimeTooSkewed'],
    ['no signature', () => '', 401, 'Unauthorized'],
  ])('is refused with %s', async (_case, header, status, errorCode) => {
    expect(await balance(header())).toMatchObject({ status, body: { errorCode } })
  })

  it('is refused when it comes a second time', async () => {
    const header = signature()
    await balance(header)

    expect(await balance(header)).toMatchObject({ status: 403, body: { errorCode: 'DuplicatedSignature' } })
  })

  it('is judged by machine time, whatever the business clock shows', async () => {
    kit.clock.set({ now: new Date('2031-01-01T00:00:00Z') })

    expect((await balance(signature())).status).toBe(200)
  })
})

describe('group at the play relay', () => {
  let kit: RelayKit
  beforeEach(async () => {
    kit = await startRelay()
  })
  afterEach(() => kit.close())

  async function filledGroup(messages: unknown[]): Promise<{ groupId: string; codes: string[] }> {
    const { groupId } = (await kit.call('POST', '/messages/v4/groups', {})).body
    const added = await kit.call('PUT', `/messages/v4/groups/${groupId}/messages`, { messages })
    return {
      groupId,
      codes: added.body.resultList.map((result: { statusCode: string }) => result.statusCode),
    }
  }
  const send = (groupId: string) => kit.call('POST', `/messages/v4/groups/${groupId}/send`)

  it('lets nothing leave and costs nothing before it is sent', async () => {
    await filledGroup([brandText(first)])
    await kit.passSeconds(3600)

    expect(kit.relay.journal()).toEqual([])
    expect((await kit.call('GET', '/cash/v1/balance')).body.balance).toBe(10_000_000)
  })

  it('leaves once: a second send gets 409 while under way and after the end', async () => {
    const { groupId } = await filledGroup([brandText(first)])
    await send(groupId)
    const soon = await send(groupId)
    await kit.passSeconds(60)
    const later = await send(groupId)

    expect(soon).toMatchObject({ status: 409, body: { errorCode: 'GroupInProcessing' } })
    expect(later).toMatchObject({ status: 409, body: { errorCode: 'AlreadySent' } })
    expect(kit.relay.journal()).toHaveLength(1)
  })

  it('can be deleted while pending, and then never leaves', async () => {
    const { groupId } = await filledGroup([brandText(first)])
    const deleted = await kit.call('DELETE', `/messages/v4/groups/${groupId}`)

    expect(deleted.body.status).toBe('DELETED')
    expect(await send(groupId)).toMatchObject({ status: 400, body: { errorCode: 'DeletedGroup' } })
    expect((await kit.call('GET', `/messages/v4/groups/${groupId}`)).body.status).toBe('DELETED')
    expect(kit.relay.journal()).toEqual([])
  })

  it('cannot be deleted once sent', async () => {
    const { groupId } = await filledGroup([brandText(first)])
    await send(groupId)

    expect(await kit.call('DELETE', `/messages/v4/groups/${groupId}`)).toMatchObject({ status: 409 })
  })

  it('refuses the second message to one phone with 1026', async () => {
    const { codes } = await filledGroup([brandText(first), brandText(second), brandText(first)])

    expect(codes).toEqual(['2000', '2000', '1026'])
  })

  it.each([
    [
      'another channel',
      { kakaoOptions: { pfId: 'KA01OTHER', bms: { targeting: 'I', chatBubbleType: 'TEXT' } } },
      '1041',
    ],
    ['an empty text', { text: ' ' }, '1031'],
    ['1,301 characters', { text: '가'.repeat(1301) }, '1031'],
    ['1,300 characters', { text: '가'.repeat(1300) }, '2000'],
    ['100 line breaks', { text: `가${'\n'.repeat(100)}나` }, '1031'],
    ['an unregistered sender number', { from: '0299990000' }, '1062'],
    ['a registered sender number', { from: '02-1234-0000' }, '2000'],
    ['six buttons', { kakaoOptions: bmsWith(Array.from({ length: 6 }, () => webLink('보기'))) }, '1044'],
    ['a button name of 15', { kakaoOptions: bmsWith([webLink('가'.repeat(15))]) }, '1044'],
    [
      'a link with Korean letters',
      { kakaoOptions: bmsWith([webLink('보기', 'https://shop.example/장바구니')]) },
      '1044',
    ],
    ['a link of another scheme', { kakaoOptions: bmsWith([webLink('보기', 'javascript:alert(1)')]) }, '1044'],
    ['a type unknown here', { type: 'ATA' }, '1010'],
    ['a number that is none', { to: '12' }, '3010'],
    ['a short text without a sender number', { type: 'SMS', text: '가' }, '1062'],
    ['a short text of 91 bytes', { type: 'SMS', from: '0212340000', text: `${'가'.repeat(45)}a` }, '1031'],
    ['a short text of 90 bytes', { type: 'SMS', from: '0212340000', text: '가'.repeat(45) }, '2000'],
    ['a long text of 2,001 bytes', { ...LMS, text: `${'가'.repeat(1000)}a` }, '1031'],
    ['a title of 41 bytes', { ...LMS, subject: `${'가'.repeat(20)}a` }, '1031'],
    ['a label and the opt-out line', { ...LMS, text: '(광고)식탁\n안녕\n무료거부 0801230000' }, '2000'],
    ['a label and no opt-out line', { ...LMS, text: '(광고)식탁\n안녕' }, '1031'],
    ['a label and another number', { ...LMS, text: '(광고)식탁\n무료거부 0809999999' }, '1031'],
    ['a label that comes late', { ...LMS, text: '안녕 (광고)\n무료거부 0801230000' }, '1031'],
    ['a spaced label', { ...LMS, text: '(광 고)식탁\n무료거부 0801230000' }, '1031'],
  ])('answers a message with %s by its code', async (_case, over, code) => {
    expect((await filledGroup([brandText(first, over)])).codes).toEqual([code])
  })

  it('shows of a text what carriers carry, and a question mark for everything else', async () => {
    const { groupId } = await filledGroup([brandText(first, { ...LMS, text: '가나 🛒 똠 é\n“끝”' })])
    await send(groupId)

    expect(kit.relay.journal()).toMatchObject([{ type: 'LMS', text: '가나 ? ? ?\n“끝”' }])
  })

  it('lets messages of one kind to one phone fail as it was told, and those of the other arrive', async () => {
    await kit.call('PUT', `/__fake/phones/${first}/fate`, { code: '3104', of: 'brand' })
    await send((await filledGroup([brandText(first)])).groupId)
    await send((await filledGroup([brandText(first, { ...LMS, text: '안녕하세요' })])).groupId)
    await kit.passSeconds(60)

    expect(kit.relay.journal().map(({ statusCode }) => statusCode)).toEqual(['3104', '4000'])
  })

  it('charges on sending and gives the won back for a failure, but not for a timeout', async () => {
    const phones = [first, ...phonesWith('not-friend', 'prompt', 1), ...phonesWith('uncertain', 'prompt', 1)]
    const { groupId } = await filledGroup(phones.map((phone) => brandText(phone)))
    await send(groupId)
    const charged = (await kit.call('GET', '/cash/v1/balance')).body.balance
    await kit.passSeconds(60)

    expect(charged).toBe(10_000_000 - 75)
    expect((await kit.call('GET', '/cash/v1/balance')).body.balance).toBe(10_000_000 - 50)
    expect(kit.relay.journal().map(({ statusCode, chargedWon }) => [statusCode, chargedWon])).toEqual([
      ['4000', 25],
      ['3102', 0],
      ['3040', 25],
    ])
  })

  it('stays pending when the balance is short of the whole group', async () => {
    await kit.call('PUT', '/__fake/balance', { balanceWon: 49 })
    const { groupId } = await filledGroup([brandText(first), brandText(second)])

    expect(await send(groupId)).toMatchObject({ status: 402, body: { errorCode: 'NotEnoughBalance' } })
    expect((await kit.call('GET', `/messages/v4/groups/${groupId}`)).body.status).toBe('PENDING')
    expect(kit.relay.journal()).toEqual([])
  })

  it.each([
    ['20:49:59', '2026-11-23T11:49:59Z', '4000'],
    ['20:50', '2026-11-23T11:50:00Z', '3108'],
    ['07:59:59', '2026-11-23T22:59:59Z', '3108'],
    ['08:00', '2026-11-23T23:00:00Z', '4000'],
  ])('sent at %s Seoul time ends as it must', async (_time, instant, code) => {
    kit.clock.set({ now: new Date(instant) })
    await kit.sendTo([first])
    await kit.passSeconds(60)

    expect(kit.relay.journal().map(({ statusCode, acceptedAt }) => [statusCode, acceptedAt])).toEqual([
      [code, new Date(instant).toISOString()],
    ])
  })

  it('answers 404 for a group it does not know and 400 for a body it cannot read', async () => {
    const unknown = await kit.call('GET', '/messages/v4/groups/G4VUNKNOWN')
    const broken = await kit.call(
      'PUT',
      `/messages/v4/groups/${(await filledGroup([brandText(first)])).groupId}/messages`,
      {},
    )

    expect(unknown).toMatchObject({ status: 404, body: { errorCode: 'ResourceNotFound' } })
    expect(broken).toMatchObject({ status: 400, body: { errorCode: 'ValidationError' } })
  })

  it('blocks a phone by hand from then on, and lets it be freed again', async () => {
    await kit.call('PUT', `/__fake/phones/${first}/blocked`, { blocked: true })
    const blocked = await filledGroup([brandText(first)])
    await kit.call('PUT', `/__fake/phones/${first}/blocked`, { blocked: false })

    expect(blocked.codes).toEqual(['1060'])
    expect((await filledGroup([brandText(first)])).codes).toEqual(['2000'])
  })
})

describe('lists of the play relay', () => {
  let kit: RelayKit
  beforeEach(async () => {
    kit = await startRelay()
  })
  afterEach(() => kit.close())

  it('pages through everything that changed since an instant, each message once and as it is now', async () => {
    const phones = phonesWith('reached', 'prompt', 7)
    await kit.sendTo(phones)
    await kit.passSeconds(60)
    const changedSince = new Date(MORNING.getTime() + 1).toISOString()
    const seen: string[] = []

    for (let key: string | null = '', pages = 0; key !== null && pages < 10; pages++) {
      const page = await kit.call(
        'GET',
        `/messages/v4/list?dateType=UPDATED&startDate=${changedSince}&limit=3${key === '' ? '' : `&startKey=${key}`}`,
      )
      for (const { to, statusCode } of Object.values<{ to: string; statusCode: string }>(
        page.body.messageList,
      ))
        seen.push(`${to} ${statusCode}`)
      key = page.body.nextKey
    }

    expect(seen.sort()).toEqual(phones.map((phone) => `${phone} 4000`).sort())
  })

  it('finds by phone, by id and by time of making', async () => {
    await kit.sendTo([first, second])
    await kit.passSeconds(600)
    const byPhone = await kit.call('GET', `/messages/v4/list?to=${second}`)
    const [found]: { messageId: string; to: string }[] = Object.values(byPhone.body.messageList)
    const byId = await kit.call('GET', `/messages/v4/list?messageId=${found?.messageId}`)
    const tooLate = await kit.call(
      'GET',
      `/messages/v4/list?startDate=${new Date(MORNING.getTime() + 1000).toISOString()}`,
    )

    expect(found?.to).toBe(second)
    expect(Object.keys(byId.body.messageList)).toEqual([found?.messageId])
    expect(tooLate.body.messageList).toEqual({})
  })

  it('refuses more than 500 at a time', async () => {
    expect(await kit.call('GET', '/messages/v4/list?limit=501')).toMatchObject({ status: 400 })
  })

  it('tells prices and sender numbers', async () => {
    const prices = await kit.call('GET', '/pricing/v1/messaging')
    const numbers = await kit.call('GET', '/senderid/v1/numbers')

    expect(prices.body).toMatchObject({ bms_text: 25, bms_free: 25, sms: 20, lms: 50 })
    expect(numbers.body.senderIds).toMatchObject([
      { phoneNumber: ACCOUNT.senderNumbers[0], status: 'ACTIVE' },
    ])
  })
})

function bmsWith(buttons: unknown[]) {
  return { pfId: ACCOUNT.pfId, bms: { targeting: 'I', chatBubbleType: 'TEXT', buttons } }
}

function webLink(name: string, linkMobile = 'https://shop.example/t/a') {
  return { name, linkType: 'WL', linkMobile }
}
