import { campaignsApp, fieldsOf, OTHER_MALL, shopper, TEN, visitor } from './campaigns-app'

let site: Awaited<ReturnType<typeof campaignsApp>>

beforeAll(async () => {
  site = await campaignsApp()
  const people = [
    shopper('1', { cartWon: 90_000 }),
    shopper('2'),
    shopper('3', { latestOrderAt: TEN }),
    shopper('4', { adConsent: false }),
    shopper('5', { phoneKey: null, phoneSealed: null }),
    shopper('6', { phone: '+821000000001' }),
    shopper('7', { daysAgo: 3 }),
  ]
  await site.stores.shoppers.putChanged('m1', people, new Map())
})
afterAll(() => site.database.close())
beforeEach(() => {
  site.clock.at = TEN
  site.outside.readiness = { ready: true }
  site.outside.testResult = { state: 'sent' }
  site.outside.tests = []
})

async function newDraft(as?: Awaited<ReturnType<typeof visitor>>) {
  const owner = as ?? (await visitor(site.app))
  const made = await owner.post('/campaigns', { recipe: 'day-7' })
  const path = made.headers['location'] ?? ''
  const page = await owner.get(path)
  const id = path.slice('/campaigns/'.length)
  return { owner, path, id, page, fields: fieldsOf(page.text) }
}
const specOf = async (id: string) => (await site.campaigns.find('m1', id)).revision

describe('the list of campaigns', () => {
  it('offers the recipe as the first step while there is none', async () => {
    const owner = await visitor(site.app)

    const page = await owner.get('/campaigns')

    expect(page.text).toContain('아직 캠페인이 없어요')
    expect(page.text).toContain('href="/campaigns/new?recipe=day-7"')
  })

  it('shows state and next run of each', async () => {
    const { owner, id } = await newDraft()
    await owner.post(`/campaigns/${id}/start`, { first: 'tomorrow' })

    const page = await owner.get('/campaigns')

    expect(page.text).toContain('담은 지 7일 된 고객에게 다시 알리기')
    expect(page.text).toContain('진행 중')
    expect(page.text).toContain('다음 발송 11월 23일(월) 오전 10:00')
  })
})

