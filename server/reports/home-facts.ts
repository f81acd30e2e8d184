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
import type { AlertKind } from './alert'
import type { AlertService } from './alert-service'
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
  sendingAccounts: Pick<SendingAccountStore, 'newest'>
  reports: Pick<ReportService, 'recent' | 'ofRun'>
  alerts: Pick<AlertService, 'ofMall'>
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
    campaigns: campaigns.filter(({ state }) => state !== 'ended').length,
    hadCampaigns: campaigns.length > 0,
    running: campaigns.filter(({ state }) => state === 'running').length,
    standingStill,
  }
}

/** Words on the home page for what the checklist says as well while a shop is setting up. */
const IN_SET_UP: readonly AlertKind[] = ['reconsent', 'uninstalled', 'account']

async function standingStillOf(parts: Parts, mallId: MallId): Promise<StandingStill[]> {
  return (await parts.alerts.ofMall(mallId)).map(({ kind, reason, href, remedy }) => ({
    reason,
    remedyHref: href,
    remedy,
    inSetUp: IN_SET_UP.includes(kind),
  }))
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
