import type { Readiness, Today } from '../../server/accounts/home'
import { hasToday, homeView } from '../../server/accounts/home-view'
import type { Mall, SyncProgress } from '../../server/malls/mall'

const NOW = new Date('2026-11-22T01:00:00Z')
const FULL_PULL = new Date('2026-11-21T18:05:00Z')

const sync = (change: Partial<SyncProgress> = {}): SyncProgress => ({
  state: 'done',
  step: null,
  done: 0,
  total: null,
  startedAt: null,
  finishesAt: null,
  finishedAt: null,
  fullPullAt: FULL_PULL,
  problem: null,
  ...change,
})
const mall = (change: Partial<Mall> = {}): Mall => ({
  id: 'cafe24-demo',
  platform: 'cafe24',
  shopId: 'demo',
  shopNo: 1,
  name: '오늘의식탁',
  domain: 'table.example.com',
  state: 'connected',
  scopes: [],
  cartDays: null,
  installedAt: NOW,
  uninstalledAt: null,
  sync: sync(),
  ...change,
})
const ready = (change: Partial<Readiness> = {}): Readiness => ({
  mall: mall(),
  sendingAccount: 'ok',
  has080: true,
  campaigns: 1,
  hadCampaigns: true,
  running: 1,
  standingStill: [],
  ...change,
})
const today: Today = {
  toSend: 33,
  sent: 31,
  clicks: 5,
  orders: 2,
  revenueWon: 238_600,
  nextRunAt: new Date('2026-11-23T01:00:00Z'),
  href: '/reports/runs/r1',
}
const view = (change: Partial<Readiness> = {}, canManage = true) =>
  homeView({ ready: ready(change), today, now: NOW, canManage })
const strongOf = (shown: ReturnType<typeof view>) => [
  ...(shown.head.actions ?? []).filter(({ kind }) => kind === 'strong').map(({ href }) => href),
  ...shown.still.flatMap(({ action }) => (action.kind === 'strong' ? [action.href] : [])),
  ...(shown.setUp?.checks ?? []).flatMap(({ action }) => (action?.kind === 'strong' ? [action.href] : [])),
]
const consentEnded: Partial<Readiness> = {
  mall: mall({ state: 'reauth-required' }),
  standingStill: [{ reason: '권한이 끝났어요.', remedyHref: '/settings#connection', inSetUp: true }],
}
const never = sync({ state: 'never', fullPullAt: null })

describe('the next step of a shop', () => {
  it.each<[string, Partial<Readiness>, string[]]>([
    [
      'right after the install is the sending account',
      { sendingAccount: 'none', has080: false, campaigns: 0, running: 0, mall: mall({ sync: never }) },
      ['/settings/sending-account'],
    ],
    [
      'while the first sync runs is what a person can do',
      {
        campaigns: 0,
        running: 0,
        has080: false,
        mall: mall({ sync: sync({ state: 'running', fullPullAt: null }) }),
      },
      ['/settings/sending-account'],
    ],
    [
      'after a failed first sync is the sync again',
      { campaigns: 0, running: 0, mall: mall({ sync: sync({ state: 'failed', fullPullAt: null }) }) },
      ['/settings/sync'],
    ],
    ['with everything but a campaign is the day-7 recipe', { campaigns: 0, running: 0 }, ['/campaigns']],
    ['with a paused campaign is the list of campaigns', { running: 0 }, ['/campaigns']],
    [
      'whose consent has ended is the connection',
      { ...consentEnded, has080: false },
      ['/settings#connection'],
    ],
    [
      'whose only campaign has ended is the next campaign',
      { campaigns: 0, hadCampaigns: true, running: 0 },
      ['/campaigns'],
    ],
    ['with nothing missing is today', {}, ['/reports/runs/r1']],
  ])('%s', (_case, facts, strong) => {
    expect(strongOf(view(facts))).toEqual(strong)
  })

  it('is no button for a person who may only look', () => {
    const checks = view({ has080: false, campaigns: 0, running: 0 }, false).setUp?.checks ?? []

    expect(checks.filter(({ done }) => !done)).toHaveLength(2)
    expect(checks.filter(({ action }) => action)).toEqual([])
  })
})

