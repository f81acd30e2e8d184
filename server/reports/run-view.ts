import { DECISION_ORDER } from '../campaigns/plan-rules'
import type { DecisionReason, Run } from '../campaigns/run'
import { unreachable } from '../core/errors'
import { formatInstant, kstMinuteOfDay } from '../core/seoul'
import { formatWon } from '../core/won'
import type { ChartView, ChipView, FunnelView, HeadView, ReasonView, TileView } from '../http/page-parts'
import type { Lane } from '../sends/lane'
import { type AvoidedView, avoidedView } from './avoided-view'
import { count, factsOf, items, people, percent } from './figure-texts'
import { hourChart } from './hour-chart'
import type { PeopleState } from './people'
import {
  CANCEL_TEXTS,
  decisionText,
  END_TEXTS,
  FAILURE_TEXTS,
  isCancelReason,
  isFailureReason,
  type ReasonText,
  remedyView,
} from './reason-texts'
import type { Figures } from './report'
import { type Difference, differences } from './report-rules'
import type { RunReport, RunWay } from './report-service'
import { spendChart } from './spend-chart'
import { type StepsView, stepsView } from './steps-view'

/** What the page of one run prints. */
export interface RunView {
  head: HeadView
  notice: { tone: 'hold' | 'info' | 'bad'; text: string } | null
  tiles: TileView[]
  funnel: FunnelView
  reasons: ReasonView[]
  facts: { label: string; text: string; href?: string }[]
  chart: ChartView | null
  spendChart: ChartView | null
  steps: StepsView | null
  avoided: AvoidedView | null
  countedAt: string
}

/** The page of one run. */
export function runView(report: RunReport, way: RunWay): RunView {
  const { run, campaign, figures, spec } = report
  const started = run.publishedAt ?? run.plannedFor
  return {
    head: {
      crumbs: [
        { label: '발송 리포트', href: '/reports' },
        { label: campaign.name, href: `/reports/campaigns/${campaign.id}` },
      ],
      title: runTitle(run),
      chip: runChip(run, report.hold),
      actions: [{ label: 'CSV 내려받기', href: `/reports/runs/${run.id}/people.csv?state=population` }],
    },
    notice: noticeOf(report),
    tiles: tilesOf(report),
    funnel: { rows: funnelRows(run.id, figures), note: planSentence(figures) },
    reasons: reasonsOf(run.id, figures, spec.repeatDays),
    facts: factsOf(figures, spec.attributionDays),
    chart: hourChart(figures, startOfHour(started)),
    spendChart: spendChart({ points: way.curve?.points ?? [], peakWon: way.peakWon, capWon: way.capWon }),
    steps: stepsView(report, way),
    avoided: avoidedView(figures, (reason) => peopleHref(run.id, 'cancelled', reason)),
    countedAt: `${formatInstant(report.countedAt)} 기준`,
  }
}

/** "11월 22일 발송 회차". */
export function runTitle(run: Pick<Run, 'day' | 'kind'>): string {
  const [, month, day] = run.day.split('-').map(Number)
  return `${month}월 ${day}일 ${run.kind === 'test' ? '테스트 발송' : '발송 회차'}`
}

/** Where a run stands, in a word. */
export function runChip(run: Pick<Run, 'state'>, hold: Lane['hold'] = null): ChipView {
  switch (run.state) {
    case 'planning':
      return { tone: 'info', text: '준비 중' }
    case 'published':
      return hold ? { tone: 'hold', text: '기다리는 중' } : { tone: 'info', text: '발송 중' }
    case 'finished':
      return { tone: 'ok', text: '발송 끝' }
    case 'missed':
      return { tone: 'bad', text: '발송하지 않음' }
    case 'stopped':
      return { tone: 'bad', text: '멈춤' }
    default:
      return unreachable(run.state)
  }
}

/** The door to the people behind a figure. */
export function peopleHref(runId: string, state: PeopleState, reason?: string): string {
  return `/reports/runs/${runId}/people?state=${state}${reason ? `&reason=${reason}` : ''}`
}

const NOBODY = people(0)

function noticeOf({ run }: RunReport): RunView['notice'] {
  if ((run.state === 'missed' || run.state === 'stopped') && run.note) return { tone: 'bad', text: run.note }
  return null
}

