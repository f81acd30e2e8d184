import type { Campaign, Revision } from '../campaigns/campaign'
import { readMallContact } from '../campaigns/contact-reader'
import { type RecentSends, recentFrom } from '../campaigns/contact-rules'
import { missedText } from '../campaigns/due-run'
import { populationOf } from '../campaigns/plan-rules'
import type { Run } from '../campaigns/run'
import { readAhead } from '../core/read-ahead'
import { type KstDay, kstDay } from '../core/seoul'
import type { MallStore } from '../malls/mall-store'
import { compileSegment } from '../segments/compile-segment'
import type { Shopper } from '../shoppers/shopper'
import { dayBudgetId } from '../spend/spend-rules'
import { areStale } from './last-look'
import { createPlanWriter } from './plan-writer'
import { publishRun } from './publish-run'
import { type RunParts, wipePlan } from './run-parts'

/** A run that is to be planned; without a revision it never will be. */
export interface WaitingRun {
  run: Run
  revision: Revision | null
}

/** Plans a run if it may be planned now; otherwise its note says what it waits for, or why it never starts. */
export async function planOrSay(
  parts: RunParts,
  { run, revision }: WaitingRun,
  stillOurs: () => Promise<void>,
): Promise<boolean> {
  const { mallId, campaignId } = run
  const now = parts.clock.now()
  const [campaign, mall, account] = await Promise.all([
    parts.campaigns.find(mallId, campaignId),
    parts.malls.find(mallId),
    parts.accounts.current(mallId),
  ])
  const isOver = run.day < kstDay(now)
  const stopped = !campaign || !revision || campaign.state === 'ended' || mall?.state === 'uninstalled'
  const ready = stopped || isOver ? null : waitsFor(campaign, revision, mall, account, now)
  if (stopped || isOver) {
    const attempt = await parts.runs.beginAttempt(mallId, run.id)
    if (attempt === null) return false
    await wipePlan(parts, run, attempt)
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
  const never = missedText(day)
  return note === null ? never : `${never} (${note})`
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
  if (attempt > 1) await wipePlan(parts, run, attempt)
  const judged = { ...run, plannedFor: now }
  await parts.runs.move(mallId, runId, ['planning'], { plannedFor: now })
  const scope = { mallId, campaignId, runId, runDay: day }
  await parts.spend.open(scope, { [dayBudgetId(mallId, campaignId, day)]: spec.dailyCapWon })
  const ctx = { day, now, campaignId }
  const contact = { ...(await readMallContact(parts, mallId)), repeatDays: spec.repeatDays }
  const writer = createPlanWriter(parts, { run: judged, attempt, segment: spec.segment, ctx, contact })
  const fromDay = recentFrom(day, contact, spec.segment)
  const people = parts.shoppers.population(mallId, compileSegment(spec.segment, ctx), { dearestFirst: true })
  for await (const { chunk, recent } of readAhead(withRecent(parts, run, fromDay, people))) {
    await stillOurs()
    await writer.add(populationOf(spec.segment, ctx, chunk, recent), recent)
  }
  const totals = await writer.close()
  await stillOurs()
  const publishedAt = parts.clock.now()
  const published = await publishRun(parts, judged, attempt, { totals, priceWon, now: publishedAt })
  if (!published) return false
  parts.logger.debug({ mallId, runId, population: totals.population, sends: totals.sends }, 'run published')
  if (totals.sends === 0) await parts.finishRun(mallId, runId)
  return true
}

/** Chunks of shoppers with what was sent to their phones since `fromDay`. */
async function* withRecent(
  { sends }: Pick<RunParts, 'sends'>,
  { mallId, id }: Run,
  fromDay: KstDay,
  people: AsyncIterable<Shopper[]>,
): AsyncIterable<{ chunk: Shopper[]; recent: RecentSends }> {
  for await (const chunk of people) {
    const phoneKeys = chunk.flatMap(({ phoneKey }) => phoneKey ?? [])
    // What this plan itself has written is no earlier send: the same phone twice in it is `same-phone`.
    yield { chunk, recent: await sends.recentSends(mallId, fromDay, phoneKeys, { exceptRun: id }) }
  }
}
