import * as fc from 'fast-check'
import {
  filledBy,
  type RecentSends,
  recentFrom,
  repeatedBy,
  windowFrom,
} from '../../server/campaigns/contact-rules'
import { DECISION_ORDER, planCounts, planRun } from '../../server/campaigns/plan-rules'
import { DECISION_REASONS, type Decision } from '../../server/campaigns/run'
import { addDays } from '../../server/core/seoul'
import type { Segment } from '../../server/segments/segment'
import { boughtSince } from '../../server/segments/segment-conditions'
import type { Shopper } from '../../server/shoppers/shopper'
import { CONTEXT, daysBefore, lineOf, shopperOf, shoppers } from './segments-support'

const SEGMENT: Segment = {
  scope: 'all-members',
  include: { kind: 'latest-add', mode: 'exactly', days: 7 },
  exclude: null,
  purchases: 'exclude',
}

const CONTACT = {
  repeatDays: 7,
  frequency: { messages: 1, days: 1 },
  campaignNames: new Map([['c2', '주말 할인']]),
}
/** One send to phone `key` on `runDay`, of the campaign that plans unless told otherwise. */
const sentTo = (key: string, runDay: string, campaignId = CONTEXT.campaignId): RecentSends =>
  new Map([[key, [{ campaignId, runDay }]]])

function plan(people: Shopper[], parts: Partial<Parameters<typeof planRun>[0]> = {}): Decision[] {
  return [
    ...planRun({
      segment: SEGMENT,
      ctx: CONTEXT,
      shoppers: people,
      recent: new Map(),
      contact: CONTACT,
      seenPhones: new Map(),
      ...parts,
    }),
  ]
}
const reasonOf = (facts: Partial<Shopper>, parts: Partial<Parameters<typeof planRun>[0]> = {}) =>
  plan([shopperOf('a', facts)], parts)[0]?.reason

describe('planRun, for one person', () => {
  const everything: Partial<Shopper> = {
    cartWon: 0,
    latestOrderAt: daysBefore(1),
    restricted: true,
    phoneKey: null,
    phoneSealed: null,
    optedOutAt: daysBefore(2),
    adConsent: false,
    cart: [],
  }
  const segment: Segment = { ...SEGMENT, exclude: { kind: 'cart-total', atLeastWon: 0, atMostWon: 100 } }
  const phone = { phoneKey: 'key-a', phoneSealed: 'v1.a' }
  const blocked = {
    segment,
    recent: new Map([
      [
        'key-a',
        [
          { campaignId: CONTEXT.campaignId, runDay: '2026-11-20' },
          { campaignId: 'c2', runDay: CONTEXT.day },
        ],
      ],
    ]),
    seenPhones: new Map([['key-a', 'b']]),
  }

  it('takes the first reason that holds, in the documented order', () => {
    const steps: Partial<Shopper>[] = [
      {},
      { cartWon: 5_000 },
      { latestOrderAt: null },
      { restricted: false },
      phone,
      { optedOutAt: null },
      { adConsent: true },
      { cart: [lineOf('1', '냄비', 5_000)] },
    ]
    const mended = steps.map((_, i) => Object.assign({}, everything, ...steps.slice(0, i + 1)))

    const reasons = mended.map((facts) => reasonOf(facts, blocked))

    const last = mended.at(-1) ?? {}
    const taken = reasonOf(last, { ...blocked, recent: sentTo('key-a', CONTEXT.day, 'c2') })
    const noRepeat = reasonOf(last, { ...blocked, recent: new Map() })
    const free = reasonOf(last, { segment })
    expect([...reasons, taken, noRepeat, free]).toEqual([...DECISION_ORDER])
  })

  it('knows every reason of the closed list', () => {
    expect([...DECISION_ORDER].sort()).toEqual([...DECISION_REASONS].sort())
  })

  it('sends with what the message needs, of lines that can still be bought', () => {
    const cart = [
      { ...lineOf('1', '무쇠 팬', 90_000), sellable: false },
      lineOf('2', '도마', 30_000),
      lineOf('3', '행주', 5_000),
    ]

    const [decision] = plan([shopperOf('a', { cart, cartWon: 125_000 })])

    expect(decision).toEqual({
      memberId: 'a',
      reason: 'send',
      phoneKey: 'key-a',
      detail: null,
      send: {
        toSealed: 'v1.phone-a',
        nameSealed: 'v1.name',
        facts: { productName: '도마', moreItems: 1, cartWon: 35_000 },
      },
    })
  })

  it('finds nothing to come back to where no line can be bought', () => {
    const cart = [{ ...lineOf('1', '무쇠 팬', 90_000), sellable: false }]

    expect(plan([shopperOf('a', { cart })])[0]).toMatchObject({
      reason: 'empty-cart',
      detail: '담은 상품이 모두 판매 중이 아님',
    })
  })

  it('lets buyers pass when purchases are ignored or wanted', () => {
    const bought = { latestOrderAt: daysBefore(1) }

    expect(reasonOf(bought)).toBe('bought-since')
    expect(reasonOf(bought, { segment: { ...SEGMENT, purchases: 'ignore' } })).toBe('send')
    expect(reasonOf(bought, { segment: { ...SEGMENT, purchases: 'only' } })).toBe('send')
  })

  it('says what it saw: the earlier day, the campaign that took the person, the other member, the condition', () => {
    const details = [
      plan([shopperOf('a')], { recent: sentTo('key-a', '2026-11-20') }),
      plan([shopperOf('a')], { recent: sentTo('key-a', CONTEXT.day, 'c2') }),
      plan([shopperOf('a')], { seenPhones: new Map([['key-a', 'b']]) }),
      plan([shopperOf('a')], { segment: { ...SEGMENT, exclude: { kind: 'ad-consent', is: true } } }),
    ].map(([decision]) => decision?.detail)

    expect(details).toEqual([
      '11월 20일(금)에 이미 보냄',
      '11월 22일(일) ‘주말 할인’ 캠페인에서 보냄',
      '같은 번호의 회원 b에게 보냄',
      '광고 수신 동의함',
    ])
  })
})