function tilesOf({ run, figures, spec }: RunReport): TileView[] {
  const href = (state: PeopleState) => peopleHref(run.id, state)
  const cap = spec.dailyCapWon === null ? '한도 없음' : `한도 ${formatWon(spec.dailyCapWon)} 중`
  return [
    {
      label: '도착',
      figure: items(figures.delivered),
      note: `${items(figures.sent)} 보냄${figures.unknown > 0 ? ` · 결과 확인 중 ${count(figures.unknown)}` : ''}`,
      href: href('delivered'),
    },
    {
      label: '클릭',
      figure: people(figures.clickPeople),
      note: `도착의 ${percent(figures.clickRate)}`,
      href: href('clicked'),
    },
    {
      label: '주문',
      figure: items(figures.orders),
      note: `장바구니 복구율 ${percent(figures.recoveryRate)}`,
      href: href('ordered'),
    },
    {
      label: '매출 (취소 제외)',
      figure: formatWon(figures.revenueWon),
      note: `전환 인정 ${spec.attributionDays}일`,
      href: href('ordered'),
    },
    { label: '비용', figure: formatWon(figures.chargedWon), note: cap, href: href('sent') },
  ]
}

function funnelRows(runId: string, figures: Figures): FunnelView['rows'] {
  const rows = [
    ['모수', figures.population, 'stay', 'population'],
    ['발송 대상', figures.audience, 'stay', 'audience'],
    ['보냄', figures.sent, 'stay', 'sent'],
    ['도착', figures.delivered, 'result', 'delivered'],
    ['클릭', figures.clickPeople, 'result', 'clicked'],
    ['주문', figures.orders, 'result', 'ordered'],
  ] as const
  const widest = Math.max(1, ...rows.map(([, value]) => value))
  return rows.map(([label, value, kind, state]) => ({
    label,
    figure: count(value),
    share: value / widest,
    kind,
    href: peopleHref(runId, state),
  }))
}

/** What became of the plan: the figures of the preview, and by name whatever differs from them. */
export function planSentence(figures: Figures): string {
  if (figures.planned === 0) return '이 회차에서 보낼 고객이 없었어요.'
  const named = differences(figures).map((each) => `${differenceName(each)} ${people(each.count)}`)
  const plan = `보내기로 한 ${people(figures.planned)}`
  if (named.length === 0) return `${plan} 모두에게 보냈어요.`
  return `${plan} 가운데 ${people(figures.sent)}에게 보냈어요. 나머지: ${named.join(', ')}.`
}

function differenceName({ kind, reason }: Difference): string {
  if (kind === 'waiting') return '보내기 전'
  if (kind === 'refused') return '대행사가 접수를 거절함'
  if (kind === 'cancelled' && isCancelReason(reason)) return CANCEL_TEXTS[reason].label
  return END_TEXTS[kind].label
}

/** Each reason of each person who got nothing, the most frequent first, failures last, with its door and its remedy. */
export function reasonsOf(runId: string, figures: Figures, repeatDays: number): ReasonView[] {
  const line = (
    text: ReasonText,
    value: number,
    door: { state: PeopleState; reason?: string; detail?: string },
  ): ReasonView => ({
    label: door.detail ? END_TEXTS.failed.label : text.label,
    ...(door.detail ? { detail: door.detail } : {}),
    figure: people(value),
    href: peopleHref(runId, door.state, door.reason),
    remedy: remedyView(text),
  })
  const skipped = (reason: DecisionReason) => figures.decisions[reason] ?? 0
  const skips = DECISION_ORDER.filter((reason) => reason !== 'send').sort((a, b) => skipped(b) - skipped(a))
  const decided = skips.map((reason) => {
    const view = line(decisionText(reason), skipped(reason), { state: 'decision', reason })
    return reason === 'repeat' ? { ...view, remedy: { text: `${repeatDays}일에 한 번만 보내요` } } : view
  })
  const ended = Object.entries(figures.reasons)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value = 0]) => {
      const [end = '', reason = ''] = key.split(':')
      if (end === 'cancelled' && isCancelReason(reason)) {
        return line(CANCEL_TEXTS[reason], value, { state: 'cancelled', reason })
      }
      if (end === 'failed' && isFailureReason(reason)) {
        const text = FAILURE_TEXTS[reason]
        return line(text, value, { state: 'failed', reason, detail: text.label })
      }
      return null
    })
  const unsent = (['capped', 'expired'] as const).map((end) =>
    line(END_TEXTS[end], figures[end], { state: end }),
  )
  return [...decided, ...unsent, ...ended]
    .filter((view) => view !== null)
    .filter((view) => view.figure !== NOBODY)
}

function startOfHour(at: Date): Date {
  return new Date(at.getTime() - (kstMinuteOfDay(at) % 60) * 60_000 - (at.getTime() % 60_000))
}
