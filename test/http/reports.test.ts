import { parse } from 'csv-parse/sync'
import request from 'supertest'
import { PEOPLE_STATES } from '../../server/reports/people'
import { connectTestDatabase, type TestDatabase } from '../support/database'
import { frameApp } from './frame-app'
import { reportMount, reportParts } from './reports-app'
import { at, CAMPAIGN, MALL, OTHER_CAMPAIGN, OTHER_RUN, RUN, STORES, seedRun, THEIRS } from './reports-shop'

const NOW = at('2026-11-23T09:00:00')

describe('reports', () => {
  let database: TestDatabase
  let owner: ReturnType<typeof request.agent>

  beforeAll(async () => {
    database = await connectTestDatabase(...STORES)
    await seedRun(database.connection)
    await seedRun(database.connection, THEIRS)
    owner = request.agent(frameApp([reportMount(database.connection, NOW)]))
    await owner.get('/test-login?as=owner')
  })
  afterAll(() => database.close())

  const figures = async () => (await owner.get(`/reports/runs/${RUN}/figures.json`)).body.figures
  const countBehind = async (state: string, reason?: string) => {
    const { people } = reportParts(database.connection)
    const found: string[] = []
    for await (const person of people.stream(MALL, RUN, {
      state: state as never,
      reason: reason ?? null,
    })) {
      found.push(person.memberId)
    }
    return { people: found.length, distinct: new Set(found).size }
  }

  it('of a run shows the whole way from population to orders', async () => {
    const { status, text } = await owner.get(`/reports/runs/${RUN}`)

    expect(status).toBe(200)
    for (const words of [
      '11월 22일 발송 회차',
      '발송 끝',
      '31건',
      '33건 보냄',
      '9명',
      '도착의 29.0%',
      '장바구니 복구율 12.9%',
      '238,600원',
      '775원',
      '한도 30,000원 중',
      '보내기로 한 33명 모두에게 보냈어요.',
      '제공 안 됨',
      '클릭 뒤 주문 4건 ÷ 도착 31건',
      '307.9배',
    ]) {
      expect(text).toContain(words)
    }
  })

  it('of a run opens exactly as many people behind each figure as the figure says', async () => {
    const shown = await figures()

    expect(await countBehind('population')).toEqual({ people: shown.population, distinct: shown.population })
    expect(await countBehind('audience')).toMatchObject({ people: shown.audience })
    expect(await countBehind('planned')).toMatchObject({ people: shown.planned })
    expect(await countBehind('sent')).toMatchObject({ people: shown.sent })
    expect(await countBehind('delivered')).toMatchObject({ people: shown.delivered })
    expect(await countBehind('failed', 'not-friend')).toMatchObject({
      people: shown.reasons['failed:not-friend'],
    })
    expect(await countBehind('clicked')).toEqual({ people: shown.clickPeople, distinct: shown.clickPeople })
    expect(await countBehind('ordered')).toMatchObject({ people: shown.orders })
    for (const reason of Object.keys(shown.decisions)) {
      expect(await countBehind('decision', reason)).toMatchObject({ people: shown.decisions[reason] })
    }
  })

  it('list people masked, page after page, each once', async () => {
    const seen: string[] = []
    let path: string | undefined = `/reports/runs/${RUN}/people?state=population`
    while (path) {
      const { text }: { text: string } = await owner.get(path)
      seen.push(...[...text.matchAll(/href="\/support\/people\/([^"]+)"/g)].map((match) => match[1] ?? ''))
      path = /rel="next" href="([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&')
    }

    expect(seen).toHaveLength(112)
    expect(new Set(seen).size).toBe(112)
  })

  it.each(PEOPLE_STATES)('have a page behind the state %s', async (state) => {
    const { status, text } = await owner.get(`/reports/runs/${RUN}/people?state=${state}`)

    expect(status).toBe(200)
    for (const name of ['이도윤', '박서연', '최지호']) expect(text).not.toContain(name)
    expect(text).not.toMatch(/010-?\d{4}-?\d{4}/)
  })

  it('come as a CSV for spreadsheets, masked', async () => {
    const { headers, text } = await owner.get(`/reports/runs/${RUN}/people.csv?state=delivered`)

    expect(headers['content-type']).toContain('text/csv')
    expect(headers['content-disposition']).toContain('baguni-2026-11-22-delivered.csv')
    expect(text.startsWith('\uFEFF')).toBe(true)
    const rows: Record<string, string>[] = parse(text, { columns: true, bom: true })
    expect(rows).toHaveLength(31)
    expect(rows[0]).toMatchObject({
      상태: '도착',
      '보낸 방법': '브랜드 메시지',
      '보낸 때': '11월 22일(일) 오전 10:00:10',
      '결과 때': '11월 22일(일) 오전 10:05:00',
      '비용(원)': '25',
    })
    expect(rows.reduce((sum, row) => sum + Number(row['비용(원)']), 0)).toBe(775)
    for (const row of rows) {
      expect(row['이름']).toMatch(/^.\*.?$/)
      expect(row['연락처']).toMatch(/^010-\*\*\*\*-\d{4}$/)
    }
  })

  it('of a campaign add up its runs, and the list shows them', async () => {
    const campaign = await owner.get(`/reports/campaigns/${CAMPAIGN}`)
    const list = await owner.get('/reports')

    expect(campaign.text).toContain('238,600원')
    expect(campaign.text).toContain('회차별 클릭과 주문')
    expect(list.text).toContain(`/reports/runs/${RUN}`)
    expect(list.text).toContain('담은 지 7일 된 고객에게 다시 알리기')
  })

  it('explain what can be done about each reason that has a remedy', async () => {
    const { text } = await owner.get('/reports/remedies')
    const run = await owner.get(`/reports/runs/${RUN}`)

    const anchors = [...run.text.matchAll(/\/reports\/remedies#([\w-]+)/g)].map((match) => match[1])
    expect(anchors).toEqual(expect.arrayContaining(['consent', 'phones', 'friends']))
    for (const anchor of anchors) expect(text).toContain(`id="${anchor}"`)
  })

  it('draw charts that the policy of the page allows, with their table', async () => {
    const { text, headers } = await owner.get(`/reports/runs/${RUN}`)

    expect(headers['content-security-policy']).toContain("style-src 'self'")
    expect(text).toMatch(/<svg[^>]+width="1060"/)
    expect(text).not.toContain('<style')
    expect(text).toContain('var(--brand)')
    expect(text).toContain('11월 22일(일) 10시')
  })

  it.each([
    `/reports/runs/${'0'.repeat(24)}`,
    '/reports/runs/x',
    `/reports/runs/${RUN}x`,
    '/reports/campaigns/nothing',
    '/reports/runs/%E0%A4%A',
  ])('answer 400 or 404 in Korean for %s', async (path) => {
    const { status, text } = await owner.get(path)

    expect([400, 404]).toContain(status)
    expect(text).toContain('lang="ko"')
  })

  it('take a hostile query for no more than a page', async () => {
    for (const query of [
      'state=x',
      'state[$ne]=a',
      'state=failed&reason[$gt]=',
      'after=%%%',
      'after=WzldfQ',
    ]) {
      const { status } = await owner.get(`/reports/runs/${RUN}/people?${query}`)
      expect([200, 400]).toContain(status)
    }
    const forged = Buffer.from(JSON.stringify([999, 'x'])).toString('base64url')
    expect((await owner.get(`/reports/runs/${RUN}/people?after=${forged}`)).status).toBe(200)
  })

  it.each([
    `/reports/runs/${OTHER_RUN}`,
    `/reports/runs/${OTHER_RUN}/figures.json`,
    `/reports/runs/${OTHER_RUN}/people?state=delivered`,
    `/reports/runs/${OTHER_RUN}/people.csv?state=delivered`,
    `/reports/campaigns/${OTHER_CAMPAIGN}`,
  ])('of another mall are not there: %s', async (path) => {
    const { status, text } = await owner.get(path)

    expect(status).toBe(404)
    expect(text).not.toContain('buyer')
  })

  it('list no run of another mall', async () => {
    expect((await owner.get('/reports')).text).not.toContain(OTHER_RUN)
  })

  it('are closed to people who are not logged in', async () => {
    const { status, headers } = await request(frameApp([reportMount(database.connection, NOW)])).get(
      `/reports/runs/${RUN}`,
    )

    expect(status).toBe(303)
    expect(headers['location']).toBe('/login')
  })
})