describe('the checklist', () => {
  it('offers a new campaign when the only one has ended, and still shows the day', () => {
    const shown = view({ campaigns: 0, hadCampaigns: true, running: 0 })

    expect(shown.setUp?.checks.at(-1)?.action).toMatchObject({ label: '캠페인 만들기', method: 'post' })
    expect(shown.setUp?.checks.at(-1)?.note).toContain('모두 끝났어요')
    expect(hasToday(ready({ campaigns: 0, hadCampaigns: true }))).toBe(true)
  })

  it('names the shop, not its address', () => {
    const { setUp } = view({ has080: false, mall: mall({ domain: '127.0.0.1:3130' }) })

    expect(setUp?.checks[0]?.note).toBe('오늘의식탁에 연결되어 있어요.')
  })

  it('counts what is done and is gone when all is', () => {
    expect(view({ has080: false, running: 0, campaigns: 0 }).setUp?.title).toBe(
      '시작하기 · 5개 중 3개 끝났어요',
    )
    expect(view().setUp).toBeNull()
  })

  it('shows how the first sync moves, when it ends, and refreshes itself until then', () => {
    const running = sync({
      state: 'running',
      fullPullAt: null,
      step: 'members',
      done: 1_200,
      total: 4_800,
      finishesAt: new Date('2026-11-22T01:12:00Z'),
    })

    const shown = view({ mall: mall({ sync: running }) })

    expect(shown.setUp?.progress).toEqual({
      label: '고객 정보를 읽고 있어요',
      share: 0.25,
      figure: '1,200 / 4,800건',
      finish: '오늘 오전 10:12쯤 끝나요.',
    })
    expect(shown.refreshSeconds).toBe(5)
    expect(view().refreshSeconds).toBeUndefined()
  })

  it.each([
    ['an estimate that has passed', new Date('2026-11-22T00:59:00Z'), '곧 끝나요.'],
    ['an end on another day', new Date('2026-11-22T15:30:00Z'), '11월 23일(월) 오전 12:30쯤 끝나요.'],
    ['no estimate', null, undefined],
  ])('says about %s what is true', (_case, finishesAt, finish) => {
    const running = sync({ state: 'running', fullPullAt: null, finishesAt })

    const progress = view({ mall: mall({ sync: running }) }).setUp?.progress

    expect([progress?.share, progress?.figure, progress?.finish]).toEqual([0, '0건', finish])
  })

  it('does not wait for a sync that cannot begin', () => {
    expect(view({ mall: mall({ state: 'reauth-required', sync: never }) }).refreshSeconds).toBeUndefined()
  })
})

describe('the warning about short carts', () => {
  it.each([
    [null, false],
    [8, false],
    [7, true],
    [1, true],
  ])('for %s days is %s', (cartDays, warned) => {
    const { warning } = view({ mall: mall({ cartDays }) })

    expect(warning !== null).toBe(warned)
    if (warned) expect(warning?.text).toContain(`담은 지 ${cartDays}일이 지난`)
  })
})

describe('today', () => {
  it('says in one line and five figures what happened, and when it goes on', () => {
    const shown = view()

    expect(shown.head).toMatchObject({
      title: '오늘의식탁',
      chip: { tone: 'ok' },
      lead: '오늘 33명 중 31명에게 보냈어요. 5명이 눌렀고, 2건을 주문했어요.',
    })
    expect(shown.today?.title).toBe('오늘 · 11월 22일(일)')
    expect(shown.today?.tiles.map(({ label, figure }) => `${label} ${figure}`)).toEqual([
      '보낼 고객 33명',
      '보냄 31명',
      '클릭 5명',
      '주문 2건',
      '매출 (취소 제외) 238,600원',
    ])
    expect(shown.today?.next).toBe('다음 발송 회차는 11월 23일(월) 오전 10:00에 시작해요.')
  })

  it('before the first run names its hour and promises no figures', () => {
    const quiet: Today = {
      ...today,
      toSend: 0,
      sent: 0,
      nextRunAt: new Date('2026-11-22T02:00:00Z'),
      href: null,
    }

    const shown = homeView({ ready: ready(), today: quiet, now: NOW, canManage: true })

    expect(shown.head.lead).toBe('오늘은 아직 보낸 메시지가 없어요.')
    expect(shown.today?.next).toBe('다음 발송 회차는 오늘 오전 11:00에 시작해요.')
    expect(shown.head.actions).toBeUndefined()
    expect(shown.today?.tiles.every(({ href }) => href === undefined)).toBe(true)
  })
})

describe('what stands still', () => {
  it('is told once: in the checklist of a shop that is not ready, else on its own', () => {
    const notReady = view({ ...consentEnded, has080: false })
    const wasReady = view(consentEnded)

    expect([notReady.still.length, notReady.setUp?.checks.length]).toEqual([0, 5])
    expect([wasReady.still.length, wasReady.setUp]).toEqual([1, null])
  })

  it.each<[string, Partial<Readiness>, string[]]>([
    ['nothing', {}, []],
    ['an ended consent', consentEnded, ['/settings#connection']],
    [
      'a campaign at its limit',
      { standingStill: [{ reason: '멈췄어요.', remedyHref: '/campaigns/c1' }] },
      ['/campaigns/c1'],
    ],
  ])('with %s names each remedy', (_case, facts, hrefs) => {
    const shown = view(facts)

    expect(shown.still.map(({ action }) => action.href)).toEqual(hrefs)
    expect(shown.head.chip?.tone).toBe(
      hrefs.length === 0 ? 'ok' : facts.mall?.state === 'reauth-required' ? 'bad' : 'hold',
    )
  })
})
