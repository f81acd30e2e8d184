import { campaignStore } from '../../server/campaigns/campaign-store'
import { decisionStore } from '../../server/campaigns/decision-store'
import { findRecipe } from '../../server/campaigns/recipes'
import { revisionStore } from '../../server/campaigns/revision-store'
import type { Decision, Run } from '../../server/campaigns/run'
import { runStore } from '../../server/campaigns/run-store'
import { newId } from '../../server/core/ids'
import { connectTestDatabase, type TestDatabase } from '../support/database'

const AT = new Date('2026-11-22T01:00:00Z')

let database: TestDatabase
beforeAll(async () => {
  database = await connectTestDatabase(campaignStore, decisionStore, revisionStore, runStore)
})
afterAll(() => database.close())

const runOf = (change: Partial<Run> = {}): Run => ({
  id: newId(AT),
  mallId: 'm1',
  campaignId: 'c1',
  revision: 1,
  kind: 'scheduled',
  occurrence: '2026-11-22',
  day: '2026-11-22',
  state: 'planning',
  plannedFor: AT,
  publishedAt: null,
  finishedAt: null,
  latestAt: AT,
  population: 0,
  decisions: {},
  batches: 0,
  priceWon: 0,
  note: null,
  ...change,
})

describe('the store of runs', () => {
  it('keeps one run a campaign and occurrence, whoever is first of many', async () => {
    const runs = runStore(database.connection)

    const made = await Promise.all(Array.from({ length: 12 }, () => runs.insert(runOf())))

    expect(made.filter(Boolean)).toHaveLength(1)
    expect(await runs.list('m1', { campaignId: 'c1', limit: 10 })).toHaveLength(1)
  })

  it('moves a run only from the states named, and never one of another mall', async () => {
    const runs = runStore(database.connection)
    const run = runOf({ campaignId: 'c2' })
    await runs.insert(run)

    expect(await runs.move('m2', run.id, ['planning'], { state: 'published' })).toBe(false)
    expect(await runs.move('m1', run.id, ['published'], { state: 'finished' })).toBe(false)
    expect(await runs.move('m1', run.id, ['planning'], { state: 'published' })).toBe(true)
    expect(await runs.find('m2', run.id)).toBeNull()
    expect((await runs.find('m1', run.id))?.state).toBe('published')
  })

  it('gives each attempt at a plan to one planner, whoever asks at the same time', async () => {
    const runs = runStore(database.connection)
    const run = runOf({ campaignId: 'c4' })
    await runs.insert(run)

    const broken = await runs.breakAttempt('m1', run.id)
    const begun = await Promise.all(Array.from({ length: 12 }, () => runs.beginAttempt('m1', run.id)))

    expect(broken).toBeNull()
    expect(begun.toSorted((a, b) => Number(a) - Number(b))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    expect(await runs.breakAttempt('m1', run.id)).toBe(13)
    await runs.move('m1', run.id, ['planning'], { state: 'published' })
    expect(await runs.beginAttempt('m1', run.id)).toBeNull()
  })

  it('lists newest day first and goes on after the last row', async () => {
    const runs = runStore(database.connection)
    for (const day of ['2026-11-20', '2026-11-22', '2026-11-21'])
      await runs.insert(runOf({ mallId: 'm3', campaignId: 'c3', occurrence: day, day }))

    const [first, ...rest] = await runs.list('m3', { limit: 2 })
    const last = rest.at(-1)
    const next = await runs.list('m3', {
      limit: 2,
      ...(last ? { before: { day: last.day, id: last.id } } : {}),
    })

    expect([first?.day, last?.day, ...next.map(({ day }) => day)]).toEqual([
      '2026-11-22',
      '2026-11-21',
      '2026-11-20',
    ])
  })
})

describe('the store of decisions', () => {
  const decision = (memberId: string, reason: Decision['reason']): Decision => ({
    memberId,
    reason,
    phoneKey: null,
    detail: null,
    send: null,
  })

  it('stores every reason but send, pages by member, and is emptied before a plan is made again', async () => {
    const decisions = decisionStore(database.connection)
    const made = [
      ...Array.from({ length: 5 }, (_, i) => decision(`n${i}`, 'no-consent')),
      decision('b', 'bought-since'),
      decision('s', 'send'),
    ]

    await decisions.insertMany('m1', { runId: 'r1', attempt: 2 }, made)

    expect(await decisions.countByReason('m1', 'r1')).toEqual({ 'no-consent': 5, 'bought-since': 1 })
    const first = await decisions.page('m1', 'r1', 'no-consent', { limit: 3 })
    const rest = await decisions.page('m1', 'r1', 'no-consent', {
      limit: 3,
      after: first.at(-1)?.memberId ?? '',
    })
    expect([...first, ...rest].map(({ memberId }) => memberId)).toEqual(['n0', 'n1', 'n2', 'n3', 'n4'])
    expect(await decisions.page('m2', 'r1', 'no-consent', { limit: 3 })).toEqual([])
    expect((await decisions.ofMember('m1', ['r0', 'r1'], 'b')).map(({ reason }) => reason)).toEqual([
      'bought-since',
    ])
    expect(await decisions.wipeRun('m1', 'r1', 2)).toBe(0)
    expect(await decisions.wipeRun('m1', 'r1', 3)).toBe(6)
  })

  it('refuses a second decision about one member of a run', async () => {
    const decisions = decisionStore(database.connection)
    await decisions.insertMany('m1', { runId: 'r2', attempt: 1 }, [decision('a', 'repeat')])

    await expect(
      decisions.insertMany('m1', { runId: 'r2', attempt: 1 }, [decision('a', 'no-phone')]),
    ).rejects.toThrow()
  })
})

describe('the store of revisions', () => {
  it('never changes a revision that is there', async () => {
    const revisions = revisionStore(database.connection)
    const spec = findRecipe('day-7')?.specFrom('2026-11-22')
    if (!spec) throw new Error('The recipe is gone')
    const revision = { campaignId: 'c1', mallId: 'm1', number: 1, spec, createdAt: AT, createdBy: 'u1' }

    const first = await revisions.insert(revision)
    const second = await revisions.insert({ ...revision, createdBy: 'u2' })

    expect([first, second]).toEqual([true, false])
    expect((await revisions.find('m1', 'c1', 1))?.createdBy).toBe('u1')
    expect(await revisions.find('m2', 'c1', 1)).toBeNull()
  })

  it('lets only one of two edits of the same revision win', async () => {
    const campaigns = campaignStore(database.connection)
    const id = newId(AT)
    await campaigns.insert({
      id,
      mallId: 'm1',
      name: '하나',
      state: 'draft',
      revision: 1,
      createdAt: AT,
      startedAt: null,
      endedAt: null,
    })

    const wins = await Promise.all([
      campaigns.revise('m1', id, { from: 1, to: 2, name: '둘' }),
      campaigns.revise('m1', id, { from: 1, to: 3, name: '셋' }),
    ])

    expect(wins.filter(Boolean)).toHaveLength(1)
  })
})
