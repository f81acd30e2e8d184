import { askResults } from '../../jobs/ask-results'
import { dispatch } from '../../jobs/dispatch'
import { startRuns } from '../../jobs/start-runs'
import { requireMall } from '../../server/http/session-user'
import { mallIdOf } from '../../server/malls/mall'
import { type House, openHouse, TODAY, type Visitor } from '../support/container'
import { routesOf } from '../support/routes'
import { fieldsOf } from './campaigns-app'

const ALICE = mallIdOf('cafe24', 'shop-alice')
const TEN = 10 * 60
const REASON = { reason: '고객이 직접 문의함' }

/** What one mall has and another may not reach. */
interface Ids {
  campaign: string
  run: string
  member: string
  person: string
}

/** An address that takes an id; `fields` make a form that would be taken from the owner of the id. */
interface Reach {
  path: (ids: Ids) => string
  fields?: Record<string, string | string[]>
  /** What its owner is answered at its place in the list; 200 for a page, 303 for a form, when left out. */
  own?: number
}

let house: House
let alice: Visitor
let bora: Visitor
let ids: Ids
let reaches: Record<string, Reach>

beforeAll(async () => {
  house = await openHouse(['shop-alice', 'shop-bora'])
  alice = await house.install('shop-alice')
  await house.sync('shop-alice')
  bora = await house.install('shop-bora')
  await house.sync('shop-bora')
  const { campaign, fields } = await newCampaign(alice)
  await alice.post('/settings/sending-account/practice')
  await bora.post('/settings/sending-account/practice')
  await alice.post(`/campaigns/${campaign}/start`, { first: 'today' })
  await runAt(TEN)
  await alice.post('/settings/people', {
    personName: '박둘',
    role: 'support',
    personLoginId: 'second-person',
    personPassword: 'a-long-enough-password',
  })
  const [run] = await house.stores.runs.list(ALICE, { limit: 1 })
  const person = (await house.stores.users.ofMall(ALICE)).find(({ loginId }) => loginId === 'second-person')
  ids = {
    campaign,
    run: run?.id ?? '',
    member: 'shop-alice-member-3',
    person: person?.id ?? '',
  }
  reaches = reachesOf(fields)
}, 60_000)

afterAll(() => house.close())

/** Makes a draft of the first recipe. */
async function newCampaign(owner: Visitor) {
  const made = await owner.post('/campaigns', { recipe: 'day-7' })
  const path = String(made.headers['location'])
  return { campaign: path.slice('/campaigns/'.length), fields: fieldsOf((await owner.get(path)).text) }
}

async function runAt(minute: number): Promise<void> {
  await house.moveTo(TODAY, minute)
  await startRuns(house.container)
  await dispatch(house.container, new AbortController().signal)
  await askResults(house.container)
}

/** One line for each address with an id, in the order in which its owner can walk them. */
function reachesOf(fields: Record<string, string | string[]>): Record<string, Reach> {
  const campaign = (rest: string) => (own: Ids) => `/campaigns/${own.campaign}${rest}`
  const run = (rest: string) => (own: Ids) => `/reports/runs/${own.run}${rest}`
  const member = (rest: string) => (own: Ids) => `/support/people/${own.member}${rest}`
  return {
    'GET /campaigns/:id': { path: campaign('') },
    'GET /campaigns/:id/preview/:reason': { path: campaign('/preview/population') },
    'GET /campaigns/:id/test': { path: campaign('/test') },
    'GET /reports/campaigns/:campaignId': { path: (own) => `/reports/campaigns/${own.campaign}` },
    'GET /reports/runs/:runId': { path: run('') },
    'GET /reports/runs/:runId/figures.json': { path: run('/figures.json') },
    'GET /reports/runs/:runId/people': { path: run('/people?state=population') },
    'GET /reports/runs/:runId/people.csv': { path: run('/people.csv?state=population') },
    'GET /support/people/:memberId': { path: member('') },
    'POST /campaigns/:id': { path: campaign(''), fields: { ...fields, next: 'save', name: '새 이름' } },
    'POST /campaigns/:id/pause': { path: campaign('/pause'), fields: {} },
    'POST /campaigns/:id/resume': { path: campaign('/resume'), fields: { first: 'tomorrow' } },
    'POST /campaigns/:id/start': { path: campaign('/start'), fields: { first: 'tomorrow' }, own: 409 },
    'POST /campaigns/:id/test': {
      path: campaign('/test'),
      fields: { phone: '010-0000-0001', memberId: 'shop-alice-member-1' },
    },
    'POST /campaigns/:id/stop': { path: campaign('/stop'), fields: {} },
    'POST /settings/people/:id/remove': {
      path: (own) => `/settings/people/${own.person}/remove`,
      fields: {},
    },
    'POST /reports/runs/:runId/go-on': { path: run('/go-on'), fields: {} },
    'POST /reports/runs/:runId/pause': { path: run('/pause'), fields: {}, own: 409 },
    'POST /reports/runs/:runId/stop': { path: run('/stop'), fields: {}, own: 409 },
    'POST /support/people/:memberId/close-unknown': {
      path: member('/close-unknown'),
      fields: { ...REASON, batch: `${ids.run}:1` },
      own: 409,
    },
    'POST /support/people/:memberId/unmask': { path: member('/unmask'), fields: REASON, own: 200 },
    'POST /support/people/:memberId/opt-out': { path: member('/opt-out'), fields: REASON },
  }
}

