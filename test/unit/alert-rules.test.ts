import type { Run } from '../../server/campaigns/run'
import { kstInstant } from '../../server/core/seoul'
import { NO_SYNC } from '../../server/malls/mall-store'
import { ALERT_KINDS } from '../../server/reports/alert'
import { alertMail } from '../../server/reports/alert-mail'
import { type AlertFacts, alertsOf } from '../../server/reports/alert-rules'
import { alertText } from '../../server/reports/alert-texts'
import { HOLD_REASONS, type HoldReason, type Lane, type Tally } from '../../server/sends/lane'
import { emptyTally } from '../../server/sends/tally-store'

const TODAY = '2026-11-22'
const YESTERDAY = '2026-11-21'
const NOW = kstInstant(TODAY, 9 * 60)
const MALL = 'cafe24-a'

const facts = (change: Partial<AlertFacts> = {}): AlertFacts => ({
  mall: { state: 'connected', sync: { ...NO_SYNC, state: 'done', fullPullAt: NOW } },
  problems: [],
  lanes: [],
  runs: [],
  tallies: [],
  ...change,
})
const lane = (reason: HoldReason | null, change: Partial<Lane> = {}): Lane => ({
  id: 'r1',
  mallId: MALL,
  campaignId: 'c1',
  revision: 1,
  runDay: TODAY,
  test: false,
  latestAt: NOW,
  batches: 1,
  cursor: 1,
  next: NOW,
  rev: 0,
  hold: reason && { reason, since: NOW },
  stopped: null,
  finished: false,
  ...change,
})
const run = (change: Partial<Run> = {}): Run => ({
  id: 'r0',
  mallId: MALL,
  campaignId: 'c1',
  revision: 1,
  kind: 'scheduled',
  occurrence: YESTERDAY,
  day: YESTERDAY,
  state: 'finished',
  plannedFor: kstInstant(YESTERDAY, 600),
  publishedAt: kstInstant(YESTERDAY, 600),
  finishedAt: kstInstant(YESTERDAY, 660),
  latestAt: kstInstant(TODAY, 720),
  population: 10,
  decisions: { send: 10 },
  batches: 1,
  priceWon: 25,
  note: null,
  ...change,
})
const tally = (ended: Partial<Tally['ended']>, change: Partial<Tally> = {}): Tally => {
  const empty = emptyTally('r0', MALL, 0, 0)
  return { ...empty, ended: { ...empty.ended, ...ended }, ...change }
}
const keys = (given: AlertFacts, now = NOW) =>
  alertsOf(given, now).map(({ kind, subject }) => (subject === '' ? kind : `${kind}:${subject}`))

describe('what stands still at a mall', () => {
  it.each<[string, Partial<AlertFacts>, string[]]>([
    ['nothing when all is well', {}, []],
    ['nothing before the first account', { problems: null }, []],
    ['a dead token', { mall: { state: 'reauth-required', sync: NO_SYNC } }, ['reconsent']],
    [
      'a removed app alone, whatever else is wrong',
      { mall: { state: 'uninstalled', sync: NO_SYNC }, problems: ['auth'], lanes: [lane('account')] },
      ['uninstalled'],
    ],
    ['a refused key', { problems: ['auth'] }, ['account']],
    ['a channel that is gone', { problems: ['channel', 'sender-number'] }, ['account']],
    ['an empty balance', { problems: ['no-balance'] }, ['balance']],
    ['both', { problems: ['no-balance', 'auth'] }, ['account', 'balance']],
    [
      'an account once, however many runs wait for it',
      { problems: ['auth'], lanes: [lane('account'), lane('account', { id: 'r2' })] },
      ['account'],
    ],
    [
      'each campaign that its failures stopped',
      { lanes: [lane('failures'), lane('failures', { id: 'r2' })] },
      ['breaker:r1', 'breaker:r2'],
    ],
    ['nothing of a test send', { lanes: [lane('failures', { test: true })] }, []],
    [
      'a failed sync',
      { mall: { state: 'connected', sync: { ...NO_SYNC, state: 'failed', fullPullAt: NOW } } },
      ['sync-failed'],
    ],
    [
      'stale facts, and not the failed sync beside them',
      {
        mall: { state: 'connected', sync: { ...NO_SYNC, state: 'failed', fullPullAt: NOW } },
        lanes: [lane('stale-facts')],
      },
      ['stale-facts'],
    ],
    [
      'runs that were missed, once by the newest day',
      {
        runs: [
          run({ id: 'a', state: 'missed', finishedAt: NOW, day: '2026-11-20' }),
          run({ id: 'b', state: 'missed', finishedAt: NOW }),
        ],
      },
      [`run-missed:${YESTERDAY}`],
    ],
    [
      'no missed run that was told of yesterday',
      { runs: [run({ state: 'missed', finishedAt: kstInstant(YESTERDAY, 5), day: '2026-11-20' })] },
      [],
    ],
  ])('is %s', (_case, change, expected) => {
    expect(keys(facts(change))).toEqual(expected)
  })

  it('names for every hold either an alert or that it passes by itself', () => {
    const passing: HoldReason[] = ['paused', 'night', 'relay-busy']

    for (const reason of HOLD_REASONS) {
      expect([reason, keys(facts({ lanes: [lane(reason)] })).length]).toEqual([
        reason,
        passing.includes(reason) ? 0 : 1,
      ])
    }
  })
})