describe('the editor', () => {
  it('shows whom the recipe reaches, with the exact Seoul date, each reason and the cost', async () => {
    const { page } = await newDraft()

    const text = page.text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')

    expect(text).toContain('정확히 7일 전(11월 15일 일요일)')
    expect(text).toMatch(/모수 6명/)
    expect(text).toMatch(/그 뒤 구매함 −1/)
    expect(text).toMatch(/연락처 없음 −1/)
    expect(text).toMatch(/광고 수신 미동의 −1/)
    expect(text).toMatch(/같은 번호 −1/)
    expect(text).toMatch(/보낼 고객 2명/)
    expect(text).toContain('예상 비용 50원')
    expect(text).toContain('김하은님, 담아 두신 무쇠 주물 냄비 24cm 외 2개가 장바구니에서 기다리고 있어요.')
  })

  it('opens masked people behind a figure, and nothing of them in clear', async () => {
    const { owner, path } = await newDraft()

    const page = await owner.get(`${path}/preview/send`)

    expect(page.text).toContain('보낼 고객 2명')
    expect(page.text).toContain('010-****-0001')
    expect(page.text).toContain('김*은')
    expect(page.text).not.toContain('김1은')
    expect(page.text).not.toMatch(/010-?0000-?0001/)
  })

  it('stores an edit as a new revision and keeps the old one', async () => {
    const { owner, path, id, fields } = await newDraft()

    const saved = await owner.post(path, { ...fields, days: '3', cap: 'off', time: '14:30', next: 'save' })

    expect(saved.status).toBe(303)
    const now = await specOf(id)
    expect(now.number).toBe(2)
    expect(now.spec.segment.include).toEqual({ all: [{ kind: 'latest-add', mode: 'exactly', days: 3 }] })
    expect(now.spec.dailyCapWon).toBeNull()
    expect(now.spec.schedule.atMinute).toBe(14 * 60 + 30)
    expect((await site.stores.revisions.find('m1', id, 1))?.spec.dailyCapWon).toBe(30_000)
  })

  it('makes no revision of a form that changes nothing', async () => {
    const { owner, path, id, fields } = await newDraft()

    await owner.post(path, { ...fields, next: 'save' })

    expect((await specOf(id)).number).toBe(1)
  })

  it('takes further conditions, to include and to leave out', async () => {
    const { owner, path, id, fields } = await newDraft()

    const saved = await owner.post(path, {
      ...fields,
      'extra[cart-total][use]': 'include',
      'extra[cart-total][atLeastWon]': '50,000',
      'extra[ad-consent][use]': 'exclude',
      'extra[never-received][use]': 'include',
    })

    expect(saved.status).toBe(303)
    expect((await specOf(id)).spec.segment).toMatchObject({
      include: {
        all: [
          { kind: 'latest-add', mode: 'exactly', days: 7 },
          { kind: 'cart-total', atLeastWon: 50_000, atMostWon: null },
          { kind: 'never-received' },
        ],
      },
      exclude: { any: [{ kind: 'ad-consent', is: false }] },
    })
    const again = await owner.get(path)
    expect(fieldsOf(again.text)).toMatchObject({
      'extra[cart-total][use]': 'include',
      'extra[cart-total][atLeastWon]': '50,000',
      'extra[ad-consent][use]': 'exclude',
    })
  })

  it('takes a fallback text, a priority, holidays and the age of facts, and shows them again', async () => {
    const { owner, path, id, fields } = await newDraft()

    const saved = await owner.post(path, {
      ...fields,
      sms: 'on',
      smsTitle: '장바구니 알림',
      smsText: '{고객 이름}님,\r\n{상품명:이/가} 기다려요.',
      priority: '2',
      holidays: 'skip',
      maxFactAgeHours: '12',
    })

    expect(saved.status).toBe(303)
    const { spec } = await specOf(id)
    expect(spec).toMatchObject({ priority: 2, skipHolidays: true, maxFactAgeHours: 12 })
    expect(spec.fallback).toEqual({
      title: '장바구니 알림',
      text: '{고객 이름}님,\n{상품명:이/가} 기다려요.',
    })
    const page = await owner.get(path)
    expect(fieldsOf(page.text)).toMatchObject({
      sms: 'on',
      smsTitle: '장바구니 알림',
      priority: '2',
      holidays: 'skip',
      maxFactAgeHours: '12',
    })
    expect(page.text).toContain('예상 비용 50원, 최대 90원')
    expect(page.text).toContain('(광고)장바구니 알림')
    expect(page.text).toContain('(광고)오늘의식탁\n김하은님,\n무쇠 주물 냄비 24cm 외 2개가 기다려요.')
    expect(page.text).toContain('무료거부 0800000000')
    expect(page.text).toMatch(/장문\(LMS\), 자동으로 붙는 글까지 \d+바이트/)
    expect(page.text).toContain('한 건 45원. 받지 못한 카카오톡 메시지 25원은 청구되지 않아요.')
    expect(page.text).toMatch(/<dd>\d+ \/ 1,700바이트/)
    expect(page.text).toContain('기독탄신일. 공휴일이라 쉬어요.')
    expect(page.text).toContain('2028년부터의 공휴일은 아직 알 수 없어요.')
  })

  it('counts the bytes of a text that was typed and not stored, without script', async () => {
    const { owner, path, id, fields } = await newDraft()

    const looked = await owner.post(path, { ...fields, sms: 'on', smsText: '가나다', next: 'preview' })

    expect(looked.text).toContain('<dd>6 / 1,700바이트')
    expect((await specOf(id)).number).toBe(1)
  })

  it('drops a text that is switched off, whatever stands in its box', async () => {
    const { owner, path, id, fields } = await newDraft()
    await owner.post(path, { ...fields, sms: 'on' })

    await owner.post(path, { ...fields, sms: 'off', smsText: '(광고) {쿠폰}' })

    expect((await specOf(id)).spec.fallback).toBeNull()
  })

  it('keeps what the cap lets leave at once to the dearest way a send can end', async () => {
    const { owner, path, fields } = await newDraft()

    const looked = await owner.post(path, { ...fields, sms: 'on', dailyCapWon: '50', next: 'preview' })

    expect(looked.text).toContain('한 번에 1명까지 보낼 수 있어요(대체 문자까지 한 건 45원 선확보)')
  })

  it('looks again at what was typed without storing it', async () => {
    const { owner, path, id, fields } = await newDraft()

    const looked = await owner.post(path, {
      ...fields,
      days: '3',
      text: '{고객 이름}님 안녕하세요',
      see: 'missing',
    })

    expect(looked.status).toBe(200)
    expect(looked.text).toContain('아직 저장하지 않은 내용이에요')
    expect(looked.text).toContain('고객님 안녕하세요')
    expect(looked.text).toContain('11월 19일 목요일')
    expect((await specOf(id)).number).toBe(1)
  })

  it('shows the message with the longest name and through a real, masked shopper', async () => {
    const { owner, path } = await newDraft()

    const [longest, real] = await Promise.all([owner.get(`${path}?see=longest`), owner.get(`${path}?see=0`)])

    expect(longest.text).toContain('황보빛가람온누리님')
    expect(real.text).toContain('김*은님')
    expect(real.text).toContain('90,000원')
  })

  it.each<[string, Record<string, string | string[]>, string]>([
    ['a first day in the past', { fromDay: '2026-11-21' }, '이미 지난 날이에요.'],
    [
      'a last day before the first',
      { fromDay: '2026-11-25', untilDay: '2026-11-24' },
      '시작일과 같거나 뒤인',
    ],
    ['a last day in the past', { untilDay: '2026-11-21' }, '시작일과 같거나 뒤인'],
    ['days without a chosen weekday', { untilDay: '2026-11-22', weekdays: '1' }, '고른 요일이 없어요'],
    ['a cap of 0', { dailyCapWon: '0' }, '1원 이상으로 입력해 주세요'],
    ['an empty cap that is switched on', { dailyCapWon: '' }, '‘제한 없음’을 골라 주세요'],
    ['quiet hours that begin later than 20:00', { quietFrom: '21:00' }, '20:00이나 그보다 일찍'],
    ['quiet hours that end before 08:00', { quietTo: '07:30' }, '08:00이나 그보다 늦게'],
    ['a latest time in the night', { latest: '07:00' }, '에티켓 모드가 아닌 시각'],
    ['a text over 1,300 characters', { text: '가'.repeat(1_301) }, '1,300자 이하로'],
    ['a typed ad label', { text: '(광고) 안내' }, '(광고) 표시는 카카오가'],
    ['an unknown variable', { text: '{쿠폰} 드려요' }, '변수는 없어요'],
    ['no purchases choice', { purchases: '' }, '어떻게 할지 골라 주세요'],
    [
      'a total whose limits cross',
      {
        'extra[cart-total][use]': 'include',
        'extra[cart-total][atLeastWon]': '5000',
        'extra[cart-total][atMostWon]': '1',
      },
      '최소 금액보다 크게',
    ],
    ['a number that is none', { days: '칠' }, '숫자로 입력해 주세요'],
    ['a priority of 0', { priority: '0' }, '1 이상으로 입력해 주세요'],
    ['facts that may be a month old', { maxFactAgeHours: '720' }, '168 이하로 입력해 주세요'],
    [
      'a campaign whose only day is a holiday that it leaves out',
      { fromDay: '2026-12-25', untilDay: '2026-12-25', holidays: 'skip' },
      '보낼 날이 모두 공휴일이에요',
    ],
    ['a text without words', { sms: 'on', smsText: '' }, '문자 내용을 입력해 주세요.'],
    ['a text without a title', { sms: 'on', smsTitle: ' ' }, '문자 제목을 입력해 주세요.'],
    ['a title over its bytes', { sms: 'on', smsTitle: '가'.repeat(18) }, '문자 제목은 34바이트'],
    ['a text over its bytes', { sms: 'on', smsText: '가'.repeat(851) }, '문자 내용은 1,700바이트'],
    ['a typed ad label in a text', { sms: 'on', smsText: '(광고) 안내' }, '맨 앞에 자동으로 붙어요'],
    ['an unknown variable in a text', { sms: 'on', smsText: '{쿠폰} 드려요' }, '변수는 없어요'],
    ['no choice about texts', { sms: 'maybe' }, '문자로 다시 보낼지 골라 주세요'],
  ])('refuses %s with a sentence and changes nothing', async (_what, change, sentence) => {
    const { owner, path, id, fields } = await newDraft()

    const refused = await owner.post(path, { ...fields, name: '고친 이름', ...change, next: 'start' })

    expect(refused.status).toBe(422)
    expect(refused.text).toContain(sentence)
    expect(refused.text).toContain('고친 이름')
    expect((await specOf(id)).number).toBe(1)
  })

  it('is shown to support without buttons, and refuses their changes', async () => {
    const { path, fields } = await newDraft()
    const support = await visitor(site.app, 'support')

    const page = await support.get(path)
    const refused = await support.post(path, fields)

    expect(page.status).toBe(200)
    expect(page.text).not.toContain('name="next"')
    expect(refused.status).toBe(403)
  })
})

