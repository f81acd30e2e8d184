import fc from 'fast-check'
import { DECISION_REASONS } from '../../server/campaigns/run'
import { PEOPLE_STATES } from '../../server/reports/people'
import { csvRow, harmless } from '../../server/reports/people-csv'
import { sourcesOf } from '../../server/reports/people-rules'
import { CANCEL_TEXTS, decisionText, FAILURE_TEXTS, remedyView } from '../../server/reports/reason-texts'
import { allRemedies } from '../../server/reports/remedies'
import type { ReportRow } from '../../server/reports/report'
import { campaignReport, differences } from '../../server/reports/report-rules'
import { planSentence, reasonsOf } from '../../server/reports/run-view'
import { nextCount } from '../../server/reports/trail-service'

const at = new Date('2026-11-22T01:00:00Z')
const trail: ReportRow['trail'] = {
  clicks: { clicks: 0, people: 0, byHour: {} },
  orders: { orders: 0, netWon: 0, cancelled: 0, unpaid: 0, byHour: {} },
  reservedWon: 0,
  chargedWon: 0,
  at,
}
const noEnds = { delivered: 0, failed: 0, cancelled: 0, capped: 0, expired: 0 }
const rowOf = (change: Partial<ReportRow> = {}): ReportRow => ({
  run: {
    id: 'r1',
    population: 112,
    decisions: { 'bought-since': 50, excluded: 2, 'no-phone': 27, send: 33 },
  },
  tally: {
    waiting: 0,
    out: 0,
    ended: { ...noEnds, delivered: 31, cancelled: 2 },
    refused: 0,
    reasons: { 'cancelled:bought': 2 },
  },
  unknown: 0,
  trail,
  ...change,
})

describe('campaign report', () => {
  it('takes the audience as the population less excluded and bought-since', () => {
    expect(campaignReport([rowOf()])).toMatchObject({ population: 112, audience: 60, planned: 33, sent: 31 })
  })

  it('tells apart what waits, what the relay has and what nobody knows', () => {
    const row = rowOf({
      tally: { waiting: 10, out: 23, ended: noEnds, refused: 0, reasons: {} },
      unknown: 11,
    })

    expect(campaignReport([row])).toMatchObject({ waiting: 10, sent: 23, unknown: 11, pending: 12 })
  })

  it('counts what the relay refused at intake as failed and not as sent', () => {
    const row = rowOf({
      tally: {
        waiting: 0,
        out: 0,
        ended: { ...noEnds, delivered: 28, failed: 5 },
        refused: 3,
        reasons: { 'failed:invalid-number': 5 },
      },
    })
    const figures = campaignReport([row])

    expect(figures).toMatchObject({ sent: 30, failed: 5, refused: 3 })
    expect(differences(figures)).toEqual([{ kind: 'refused', reason: null, count: 3 }])
  })

  it('divides by delivered for rates and by charged won for the return, and by nothing at all never', () => {
    const row = rowOf({
      trail: {
        ...trail,
        clicks: { clicks: 12, people: 9, byHour: {} },
        orders: { orders: 4, netWon: 238_600, cancelled: 1, unpaid: 0, byHour: {} },
        chargedWon: 775,
      },
    })

    const figures = campaignReport([row])

    expect(figures.recoveryRate).toBeCloseTo(4 / 31)
    expect(figures.clickRate).toBeCloseTo(9 / 31)
    expect(figures.roas).toBeCloseTo(238_600 / 775)
    expect(figures.opens).toBeNull()
    expect(campaignReport([])).toMatchObject({ recoveryRate: null, clickRate: null, roas: null })
  })

  it('of several runs is the sum of each, whatever the figures', () => {
    const some = fc.nat(1_000)
    const anyRow = fc
      .record({
        skip: some,
        send: some,
        delivered: some,
        failed: some,
        waiting: some,
        out: some,
        orders: some,
        won: some,
      })
      .map((n) =>
        rowOf({
          run: { id: 'r', population: n.skip + n.send, decisions: { repeat: n.skip, send: n.send } },
          tally: {
            waiting: n.waiting,
            out: n.out,
            ended: { ...noEnds, delivered: n.delivered, failed: n.failed },
            refused: 0,
            reasons: { 'failed:blocked': n.failed },
          },
          trail: {
            ...trail,
            orders: { ...trail.orders, orders: n.orders, netWon: n.won },
            chargedWon: n.won,
          },
        }),
      )
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 6 }), (rows) => {
        const whole = campaignReport(rows)
        const each = rows.map((row) => campaignReport([row]))
        for (const key of [
          'population',
          'audience',
          'sent',
          'delivered',
          'orders',
          'revenueWon',
          'chargedWon',
        ] as const) {
          expect(whole[key]).toBe(each.reduce((sum, figures) => sum + figures[key], 0))
        }
        const decided = Object.values(whole.decisions).reduce((sum, people) => sum + people, 0)
        expect(decided).toBe(whole.population)
      }),
    )
  })
})