describe('a day on which nothing was sent', () => {
  it.each<[string, Run, Tally, boolean]>([
    ['is told when all expired', run(), tally({ expired: 10 }), true],
    ['is told when the relay refused all', run(), tally({ failed: 10 }, { refused: 10 }), true],
    ['is told when all were capped', run(), tally({ capped: 10 }), true],
    ['is not when one was delivered', run(), tally({ delivered: 1, expired: 9 }), false],
    ['is not when one is on its way', run(), tally({ expired: 9 }, { out: 1 }), false],
    ['is not when one failed on its way', run(), tally({ failed: 1, expired: 9 }), false],
    ['is not when everybody had bought', run(), tally({ cancelled: 10 }), false],
    ['is not when nobody was to get one', run(), tally({}), false],
    ['is not while the night holds the rest', run({ state: 'published' }), tally({ expired: 1 }), false],
    ['is not for a run that a person stopped', run({ state: 'stopped' }), tally({ expired: 10 }), false],
    ['is not for the day before', run({ day: '2026-11-20' }), tally({ expired: 10 }), false],
    ['is not for a test send', run({ kind: 'test' }), tally({ expired: 1 }), false],
  ])('%s', (_case, of, counted, told) => {
    expect(keys(facts({ runs: [of], tallies: [counted] }))).toEqual(told ? [`nothing-sent:${YESTERDAY}`] : [])
  })

  it('is over at the next midnight', () => {
    const given = facts({ runs: [run()], tallies: [tally({ expired: 10 })] })

    expect(keys(given, kstInstant(TODAY, 1439))).toHaveLength(1)
    expect(keys(given, kstInstant('2026-11-23', 0))).toEqual([])
  })
})

describe('the words of an alert', () => {
  it.each(ALERT_KINDS)('of %s say in Korean what to do and lead to a page of ours', (kind) => {
    const subject = kind === 'run-missed' || kind === 'nothing-sent' ? YESTERDAY : 'r1'

    const { reason, href, remedy } = alertText({ kind, subject, campaignId: 'c1', runId: 'r1' }, '장바구니')

    expect(reason).toMatch(/요\.$/)
    expect(reason).not.toMatch(/[!a-z]|undefined|null/)
    expect(href).toMatch(/^\/(settings|reports)/)
    expect(remedy.length).toBeGreaterThan(3)
  })

  it('make a short mail with a link, under a name that stays the same', () => {
    const text = alertText({ kind: 'balance', subject: '', campaignId: null, runId: null }, null)
    const record = { id: 'cafe24-a:balance:', openedAt: NOW }
    const facts = {
      to: 'owner@shop.example',
      text,
      record,
      shopName: '가게\r\nBcc: x@evil.example',
      baseUrl: 'https://b',
    }

    const mail = alertMail(facts)

    expect(mail.subject).toBe('[바구니] 발송 대행사의 잔액이 모자라 발송이 멈춰 있어요.')
    expect(mail.text).toContain('발송 계정 확인하기: https://b/settings/sending-account')
    expect(mail.to).toBe('owner@shop.example')
    expect(alertMail(facts).key).toBe(mail.key)
    expect(alertMail({ ...facts, record: { ...record, openedAt: new Date(0) } }).key).not.toBe(mail.key)
  })
})