describe('starting, pausing and stopping', () => {
  it('asks back with numbers, and offers tomorrow when the time of today has passed', async () => {
    const { owner, path, fields } = await newDraft()

    const saved = await owner.post(path, { ...fields, next: 'start' })
    const asked = await owner.get(saved.headers['location'] ?? '')

    expect(asked.text).toContain('오늘 발송 시각이 지나서, 오늘부터 시작하면 바로 보내기 시작해요.')
    expect(asked.text).toContain('지금 기준 2명, 예상 비용 50원이에요.')
    expect(asked.text).toContain('11월 23일(월)부터 시작')
  })

  it('starts today, or from tomorrow with a revision of its own', async () => {
    const [today, tomorrow] = [await newDraft(), await newDraft()]

    await today.owner.post(`${today.path}/start`, { first: 'today' })
    await tomorrow.owner.post(`${tomorrow.path}/start`, { first: 'tomorrow' })

    const [a, b] = [await site.campaigns.find('m1', today.id), await site.campaigns.find('m1', tomorrow.id)]
    expect([a.campaign.state, a.revision.number, a.nextAt]).toEqual(['running', 1, TEN])
    expect([b.campaign.state, b.revision.number, b.revision.spec.schedule.fromDay]).toEqual([
      'running',
      2,
      '2026-11-23',
    ])
  })

  it('does not start without a sending account, and says where to connect one', async () => {
    const { owner, path, id } = await newDraft()
    site.outside.readiness = {
      ready: false,
      text: '발송 계정을 먼저 연결해 주세요.',
      href: '/settings/sending-account',
    }

    const asked = await owner.get(`${path}?confirm=start`)
    await owner.post(`${path}/start`, { first: 'today' })

    expect(asked.text).toContain('href="/settings/sending-account"')
    expect((await site.campaigns.find('m1', id)).campaign.state).toBe('draft')
  })

  it('does not start with a last day that passed since it was written', async () => {
    const { owner, path, id, fields } = await newDraft()
    await owner.post(path, { ...fields, untilDay: '2026-11-23' })
    site.clock.at = new Date('2026-11-24T01:00:00Z')

    const answer = await owner.post(`${path}/start`, { first: 'today' })
    const page = await owner.get(answer.headers['location'] ?? '')

    expect(page.text).toContain('아직 시작하지 않았어요.')
    expect((await site.campaigns.find('m1', id)).campaign.state).toBe('draft')
  })

  it('pauses, goes on and stops, with the consequence in numbers before', async () => {
    const { owner, path, id } = await newDraft()
    await owner.post(`${path}/start`, { first: 'today' })
    const stateNow = async () => (await site.campaigns.find('m1', id)).campaign.state

    const askedPause = await owner.get(`${path}?confirm=pause`)
    await owner.post(`${path}/pause`, {})
    const paused = await stateNow()
    await owner.post(`${path}/resume`, { first: 'today' })
    const resumed = await stateNow()
    const askedStop = await owner.get(`${path}?confirm=stop`)
    await owner.post(`${path}/stop`, {})

    expect([paused, resumed, await stateNow()]).toEqual(['paused', 'running', 'ended'])
    expect(askedPause.text).toContain('아직 나가지 않은 21건을 붙잡아 둡니다.')
    expect(askedStop.text).toContain(
      '아직 나가지 않은 21건을 취소합니다. 이미 나간 12건은 되돌릴 수 없습니다.',
    )
    expect(site.outside.cancelled).toContain(id)
  })

  it('answers 409 to a step that the state does not have, and changes nothing', async () => {
    const { owner, path, id, fields } = await newDraft()
    await owner.post(`${path}/stop`, {})

    const answers = [
      await owner.post(`${path}/start`, { first: 'today' }),
      await owner.post(`${path}/pause`, {}),
      await owner.post(path, { ...fields, days: '3' }),
    ]

    expect(answers.map(({ status }) => status)).toEqual([409, 409, 409])
    expect((await specOf(id)).number).toBe(1)
  })
})