describe('planRun, for people with one phone', () => {
  it('keeps the dearest cart, also from one chunk to the next', () => {
    const seenPhones = new Map<string, string>()
    const same = { phoneKey: 'one' }

    const first = plan([shopperOf('rich', same)], { seenPhones })
    const second = plan([shopperOf('poor', same), shopperOf('other')], { seenPhones })

    expect([...first, ...second].map(({ memberId, reason }) => [memberId, reason])).toEqual([
      ['rich', 'send'],
      ['poor', 'same-phone'],
      ['other', 'send'],
    ])
  })

  it('gives the message to the next one when the dearest may not get it', () => {
    const decisions = plan([
      shopperOf('rich', { phoneKey: 'one', adConsent: false }),
      shopperOf('poor', { phoneKey: 'one' }),
    ])

    expect(decisions.map(({ reason }) => reason)).toEqual(['no-consent', 'send'])
  })
})

describe('planRun, for any population', () => {
  const extra = fc.record({
    phone: fc.constantFrom(null, 'p1', 'p2', 'p3', 'p4', 'p5', 'p6'),
    restricted: fc.boolean(),
    optedOut: fc.boolean(),
    empty: fc.boolean(),
  })
  const populations = fc
    .tuple(shoppers(40), fc.array(extra, { minLength: 40, maxLength: 40 }))
    .map(([people, extras]) =>
      people.map((each, i): Shopper => {
        const more = extras[i]
        if (!more) return each
        return {
          ...each,
          phoneKey: more.phone,
          phoneSealed: more.phone && 'v1.x',
          restricted: more.restricted && i % 3 === 0,
          optedOutAt: more.optedOut && i % 3 === 1 ? CONTEXT.now : null,
          cart: more.empty && i % 3 === 2 ? [] : each.cart,
        }
      }),
    )
  const recents = fc.constantFrom<RecentSends>(
    new Map(),
    sentTo('p1', '2026-11-20'),
    sentTo('p2', CONTEXT.day, 'c2'),
  )

  it('decides once about everybody, never sends to a phone twice, to a buyer or to a blocked phone', () => {
    fc.assert(
      fc.property(populations, recents, (people, recent) => {
        const decisions = plan(people, { recent })

        expect(decisions.map(({ memberId }) => memberId)).toEqual(people.map(({ memberId }) => memberId))
        const { population, counts } = planCounts(decisions)
        expect(population).toBe(people.length)
        expect(Object.values(counts).reduce((sum, each) => sum + each, 0)).toBe(population)
        const sent = decisions.filter(({ reason }) => reason === 'send')
        expect(new Set(sent.map(({ phoneKey }) => phoneKey)).size).toBe(sent.length)
        const byId = new Map(people.map((each) => [each.memberId, each]))
        for (const { memberId, phoneKey } of sent) {
          const shopper = byId.get(memberId)
          expect(shopper && boughtSince(shopper)).toBe(false)
          expect(shopper?.adConsent).toBe(true)
          expect(recent.has(phoneKey ?? '')).toBe(false)
        }
      }),
    )
  })

  it('gives the same counts in any order and in chunks', () => {
    fc.assert(
      fc.property(populations, recents, fc.integer({ min: 1, max: 39 }), (people, recent, at) => {
        const whole = planCounts(plan(people, { recent }))
        const turned = [...people].reverse()
        const seenPhones = new Map<string, string>()

        const chunks = [turned.slice(0, at), turned.slice(at)].flatMap((chunk) =>
          plan(chunk, { recent, seenPhones }),
        )

        expect(planCounts(chunks)).toEqual(whole)
      }),
    )
  })
})

