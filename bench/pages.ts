import { openDoor } from '../scripts/door'
import { createAccountsService } from '../server/accounts/accounts-service'
import { machineClock } from '../server/core/clock'
import { kstDay } from '../server/core/seoul'
import { openStores } from '../server/models'
import type { BenchDatabase } from './database'
import { seedHistory } from './history'
import { type Measure, percentile } from './measure'
import { CAMPAIGN, MALL } from './scene'
import { seedMall, seedShoppers } from './seed'
import { startWeb } from './web'

const PEOPLE = 100_000
const RUNS = 10
const VISITS = 40
// The first visits compile a page's code and its template.
const WARM_UP = 3
const BOUND_MS = 300
const LOGIN = { loginId: 'bench-owner', password: 'a password for the benches only' }

/**
 * Every page that merchants and support open, of a mall with a million sends (100,000 members, ten runs), one visit after
 * another; beside the p95 of the login page, which reads nothing.
 */
export async function benchPages(
  database: BenchDatabase,
  options: ReadonlyMap<string, string>,
): Promise<Measure[]> {
  const people = Number(options.get('people') ?? PEOPLE)
  const runs = Number(options.get('runs') ?? RUNS)
  const visits = Number(options.get('visits') ?? VISITS)
  const { connection } = database
  await seedMall(connection)
  await seedShoppers(connection, people)
  const [run = ''] = await seedHistory(connection, kstDay(new Date()), runs)
  await makeOwner(database)
  const web = await startWeb(database)
  try {
    const door = openDoor()
    const timesOf = async (path: string, wanted = 200) => {
      const times: number[] = []
      for (let visit = -WARM_UP; visit < visits; visit++) {
        const began = performance.now()
        const { status } = await door.get(`${web.url}${path}`)
        if (visit >= 0) times.push(performance.now() - began)
        if (status !== wanted) throw new Error(`${path} answered ${status}`)
      }
      return times
    }
    const floor = percentile(await timesOf('/login'), 0.95)
    const page = await door.get(`${web.url}/login`)
    const home = await door.submit(page, '/login', LOGIN)
    if (new URL(home.url).pathname !== '/') throw new Error('Nobody could log in')
    const measures: Measure[] = []
    for (const [what, path] of pagesOf(run))
      measures.push(measureOf(what, percentile(await timesOf(path), 0.95), floor))
    return measures
  } finally {
    web.process.kill('SIGKILL')
  }
}

function pagesOf(run: string): [string, string][] {
  return [
    ['home', '/'],
    ['campaigns', '/campaigns'],
    ['a campaign in its editor', `/campaigns/${CAMPAIGN}`],
    ['reports', '/reports'],
    ['a campaign over all its runs', `/reports/campaigns/${CAMPAIGN}`],
    ['a run', `/reports/runs/${run}`],
    ['figures of a run, asked for every few seconds', `/reports/runs/${run}/figures.json`],
    ['people of a run, delivered', `/reports/runs/${run}/people?state=delivered`],
    ['people of a run, failed', `/reports/runs/${run}/people?state=failed&reason=not-friend`],
    ['search for a person', '/support'],
    ['a person', '/support/people/member-0000042'],
    ['settings', '/settings'],
  ]
}

async function makeOwner({ connection }: BenchDatabase): Promise<void> {
  const accounts = createAccountsService({ users: openStores(connection).users, clock: machineClock })
  const owner = await accounts.ownerOf(MALL, 'bench-admin', '김하은')
  const answer = await accounts.setPassword(MALL, owner.id, LOGIN)
  if (!answer.ok) throw new Error('The password was not taken')
}

function measureOf(what: string, ours: number, floor: number): Measure {
  return {
    what: `${what}, p95`,
    unit: 'ms',
    ours,
    floor,
    ratio: ours / floor,
    bound: `≤ ${BOUND_MS} ms`,
    kept: ours <= BOUND_MS,
  }
}
