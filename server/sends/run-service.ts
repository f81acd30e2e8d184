import type { Campaign, Revision } from '../campaigns/campaign'
import type { CampaignStore } from '../campaigns/campaign-store'
import type { DecisionStore } from '../campaigns/decision-store'
import { repeatWindowFrom } from '../campaigns/plan-rules'
import type { RevisionStore } from '../campaigns/revision-store'
import type { Run } from '../campaigns/run'
import type { RunStore } from '../campaigns/run-store'
import { latestInstant } from '../campaigns/schedule-rules'
import type { DueRun } from '../campaigns/schedule-service'
import type { Clock } from '../core/clock'
import { AppError } from '../core/errors'
import { newId, newSecret } from '../core/ids'
import type { Logger } from '../core/logger'
import { formatDay, kstDay } from '../core/seoul'
import type { Leases } from '../malls/lease-store'
import type { MallId } from '../malls/mall'
import type { MallStore } from '../malls/mall-store'
import type { AccountSource } from '../messages/sending-account'
import { compileSegment } from '../segments/compile-segment'
import type { ShopperStore } from '../shoppers/shopper-store'
import { dayBudgetId } from '../spend/spend-rules'
import type { SpendStore } from '../spend/spend-store'
import type { LeaseTimes } from './batch-rules'
import type { BatchStore } from './batch-store'
import { areStale } from './last-look'
import { createPlanWriter } from './plan-writer'
import { type PublishParts, publishRun } from './publish-run'
import type { SendStore } from './send-store'

/** What starting runs is built from. */
export interface RunParts extends PublishParts {
  clock: Clock
  times: LeaseTimes
  worker: string
  leases: Pick<Leases, 'acquire' | 'renew' | 'release'>
  /** Runs that should exist by now (campaigns). */
  due: () => Promise<DueRun[]>
  campaigns: Pick<CampaignStore, 'find'>
  revisions: Pick<RevisionStore, 'find'>
  runs: RunStore
  decisions: DecisionStore
  sends: SendStore
  batches: BatchStore
  malls: Pick<MallStore, 'find'>
  shoppers: Pick<ShopperStore, 'population'>
  accounts: Pick<AccountSource, 'current'>
  spend: Pick<SpendStore, 'open'>
  finishRun: (mallId: MallId, runId: string) => Promise<void>
  logger: Logger
}

/** Starts the runs whose minute has come. */
export interface RunService {
  /** Doing it twice, or in two processes, makes one run a campaign and day; tells how many were published. */
  startDueRuns(): Promise<number>
}

const RUNS_AT_ONCE = 500

/** Planning, serial in each mall under a fenced lease, so that two campaigns never claim one person by chance. */
export function createRunService(parts: RunParts): RunService {
  return {
    async startDueRuns() {
      for (const due of await parts.due()) await parts.runs.insert(newRun(due, parts.clock.now()))
      const waiting = (await parts.runs.inState(['planning'], RUNS_AT_ONCE)).filter(
        ({ kind }) => kind === 'scheduled',
      )
      let published = 0
      for (const mallId of new Set(waiting.map((run) => run.mallId)))
        published += await planMall(
          parts,
          mallId,
          waiting.filter((run) => run.mallId === mallId),
        )
      return published
    },
  }
}

function newRun({ campaign, revision, day }: DueRun, now: Date): Run {
  return {
    id: newId(now),
    mallId: campaign.mallId,
    campaignId: campaign.id,
    revision: revision.number,
    kind: 'scheduled',
    occurrence: day,
    day,
    state: 'planning',
    plannedFor: now,
    publishedAt: null,
    finishedAt: null,
    latestAt: latestInstant(revision.spec, day),
    population: 0,
    decisions: {},
    batches: 0,
    priceWon: 0,
    note: null,
  }
}

async function planMall(parts: RunParts, mallId: MallId, runs: Run[]): Promise<number> {
  const name = `plan:${mallId}`
  const owner = `${parts.worker}:${newSecret(6)}`
  const fence = await parts.leases.acquire(name, owner, parts.times.leaseMs)
  if (fence === null) return 0
  const stillOurs = async () => {
    if (!(await parts.leases.renew(name, owner, fence, parts.times.leaseMs)))
      throw new AppError('lease-lost', 'Another worker plans for this mall', { mallId })
  }
  let published = 0
  try {
    for (const run of runs) if (await planOrSay(parts, run, stillOurs)) published += 1
  } catch (cause) {
    // What is half planned is wiped and planned again at the next turn.
    const code = cause instanceof AppError ? cause.code : 'unknown'
    parts.logger.warn({ mallId, code, cause }, 'planning broke off')
  } finally {
    await parts.leases.release(name, owner, fence)
  }
  return published
}

