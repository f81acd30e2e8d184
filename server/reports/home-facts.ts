import type { HomeFacts, Readiness, StandingStill, Today } from '../accounts/home'
import type { Readiness as SendReadiness } from '../campaigns/campaign-parts'
import type { CampaignStore } from '../campaigns/campaign-store'
import type { LastRunFigures } from '../campaigns/list-view'
import type { RevisionStore } from '../campaigns/revision-store'
import type { Run } from '../campaigns/run'
import type { RunStore } from '../campaigns/run-store'
import { nextOccurrence } from '../campaigns/schedule-rules'
import type { Clock } from '../core/clock'
import { UserError } from '../core/errors'
import { kstDay } from '../core/seoul'
import type { MallId } from '../malls/mall'
import type { MallStore } from '../malls/mall-store'
import type { SendingAccountStore } from '../messages/sending-account-store'
import type { HoldReason } from '../sends/lane'
import type { LaneStore } from '../sends/lane-store'
import type { ReportService } from './report-service'

/** What the home page and the campaign pages ask about a whole mall. */
export interface MallFacts extends HomeFacts {
  /** Whether the mall can send at all. */
  sendReadiness(mallId: MallId): Promise<SendReadiness>
  /** The newest run of each campaign that has one. */
  lastRunFigures(mallId: MallId, campaignIds: string[]): Promise<ReadonlyMap<string, LastRunFigures>>
}

interface Parts {
  malls: Pick<MallStore, 'find'>
  campaigns: Pick<CampaignStore, 'list'>
  revisions: Pick<RevisionStore, 'find'>
  runs: Pick<RunStore, 'list'>
  lanes: Pick<LaneStore, 'unfinished'>
  sendingAccounts: Pick<SendingAccountStore, 'newest'>
  reports: Pick<ReportService, 'recent' | 'ofRun'>
  clock: Clock
}

const ACCOUNT_PAGE = '/settings/sending-account'
const RUNS_SHOWN = 50

/** Facts of one mall, put together from what every room knows. */
export function createHomeFacts(parts: Parts): MallFacts {
  return {
    readiness: (mallId) => readinessOf(parts, mallId),
    today: (mallId) => todayOf(parts, mallId),
    async sendReadiness(mallId) {
      const account = await parts.sendingAccounts.newest(mallId)
      if (!account) return { ready: false, text: '먼저 발송 계정을 연결해 주세요.', href: ACCOUNT_PAGE }
      if (account.problems.length > 0) {
        return {
          ready: false,
          text: '발송 계정에 문제가 있어요. 확인한 뒤 다시 시작해 주세요.',
          href: ACCOUNT_PAGE,
        }
      }
      return { ready: true }
    },
    async lastRunFigures(mallId, campaignIds) {
      const pairs = await Promise.all(campaignIds.map((id) => lastRunOf(parts, mallId, id)))
      return new Map(pairs.flat())
    },
  }
}

async function readinessOf(parts: Parts, mallId: MallId): Promise<Readiness> {
  const [mall, account, campaigns, standingStill] = await Promise.all([
    parts.malls.find(mallId),
    parts.sendingAccounts.newest(mallId),
    parts.campaigns.list(mallId),
    standingStillOf(parts, mallId),
  ])
  if (!mall)
    throw new UserError(
      404,
      'no-mall',
      '쇼핑몰을 찾을 수 없어요. 쇼핑몰 관리자에서 바구니를 다시 열어 주세요.',
    )
  return {
    mall,
    sendingAccount: account ? (account.problems.length > 0 ? 'broken' : 'ok') : 'none',
    has080: account !== null && account.masked.number080 !== '',
    campaigns: campaigns.length,
    running: campaigns.filter(({ state }) => state === 'running').length,
    standingStill,
  }
}

// What a person must mend; the other holds pass by themselves.
const HOLD_TEXTS: Partial<Record<HoldReason, { reason: string; page: 'run' | 'account' | 'settings' }>> = {
  'stale-facts': { reason: '쇼핑몰 자료가 오래되어 발송을 멈추고 있어요.', page: 'settings' },
  cap: { reason: '발송 비용 제한에 닿아 남은 발송이 기다리고 있어요.', page: 'run' },
  account: { reason: '발송 대행사가 계정을 받아들이지 않아 발송이 멈춰 있어요.', page: 'account' },
  'no-account': { reason: '발송 계정이 없어 발송이 멈춰 있어요.', page: 'account' },
  'no-balance': { reason: '발송 대행사의 잔액이 모자라 발송이 멈춰 있어요.', page: 'account' },
  failures: { reason: '실패가 많아 발송을 멈췄어요. 까닭을 확인해 주세요.', page: 'run' },
}

async function standingStillOf(parts: Parts, mallId: MallId): Promise<StandingStill[]> {
  const lanes = (await parts.lanes.unfinished()).filter((lane) => lane.mallId === mallId && !lane.test)
  return lanes.flatMap(({ id, hold }) => {
    const text = hold && HOLD_TEXTS[hold.reason]
    if (!text) return []
    const pages = { run: `/reports/runs/${id}`, account: ACCOUNT_PAGE, settings: '/settings' }
    return [{ reason: text.reason, remedyHref: pages[text.page] }]
  })
}

async function todayOf(parts: Parts, mallId: MallId): Promise<Today> {
  const now = parts.clock.now()
  const lines = (await parts.reports.recent(mallId, { limit: RUNS_SHOWN, now })).filter(
    ({ run }) => run.day === kstDay(now),
  )
  const sum = (of: (figures: (typeof lines)[number]['figures']) => number) =>
    lines.reduce((total, { figures }) => total + of(figures), 0)
  const only = lines.length === 1 ? lines[0] : undefined
  return {
    toSend: sum(({ planned }) => planned),
    sent: sum(({ sent }) => sent),
    clicks: sum(({ clickPeople }) => clickPeople),
    orders: sum(({ orders }) => orders),
    revenueWon: sum(({ revenueWon }) => revenueWon),
    nextRunAt: await nextRunOf(
      parts,
      mallId,
      lines.map(({ run }) => run),
      now,
    ),
    href: only ? `/reports/runs/${only.run.id}` : lines.length > 0 ? '/reports' : null,
  }
}

async function nextRunOf(
  parts: Parts,
  mallId: MallId,
  todaysRuns: readonly Run[],
  now: Date,
): Promise<Date | null> {
  const running = (await parts.campaigns.list(mallId)).filter(({ state }) => state === 'running')
  const instants = await Promise.all(
    running.map(async ({ id, revision }) => {
      const found = await parts.revisions.find(mallId, id, revision)
      const handled = todaysRuns.some(({ campaignId }) => campaignId === id)
      return found && nextOccurrence(found.spec, now, handled)
    }),
  )
  const known = instants.flatMap((instant) => (instant ? [instant.getTime()] : []))
  return known.length > 0 ? new Date(Math.min(...known)) : null
}

async function lastRunOf(
  parts: Parts,
  mallId: MallId,
  campaignId: string,
): Promise<[string, LastRunFigures][]> {
  const runs = await parts.runs.list(mallId, { campaignId, limit: 5 })
  const run = runs.find(({ kind, state }) => kind === 'scheduled' && state !== 'missed')
  const report = run && (await parts.reports.ofRun(mallId, run.id, parts.clock.now()))
  if (!report) return []
  const { sent, delivered, clickPeople, orders, revenueWon } = report.figures
  return [
    [
      campaignId,
      { runId: report.run.id, day: report.run.day, sent, delivered, clicks: clickPeople, orders, revenueWon },
    ],
  ]
}
