import request from 'supertest'
import type { ShopEvent } from '../../server/events/event'
import { eventStore } from '../../server/events/event-store'
import { shopperStore } from '../../server/shoppers/shopper-store'
import { auditStore } from '../../server/support/audit-store'
import { connectTestDatabase, type TestDatabase } from '../support/database'
import { frameApp, keepingLogger } from './frame-app'
import { at, MALL, OTHER_MALL, RUN, STORES, seedRun, shopperOf, THEIRS } from './reports-shop'
import { SUPPORT_STORES, supportMount } from './support-app'

const NOW = at('2026-11-23T09:00:00')
const PERSON = '/support/people/buyer00'

describe('support', () => {
  let database: TestDatabase
  const { logger, lines } = keepingLogger()

  beforeEach(async () => {
    database = await connectTestDatabase(...STORES, ...SUPPORT_STORES)
    await seedRun(database.connection)
  })
  afterEach(() => database.close())

  async function agentOf(role: 'owner' | 'support') {
    const agent = request.agent(frameApp([supportMount(database.connection, NOW)], { logger }))
    await agent.get(`/test-login?as=${role}`)
    return agent
  }
  async function post(
    agent: Awaited<ReturnType<typeof agentOf>>,
    { from, to, fields }: { from: string; to: string; fields: Record<string, string> },
  ) {
    const { text } = await agent.get(from)
    const token = /name="_csrf" value="([^"]+)"/.exec(text)?.[1] ?? ''
    return agent
      .post(to)
      .type('form')
      .send({ _csrf: token, ...fields })
  }
  const search = async (q: string) =>
    post(await agentOf('support'), { from: '/support', to: '/support/search', fields: { q } })
  const seedOrder = (memberId: string, orderId: string) =>
    eventStore(database.connection).appendNew(MALL, [
      {
        id: `${MALL}:o:${orderId}`,
        mallId: MALL,
        memberId,
        at: at('2026-11-22T10:16:00'),
        recordedAt: at('2026-11-22T10:16:05'),
        source: 'webhook',
        kind: 'ordered',
        orderId,
        amountWon: 69_000,
        productNos: [11],
        paid: true,
      } satisfies ShopEvent,
    ])

  it.each([
    ['a phone in any spelling', '010 0300 1200'],
    ['a phone with hyphens', '010-0300-1200'],
    ['a member id', 'buyer00'],
    ['a member id in capitals', ' BUYER00 '],
    ['an order number', '20261122-0'],
  ])('finds one person by %s, and keeps what was typed out of the address', async (_name, typed) => {
    const { status, headers } = await search(typed)

    expect(status).toBe(303)
    expect(headers['location']).toBe(PERSON)
  })

  it('lists all members with one phone, masked', async () => {
    const twin = shopperOf('twin', 200)
    await shopperStore(database.connection).putChanged(MALL, [twin], new Map())

    const { status, text } = await search('01003001200')

    expect(status).toBe(200)
    expect(text).toContain('2명을 찾았어요')
    expect(text).toContain('010-****-1200')
  })

  it.each(['nobody', '01000000000', '{"$ne":null}', '%', '010'])(
    'says that nobody is found for %p',
    async (q) => {
      const { status, text } = await search(q)

      expect(status).toBe(200)
      expect(text).toContain('찾는 고객이 없어요')
    },
  )

  it('keeps what was typed and names the field when nothing was typed', async () => {
    const { status, text } = await search(' ')

    expect(status).toBe(422)
    expect(text).toContain('href="#f-q"')
  })

  it('shows the whole story of one person on one page, masked', async () => {
    await seedOrder('buyer00', '20261122-0')
    const owner = await agentOf('owner')

    const { status, text } = await owner.get(PERSON)

    expect(status).toBe(200)
    for (const words of [
      '010-****-1200',
      'buyer00',
      '광고 수신 동의',
      '무쇠 주물 냄비 24cm',
      '메시지가 도착했어요.',
      '오전 10:05',
      '11월 22일(일) 오전 10:04 (모바일)',
      '20261122-0',
      '클릭의 주문',
      '마지막으로 장바구니에 담은 날이',
      '마지막으로 담은 날 11월 15일(일)',
      '장바구니 보기',
      '가린 정보를 본 사람이 없어요.',
    ]) {
      expect(text).toContain(words)
    }
    expect(text).not.toMatch(/010-?0300-?1200/)
  })

  it('says why a person got nothing, by the stored reason', async () => {
    const { text } = await (await agentOf('owner')).get('/support/people/shopper060')

    expect(text).toContain('광고 수신 미동의')
    expect(text).toContain(`/reports/runs/${RUN}`)
  })

  it('computes why for somebody outside the population, condition by condition', async () => {
    const stranger = shopperOf('stranger', 500, {
      latestAddDay: '2026-11-10',
      latestAddAt: at('2026-11-10T10:00:00'),
    })
    await shopperStore(database.connection).putChanged(MALL, [stranger], new Map())

    const { text } = await (await agentOf('owner')).get('/support/people/stranger')

    expect(text).toContain('캠페인의 고객 조건에 맞지 않아요.')
    expect(text).toContain('마지막으로 담은 날 11월 10일(화)')
    expect(text).toContain('맞지 않음')
  })

  it('shows names and numbers only for a typed reason, once, and records it', async () => {
    const agent = await agentOf('support')
    const fields = { reason: '고객 문의로 번호 확인' }

    const shown = await post(agent, { from: `${PERSON}?act=unmask`, to: `${PERSON}/unmask`, fields })
    const again = await agent.get(PERSON)

    expect(shown.status).toBe(200)
    expect(shown.text).toContain('010-0300-1200')
    expect(again.text).not.toContain('010-0300-1200')
    expect(again.text).toContain('고객 문의로 번호 확인')
    expect(await auditStore(database.connection).ofMember(MALL, 'buyer00')).toMatchObject([
      { action: 'unmask', by: { userId: 'u2', name: '박지우' }, reason: '고객 문의로 번호 확인', at: NOW },
    ])
  })

  it('shows nothing without a reason that says something', async () => {
    const agent = await agentOf('support')

    const { status, text } = await post(agent, {
      from: `${PERSON}?act=unmask`,
      to: `${PERSON}/unmask`,
      fields: { reason: ' 아 ' },
    })

    expect(status).toBe(422)
    expect(text).not.toContain('010-0300-1200')
    expect(text).toContain('다섯 글자 이상')
    expect(await auditStore(database.connection).ofMember(MALL, 'buyer00')).toEqual([])
  })

  it('refuses advertising for a phone, for every member with it, and records who asked', async () => {
    const twin = shopperOf('twin', 200)
    await shopperStore(database.connection).putChanged(MALL, [twin], new Map())
    const agent = await agentOf('support')
    const fields = { reason: '전화로 수신거부 요청' }

    const { status } = await post(agent, { from: `${PERSON}?act=opt-out`, to: `${PERSON}/opt-out`, fields })

    expect(status).toBe(303)
    const [one, other] = await shopperStore(database.connection).byMemberIds(MALL, ['buyer00', 'twin'])
    expect([one?.optedOutAt, other?.optedOutAt]).toEqual([NOW, NOW])
    expect((await agent.get(PERSON)).text).toContain('전화로 수신거부 요청')
  })

  it('takes no act without the token of its form', async () => {
    const agent = await agentOf('support')

    const { status } = await agent.post(`${PERSON}/unmask`).type('form').send({ reason: '고객 문의로 확인' })

    expect(status).toBe(403)
    expect(await auditStore(database.connection).ofMember(MALL, 'buyer00')).toEqual([])
  })

  it('never finds, shows or changes a member of another mall', async () => {
    await seedRun(database.connection, THEIRS)
    const foreign = shopperOf('theirs', 700, { mallId: OTHER_MALL })
    await shopperStore(database.connection).putChanged(OTHER_MALL, [foreign], new Map())
    const agent = await agentOf('support')
    const fields = { reason: '다른 쇼핑몰 고객 확인' }

    expect((await agent.get('/support/people/theirs')).status).toBe(404)
    for (const act of ['unmask', 'opt-out']) {
      const { status } = await post(agent, { from: '/support', to: `/support/people/theirs/${act}`, fields })
      expect(status).toBe(404)
    }
    expect((await search('theirs')).text).toContain('찾는 고객이 없어요')
    expect((await search('01008001700')).text).toContain('찾는 고객이 없어요')
    const [untouched] = await shopperStore(database.connection).byMemberIds(OTHER_MALL, ['theirs'])
    expect(untouched?.optedOutAt).toBeNull()
    expect(await auditStore(database.connection).ofMember(OTHER_MALL, 'theirs')).toEqual([])
  })

  it('leaves no name and no number in the log', async () => {
    await search('010-0300-1200')
    await (await agentOf('support')).get(PERSON)

    expect(lines()).not.toMatch(/0300-?1200/)
    expect(lines()).not.toContain('김하은')
  })
})