describe('the repeat window', () => {
  it('has a send on S block S to S + N - 1 for its own campaign, and no other day', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 0, max: 35 }),
        fc.constantFrom('c1', 'c2'),
        (repeatDays, distance, campaignId) => {
          const sent = { campaignId, runDay: '2026-11-22' }
          const day = addDays(sent.runDay, distance)

          const blocked = repeatedBy([sent], { day, campaignId: 'c1' }, { repeatDays })

          expect(blocked).toBe(campaignId === 'c1' && distance <= repeatDays - 1 ? sent : null)
        },
      ),
    )
  })

  it('blocks both edges of seven days', () => {
    expect(windowFrom('2026-11-22', 7)).toBe('2026-11-16')
    expect(windowFrom('2026-11-22', 1)).toBe('2026-11-22')
  })
})

describe('the frequency cap', () => {
  const history = fc.array(
    fc.record({
      campaignId: fc.constantFrom('c1', 'c2', 'c3'),
      runDay: fc.integer({ min: 0, max: 40 }).map((ago) => addDays('2026-11-22', -ago)),
    }),
    { maxLength: 12 },
  )

  it('is filled by n sends of any campaigns in m days, and never by fewer', () => {
    fc.assert(
      fc.property(
        history,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 30 }),
        (recent, messages, days) => {
          const inWindow = recent.filter(({ runDay }) => runDay > addDays('2026-11-22', -days))

          const takers = filledBy(recent, '2026-11-22', { messages, days })

          expect(takers.length).toBe(inWindow.length >= messages ? inWindow.length : 0)
        },
      ),
    )
  })

  it('keeps every m days in a row to n messages, whatever campaigns want a person each day', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 7 }),
        (wanted, messages, days) => {
          const sent: { campaignId: string; runDay: string }[] = []
          const dayOf = (i: number) => addDays('2026-11-01', i)
          for (const [i, campaigns] of wanted.entries())
            for (let c = 0; c < campaigns; c += 1)
              if (filledBy(sent, dayOf(i), { messages, days }).length === 0)
                sent.push({ campaignId: `c${c}`, runDay: dayOf(i) })

          const most = Math.max(
            ...wanted.map(
              (_, i) =>
                sent.filter(({ runDay }) => runDay > addDays(dayOf(i), -days) && runDay <= dayOf(i)).length,
            ),
          )
          expect(most).toBeLessThanOrEqual(messages)
        },
      ),
    )
  })

  it('blocks nobody when it is switched off, and needs no day before the repeat window then', () => {
    const recent = sentTo('key-a', CONTEXT.day, 'c2')
    const contact = { ...CONTACT, frequency: null }

    expect(reasonOf({}, { recent })).toBe('frequency')
    expect(reasonOf({}, { recent, contact })).toBe('send')
    expect(recentFrom('2026-11-22', contact, SEGMENT)).toBe('2026-11-16')
    expect(recentFrom('2026-11-22', { repeatDays: 1, frequency: { messages: 2, days: 10 } }, SEGMENT)).toBe(
      '2026-11-13',
    )
  })

  it('names the campaigns that took the person, newest first, and this one as itself', () => {
    const recent = new Map([
      [
        'key-a',
        [
          { campaignId: 'gone', runDay: '2026-11-20' },
          { campaignId: CONTEXT.campaignId, runDay: '2026-11-21' },
          { campaignId: 'c2', runDay: '2026-11-22' },
        ],
      ],
    ])
    const contact = { ...CONTACT, repeatDays: 1, frequency: { messages: 3, days: 7 } }

    const [decision] = plan([shopperOf('a')], { recent, contact })

    expect(decision).toMatchObject({
      reason: 'frequency',
      detail: '11월 22일(일) ‘주말 할인’ 캠페인, 11월 21일(토) 이 캠페인, 11월 20일(금) 다른 캠페인에서 보냄',
    })
  })
})