/** Plans a run if it may be planned now; otherwise its note says what it waits for, or why it never starts. */
async function planOrSay(parts: RunParts, run: Run, stillOurs: () => Promise<void>): Promise<boolean> {
  const { mallId, campaignId } = run
  const now = parts.clock.now()
  const [campaign, revision, mall, account] = await Promise.all([
    parts.campaigns.find(mallId, campaignId),
    parts.revisions.find(mallId, campaignId, run.revision),
    parts.malls.find(mallId),
    parts.accounts.current(mallId),
  ])
  const isOver = run.day < kstDay(now)
  const stopped = !campaign || !revision || campaign.state === 'ended' || mall?.state === 'uninstalled'
  const ready = stopped || isOver ? null : waitsFor(campaign, revision, mall, account, now)
  if (stopped || isOver) {
    await wipe(parts, run)
    const note = stopped ? '캠페인이나 앱 연결이 끝나 보내지 않았어요.' : missedNote(run)
    const state = stopped ? 'stopped' : 'missed'
    await parts.runs.move(mallId, run.id, ['planning'], { state, note, finishedAt: now })
    return false
  }
  if (ready !== null || !account) {
    if (run.note !== ready) await parts.runs.move(mallId, run.id, ['planning'], { note: ready })
    return false
  }
  return plan(parts, { run, revision, priceWon: account.prices.brandTextWon, stillOurs })
}

function waitsFor(
  campaign: Campaign,
  { spec }: Revision,
  mall: Awaited<ReturnType<MallStore['find']>>,
  account: unknown,
  now: Date,
): string | null {
  if (campaign.state !== 'running') return '캠페인이 일시 정지되어 있어요. 오늘 안에 다시 시작하면 보내요.'
  if (mall?.state !== 'connected')
    return '쇼핑몰 연결이 끊겨 있어요. 쇼핑몰 관리자에서 앱을 다시 열어 주세요.'
  if (!account) return '발송 계정이 없어요. 설정에서 발송 계정을 등록해 주세요.'
  if (areStale(mall, spec, now))
    return `쇼핑몰 정보를 ${spec.maxFactAgeHours}시간 안에 새로 읽지 못했어요. 동기화가 끝나면 이어서 보내요.`
  return null
}

function missedNote({ day, note }: Run): string {
  const never = `${formatDay(day)} 안에 시작하지 못해 보내지 않았어요. 지난 날의 회차는 다시 보내지 않아요.`
  return note === null ? never : `${never} (${note})`
}

async function wipe({ sends, batches, decisions }: RunParts, { mallId, id }: Run): Promise<void> {
  await batches.wipeRun(mallId, id)
  await sends.wipeRun(mallId, id)
  await decisions.removeOfRun(mallId, id)
}

async function plan(
  parts: RunParts,
  {
    run,
    revision: { spec },
    priceWon,
    stillOurs,
  }: { run: Run; revision: Revision; priceWon: number; stillOurs: () => Promise<void> },
): Promise<boolean> {
  const { mallId, campaignId, id: runId, day } = run
  const now = parts.clock.now()
  const attempt = await parts.runs.beginAttempt(mallId, runId)
  if (attempt === null) return false
  if (attempt > 1) await wipe(parts, run)
  const judged = { ...run, plannedFor: now }
  await parts.runs.move(mallId, runId, ['planning'], { plannedFor: now })
  const scope = { mallId, campaignId, runId, runDay: day }
  await parts.spend.open(scope, { [dayBudgetId(mallId, campaignId, day)]: spec.dailyCapWon })
  const ctx = { day, now, campaignId }
  const writer = createPlanWriter(parts, { run: judged, segment: spec.segment, ctx })
  const fromDay = repeatWindowFrom(day, spec.repeatDays)
  const people = parts.shoppers.population(mallId, compileSegment(spec.segment, ctx), { dearestFirst: true })
  for await (const chunk of people) {
    const phoneKeys = chunk.flatMap(({ phoneKey }) => phoneKey ?? [])
    const recent = await parts.sends.recentPhones(mallId, campaignId, fromDay, phoneKeys)
    await stillOurs()
    await writer.add(chunk, recent)
  }
  const totals = await writer.close()
  await stillOurs()
  const publishedAt = parts.clock.now()
  const published = await publishRun(parts, judged, attempt, { totals, priceWon, now: publishedAt })
  if (!published) return false
  parts.logger.info({ mallId, runId, population: totals.population, sends: totals.sends }, 'run published')
  if (totals.sends === 0) await parts.finishRun(mallId, runId)
  return true
}