const visit = (who: Visitor, { path, fields }: Reach) =>
  fields ? who.post(path(ids), fields) : who.get(path(ids))

/** Everything that the other owner saw of the first mall's people and campaigns. */
const HERS = /shop-alice|김하나|새 이름/

describe('the owner of one mall with the ids of another', () => {
  it('has every address with an id in the list of this test', async () => {
    const { routes, guarded } = await routesOf(
      () => house.container.webApp(),
      (handler) => handler === requireMall,
    )

    expect(Object.keys(reaches).sort()).toEqual(guarded.filter((line) => line.includes(':')))
    expect(routes.filter((line) => !guarded.includes(line))).toEqual([
      'GET /healthz',
      'GET /launch/cafe24',
      'GET /login',
      'GET /oauth/cafe24/callback',
      'GET /readyz',
      'POST /events/storefront',
      'POST /login',
      'POST /logout',
      'POST /webhooks/cafe24',
      'POST /webhooks/solapi/:path',
    ])
  })

  it('is told that there is no such thing, at each of them, and changes nothing', async () => {
    const before = await house.dump()

    const answers = []
    for (const [line, reach] of Object.entries(reaches)) {
      const { status, text } = await visit(bora, reach)
      answers.push([line, status, /[가-힣]{2}/.test(text), HERS.test(text)])
    }

    expect(answers).toEqual(Object.keys(reaches).map((line) => [line, 404, true, false]))
    expect(await house.dump()).toEqual(before)
  })

  it('reaches nobody through lists, searches, confirmations, or a member of the other in a campaign of their own', async () => {
    const { campaign } = await newCampaign(bora)
    const before = await house.dump()

    const seen = [
      await bora.get('/'),
      await bora.get('/campaigns'),
      await bora.get('/reports'),
      await bora.get(`/campaigns/${campaign}/preview/population`),
    ].map(({ status, text }) => [status, /shop-alice/.test(text)])
    const removal = await bora.get(`/settings?remove=${ids.person}`)
    const found = []
    for (const q of [ids.member, '010-0000-1003', '01000001003']) {
      const answer = await bora.post('/support/search', { q })
      found.push([answer.status, answer.text.includes('/support/people/')])
    }
    const test = await bora.post(`/campaigns/${campaign}/test`, {
      phone: '010-0000-0001',
      memberId: 'shop-alice-member-1',
    })

    expect(seen).toEqual(Array(4).fill([200, false]))
    expect(removal.status).toBe(404)
    expect(found).toEqual(Array(3).fill([200, false]))
    expect(test.status).toBe(422)
    expect(await house.dump()).toEqual(before)
  })

  it('would have got there as their owner: the ids are real', async () => {
    const answers = []
    for (const [line, reach] of Object.entries(reaches))
      answers.push([line, (await visit(alice, reach)).status])

    expect(answers).toEqual(
      Object.entries(reaches).map(([line, { fields, own }]) => [line, own ?? (fields ? 303 : 200)]),
    )
    expect(await house.stores.tallies.byRun(ALICE, ids.run)).toMatchObject({ waiting: 0, out: 12 })
  })
})