describe('differences between plan and run', () => {
  it('are named, and add up to planned less sent', () => {
    const row = rowOf({
      tally: {
        waiting: 3,
        out: 2,
        ended: { delivered: 20, failed: 1, cancelled: 4, capped: 2, expired: 1 },
        refused: 0,
        reasons: { 'cancelled:bought': 3, 'cancelled:opted-out': 1, 'failed:blocked': 1 },
      },
    })
    const figures = campaignReport([row])

    const named = differences(figures)

    expect(named).toEqual([
      { kind: 'cancelled', reason: 'bought', count: 3 },
      { kind: 'cancelled', reason: 'opted-out', count: 1 },
      { kind: 'capped', reason: null, count: 2 },
      { kind: 'expired', reason: null, count: 1 },
      { kind: 'waiting', reason: null, count: 3 },
    ])
    expect(named.reduce((sum, { count }) => sum + count, 0)).toBe(figures.planned - figures.sent)
  })

  it('read as one sentence, or say that there are none', () => {
    expect(planSentence(campaignReport([rowOf()]))).toBe(
      '보내기로 한 33명 가운데 31명에게 보냈어요. 나머지: 발송 직전 구매 2명.',
    )
    const same = rowOf({
      tally: { waiting: 0, out: 0, ended: { ...noEnds, delivered: 33 }, refused: 0, reasons: {} },
    })
    expect(planSentence(campaignReport([same]))).toBe('보내기로 한 33명 모두에게 보냈어요.')
    expect(planSentence(campaignReport([]))).toBe('이 회차에서 보낼 고객이 없었어요.')
  })
})

describe('reasons', () => {
  it('each have a label, a sentence that ends, and a remedy that has its section', () => {
    const texts = [
      ...DECISION_REASONS.map(decisionText),
      ...Object.values(CANCEL_TEXTS),
      ...Object.values(FAILURE_TEXTS),
    ]
    const sections = allRemedies().map(({ key }) => key)
    for (const text of texts) {
      expect(text.label).not.toBe('')
      expect(text.sentence).toMatch(/요\.$/)
      const { href } = remedyView(text)
      if (href) expect(sections).toContain(href.split('#')[1])
    }
  })

  it('stand in the table with their people, the most frequent first and failures last', () => {
    const figures = campaignReport([
      rowOf({
        tally: {
          waiting: 0,
          out: 0,
          ended: { delivered: 29, failed: 2, cancelled: 2, capped: 0, expired: 0 },
          refused: 0,
          reasons: { 'failed:not-friend': 2, 'cancelled:bought': 2 },
        },
      }),
    ])

    expect(reasonsOf('r1', figures, 7).map(({ label, detail, figure }) => [label, detail, figure])).toEqual([
      ['그 뒤 구매함', undefined, '50명'],
      ['연락처 없음', undefined, '27명'],
      ['조건으로 제외', undefined, '2명'],
      ['발송 직전 구매', undefined, '2명'],
      ['도착 실패', '채널 친구 아님', '2명'],
    ])
  })
})

describe('people behind a figure', () => {
  it('have a place to be found in for every state', () => {
    for (const state of PEOPLE_STATES) expect(sourcesOf({ state, reason: null }).length).toBeGreaterThan(0)
  })

  it('of the population are everybody decided, and everybody sent to', () => {
    const skips = DECISION_REASONS.filter((reason) => reason !== 'send')
    const sources = sourcesOf({ state: 'population', reason: null })

    expect(sources.filter(({ from }) => from === 'sends')).toHaveLength(1)
    const reasons = sources.flatMap((source) => (source.from === 'decisions' ? [source.reason] : []))
    expect([...reasons].sort()).toEqual([...skips].sort())
  })
})

describe('CSV', () => {
  it.each(['=1+1', '+82', '-1', '@SUM(A1)', '\t=1', ' =1', '\r=1'])('makes %p harmless', (text) => {
    expect(harmless(text).startsWith("'")).toBe(true)
  })

  it('leaves other text as it is', () => {
    expect(harmless('김*은')).toBe('김*은')
  })

  it('guards a member id that is a formula', () => {
    const row = csvRow({
      memberId: '=cmd()',
      name: '김하은',
      phone: '+821001231234',
      stands: { as: 'decided', reason: 'repeat', detail: null },
      way: null,
      clickedAt: null,
      order: null,
    })

    expect(row[0]).toBe("'=cmd()")
    expect(row.slice(1, 4)).toEqual(['김*은', '010-****-1234', '중복 수신 제외'])
  })
})

describe('counting again', () => {
  it('is due often on the first day, rarely later, and never after 120 days', () => {
    const minutes = (day: string) => {
      const due = nextCount(day, at)
      return due && (due.getTime() - at.getTime()) / 60_000
    }

    expect(minutes('2026-11-22')).toBe(5)
    expect(minutes('2026-11-21')).toBe(180)
    expect(minutes('2026-10-01')).toBe(1_440)
    expect(minutes('2026-07-25')).toBeNull()
  })
})