describe('the test send', () => {
  it('sends to one phone with the variables of a chosen member', async () => {
    const { owner, path, id } = await newDraft()

    const page = await owner.get(`${path}/test`)
    const sent = await owner.post(`${path}/test`, { phone: '010-0123-4567', memberId: '1' })

    expect(page.text).toContain('<option value="1"')
    expect(sent.headers['location']).toBe(path)
    expect(site.outside.tests).toEqual([['m1', id, '1', '+821001234567', 'u1']])
  })

  it('sends nothing to what is no mobile number', async () => {
    const { owner, path } = await newDraft()

    const refused = await owner.post(`${path}/test`, { phone: '02-123-4567', memberId: '1' })

    expect(refused.status).toBe(422)
    expect(refused.text).toContain('휴대전화 번호를 010-0000-0000처럼 입력해 주세요.')
    expect(site.outside.tests).toEqual([])
  })

  it('says what the relay refused', async () => {
    const { owner, path } = await newDraft()
    site.outside.testResult = { state: 'refused', text: '채널 친구가 아닌 번호예요.' }

    const refused = await owner.post(`${path}/test`, { phone: '01001234567', memberId: '1' })

    expect(refused.status).toBe(422)
    expect(refused.text).toContain('채널 친구가 아닌 번호예요.')
  })

  it('shows the text that a run would send after a failed message, through the same shopper', async () => {
    const { owner, path, fields } = await newDraft()
    const without = await owner.get(`${path}/test`)
    await owner.post(path, {
      ...fields,
      sms: 'on',
      smsTitle: '장바구니 알림',
      smsText: '{고객 이름}님, {상품명:이/가} 기다려요.',
    })

    const page = await owner.get(`${path}/test`)

    expect(without.text).not.toContain('문자 대체 발송')
    expect(page.text).toContain('테스트 발송에서는 문자를 보내지 않아요')
    expect(page.text).toContain('(광고)장바구니 알림')
    expect(page.text).toMatch(/\(광고\)오늘의식탁\n김\*은님, .+ 기다려요\.\nhttps:\/\/baguni\.example\/t\//)
    expect(page.text).toContain('무료거부 0800000000')
    expect(page.text).toContain('한 건 45원')
  })
})

describe("another mall's campaign", () => {
  it('is not found on any path, and nothing of it changes', async () => {
    const foreign = await site.campaigns.create(OTHER_MALL, 'day-7', 'someone')
    const { owner, fields } = await newDraft()
    const path = `/campaigns/${foreign.id}`

    const answers = [
      await owner.get(path),
      await owner.get(`${path}?confirm=start`),
      await owner.get(`${path}/test`),
      await owner.get(`${path}/preview/population`),
      await owner.get(`${path}/preview/send`),
      await owner.post(path, { ...fields, days: '3' }),
      await owner.post(path, { ...fields, see: 'longest' }),
      await owner.post(path, { days: 'x' }),
      await owner.post(`${path}/start`, { first: 'today' }),
      await owner.post(`${path}/resume`, { first: 'today' }),
      await owner.post(`${path}/pause`, {}),
      await owner.post(`${path}/stop`, {}),
      await owner.post(`${path}/test`, { phone: '010-0123-4567', memberId: '1' }),
    ]

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404))
    const after = await site.campaigns.find(OTHER_MALL, foreign.id)
    expect([after.campaign.state, after.revision.number]).toEqual(['draft', 1])
    expect(site.outside.tests).toEqual([])
  })

  it.each(['zz', '0'.repeat(24), `${'0'.repeat(24)}/preview/nothing`, '%2e%2e'])(
    'answers 404 to the id %s',
    async (id) => {
      const owner = await visitor(site.app)

      expect((await owner.get(`/campaigns/${id}`)).status).toBe(404)
    },
  )

  it('answers 404 to an unknown recipe', async () => {
    const owner = await visitor(site.app)

    expect((await owner.post('/campaigns', { recipe: 'day-8' })).status).toBe(404)
  })
})
