import * as fc from 'fast-check'
import { compileSegment, compileTree } from '../../server/segments/compile-segment'
import { asksLedger, explain, matches } from '../../server/segments/evaluate-segment'
import type { ConditionTree } from '../../server/segments/segment'
import { connectTestDatabase, type TestDatabase } from '../support/database'
import { CONTEXT, conditions, MALL, shopperCollection, shopperOf, shoppers, trees } from './segments-support'

const PEOPLE = 200

describe('segments on the real database', () => {
  let database: TestDatabase
  let stored: ReturnType<typeof shopperCollection>
  const people = fc.sample(shoppers(PEOPLE), { seed: 20261122, numRuns: 1 })[0] ?? []

  beforeAll(async () => {
    database = await connectTestDatabase(shopperCollection)
    stored = shopperCollection(database.connection)
    await stored.put(people)
  })
  afterAll(() => database.close())

  const judged = (tree: ConditionTree) =>
    people
      .filter((each) => matches(tree, each, CONTEXT))
      .map(({ id }) => id)
      .sort()

  it('finds by query exactly whom the evaluator names, for any tree of conditions', async () => {
    await fc.assert(
      fc.asyncProperty(trees, async (tree) => {
        expect(await stored.idsOf(compileTree(tree, CONTEXT))).toEqual(judged(tree))
      }),
      { numRuns: 150 },
    )
  })

  it('agrees for each single condition, and each of them splits the people', async () => {
    await fc.assert(
      fc.asyncProperty(conditions, async (condition) => {
        expect(await stored.idsOf(compileTree(condition, CONTEXT))).toEqual(judged(condition))
      }),
      { numRuns: 100 },
    )
    for (const condition of [
      { kind: 'latest-add', mode: 'exactly', days: 3 },
      { kind: 'hours-since-add', atLeast: 0, atMost: 100 },
      { kind: 'cart-total', atLeastWon: 30_000, atMostWon: null },
      { kind: 'ad-consent', is: true },
      { kind: 'bought-since', is: true },
    ] as const) {
      expect(judged(condition).length).toBeGreaterThan(5)
      expect(judged(condition).length).toBeLessThan(PEOPLE - 5)
    }
  })

  it('agrees for each pair of conditions whose bounds are among the stored values', async () => {
    const days = [0, 1, 3].flatMap((days) =>
      (['exactly', 'within'] as const).map((mode) => ({ kind: 'latest-add' as const, mode, days })),
    )
    const wons = [0, 29_999, 30_000].flatMap((atLeastWon) =>
      [null, 30_000, 100_000].map((atMostWon) => ({ kind: 'cart-total' as const, atLeastWon, atMostWon })),
    )
    for (const tree of days.flatMap((day) => wons.map((won) => ({ all: [day, won] })))) {
      expect(await stored.idsOf(compileTree(tree, CONTEXT))).toEqual(judged(tree))
    }
  })

  it('finds by query everybody whom a tree means once the ledger is known', async () => {
    const received = fc.constantFrom<string[]>([], [CONTEXT.campaignId], ['c2'])
    await fc.assert(
      fc.asyncProperty(
        trees,
        fc.array(received, { minLength: PEOPLE, maxLength: PEOPLE }),
        async (tree, sent) => {
          const found = new Set(await stored.idsOf(compileTree(tree, CONTEXT)))
          const meant = people.filter((each, i) =>
            matches(tree, { ...each, receivedCampaigns: sent[i] ?? [] }, CONTEXT),
          )

          expect(meant.filter(({ id }) => !found.has(id))).toEqual([])
          if (!asksLedger(tree)) expect(meant).toHaveLength(found.size)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('has "within N" minus "within N-1" equal to "exactly N" for adds around Seoul midnight', async () => {
    const ids = (mode: 'exactly' | 'within', days: number) =>
      stored.idsOf(compileTree({ kind: 'latest-add', mode, days }, CONTEXT))

    for (let n = 1; n <= 12; n += 1) {
      const shorter = new Set(await ids('within', n - 1))
      const ring = (await ids('within', n)).filter((id) => !shorter.has(id))

      expect(ring.length).toBeGreaterThan(0)
      expect(ring).toEqual(await ids('exactly', n))
    }
    expect(await ids('within', 0)).toEqual(await ids('exactly', 0))
  })

  it('takes scope, include groups and "only buyers" into the population, and leaves the excluded in it', async () => {
    const include = { kind: 'latest-add', mode: 'within', days: 6 } as const
    const population = (parts: object) =>
      stored.idsOf(
        compileSegment(
          { scope: 'all-members', include, exclude: null, purchases: 'ignore', ...parts },
          CONTEXT,
        ),
      )

    const all = await population({})

    expect(await population({ exclude: { kind: 'ad-consent', is: false }, purchases: 'exclude' })).toEqual(
      all,
    )
    expect(await population({ scope: 'consented' })).toEqual(
      judged({ all: [include, { kind: 'ad-consent', is: true }] }),
    )
    expect(await population({ purchases: 'only' })).toEqual(
      judged({ all: [include, { kind: 'bought-since', is: true }] }),
    )
  })
})

describe('a segment judged for one shopper', () => {
  it('counts an order in the same instant as the add as bought since', () => {
    const at = new Date('2026-11-15T03:00:00Z')
    const shopper = shopperOf('a', { latestAddAt: at, latestOrderAt: at })

    expect(matches({ kind: 'bought-since', is: true }, shopper, CONTEXT)).toBe(true)
  })

  it('counts nobody who never added as bought since', () => {
    const shopper = shopperOf('a', { latestAddAt: null, latestOrderAt: new Date('2026-11-15T03:00:00Z') })

    expect(matches({ kind: 'bought-since', is: true }, shopper, CONTEXT)).toBe(false)
    expect(matches({ kind: 'bought-since', is: false }, shopper, CONTEXT)).toBe(true)
  })

  it('counts the last second of a Seoul day to that day, whatever the UTC date', () => {
    const exactly = (days: number) => ({ kind: 'latest-add', mode: 'exactly', days }) as const
    const late = shopperOf('a', { latestAddAt: new Date('2026-11-15T14:59:59Z') })
    const next = shopperOf('b', { latestAddAt: new Date('2026-11-15T15:00:00Z') })

    expect([7, 6].map((days) => matches(exactly(days), late, CONTEXT))).toEqual([true, false])
    expect([7, 6].map((days) => matches(exactly(days), next, CONTEXT))).toEqual([false, true])
  })

  it('explains every condition with the value it saw, the failing ones too', () => {
    const tree: ConditionTree = {
      all: [
        { kind: 'latest-add', mode: 'exactly', days: 7 },
        { any: [{ kind: 'cart-total', atLeastWon: 50_000, atMostWon: null }, { kind: 'never-received' }] },
      ],
    }

    const findings = explain(tree, { ...shopperOf('a'), receivedCampaigns: ['c1'] }, CONTEXT)

    expect(findings.map(({ condition, holds, saw }) => [condition.kind, holds, saw])).toEqual([
      ['latest-add', true, ['마지막으로 담은 날 11월 15일(일)']],
      ['cart-total', false, ['담은 금액 43,700원']],
      ['never-received', false, ['이 캠페인을 받은 적 있음']],
    ])
  })

  it('keeps the mall out of the query, since the store adds it', () => {
    const filter = compileTree({ kind: 'latest-add', mode: 'exactly', days: 7 }, CONTEXT)

    expect(filter).toEqual({ latestAddDay: '2026-11-15' })
    expect(JSON.stringify(filter)).not.toContain(MALL)
  })
})
