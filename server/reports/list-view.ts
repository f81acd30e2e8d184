import { formatDay } from '../core/seoul'
import { formatWon } from '../core/won'
import type { ChartView, ChipView, EmptyView, HeadView, TileView } from '../http/page-parts'
import { type AvoidedView, avoidedView } from './avoided-view'
import { drawBars } from './bar-chart'
import { count, factsOf, items, people, percent } from './figure-texts'
import type { CampaignReport, RunLine } from './report-service'
import { runChip } from './run-view'

/** One run in a table; `campaign` only where runs of several campaigns stand together. */
export interface RunLineView {
  href: string
  day: string
  campaign: { name: string; href: string } | null
  chip: ChipView
  cells: { label: string; text: string }[]
}

/** The list of all runs. */
export interface ReportListView {
  head: HeadView
  lines: RunLineView[]
  empty: EmptyView
}

/** The page of one campaign. */
export interface CampaignReportView {
  head: HeadView
  tiles: TileView[]
  facts: { label: string; text: string; href?: string }[]
  chart: ChartView | null
  avoided: AvoidedView | null
  lines: RunLineView[]
  empty: EmptyView
}

const EMPTY: EmptyView = {
  title: '아직 보낸 회차가 없어요',
  text: '캠페인을 시작하면 회차마다 몇 명에게 보냈고, 몇 명이 돌아왔는지 여기에서 볼 수 있어요.',
  action: { label: '캠페인 보기', href: '/campaigns', kind: 'strong' },
}
const CHART_RUNS = 30

/** The list of runs of a mall. */
export function reportListView(lines: readonly (RunLine & { campaignName: string })[]): ReportListView {
  return {
    head: { title: '발송 리포트', lead: '회차마다 보낸 메시지와 돌아온 고객을 봐요.' },
    lines: lines.map((line) =>
      lineView(line, { name: line.campaignName, href: `/reports/campaigns/${line.run.campaignId}` }),
    ),
    empty: EMPTY,
  }
}

/** The page of one campaign with a page of its runs. */
export function campaignReportView(report: CampaignReport, shown: readonly RunLine[]): CampaignReportView {
  const { campaign, figures, spec } = report
  return {
    head: {
      crumbs: [{ label: '발송 리포트', href: '/reports' }],
      title: campaign.name,
      chip: campaignChip(campaign.state),
      lead: `지금까지 ${count(figures.runs)}회 발송`,
      actions: [{ label: '캠페인 보기', href: `/campaigns/${campaign.id}` }],
    },
    tiles: [
      { label: '도착', figure: items(figures.delivered), note: `${items(figures.sent)} 보냄` },
      {
        label: '클릭',
        figure: people(figures.clickPeople),
        note: `도착의 ${percent(figures.clickRate)} · 회차별 합계`,
      },
      {
        label: '주문',
        figure: items(figures.orders),
        note: `장바구니 복구율 ${percent(figures.recoveryRate)}`,
      },
      {
        label: '매출 (취소 제외)',
        figure: formatWon(figures.revenueWon),
        note: `전환 인정 ${spec.attributionDays}일`,
      },
      { label: '비용', figure: formatWon(figures.chargedWon), note: `모수 ${people(figures.population)}` },
    ],
    facts: factsOf(figures, spec.attributionDays),
    avoided: avoidedView(figures),
    chart: dayChart(report.lines.slice(0, CHART_RUNS)),
    lines: shown.map((line) => lineView(line, null)),
    empty: EMPTY,
  }
}

function campaignChip(state: CampaignReport['campaign']['state']): ChipView {
  const chips: Record<typeof state, ChipView> = {
    draft: { tone: 'quiet', text: '작성 중' },
    running: { tone: 'ok', text: '진행 중' },
    paused: { tone: 'hold', text: '일시 정지' },
    ended: { tone: 'quiet', text: '종료' },
  }
  return chips[state]
}

function lineView({ run, figures }: RunLine, campaign: RunLineView['campaign']): RunLineView {
  return {
    href: `/reports/runs/${run.id}`,
    day: formatDay(run.day),
    campaign,
    chip: runChip(run),
    cells: [
      { label: '보냄', text: count(figures.sent) },
      { label: '도착', text: count(figures.delivered) },
      { label: '클릭', text: count(figures.clickPeople) },
      { label: '주문', text: count(figures.orders) },
      { label: '매출', text: formatWon(figures.revenueWon) },
      { label: '비용', text: formatWon(figures.chargedWon) },
    ],
  }
}

function dayChart(newestFirst: readonly RunLine[]): ChartView | null {
  const lines = [...newestFirst].reverse()
  if (lines.every(({ figures }) => figures.clickPeople + figures.orders === 0)) return null
  const labels = lines.map(({ run }) => run.day.slice(5).replace('-', '.'))
  return {
    title: '회차별 클릭과 주문',
    svg: drawBars({
      labels,
      labelEvery: lines.length > 12 ? 3 : 1,
      series: [
        { name: '클릭', ink: 'brand', values: lines.map(({ figures }) => figures.clickPeople) },
        { name: '주문', ink: 'ink', values: lines.map(({ figures }) => figures.orders) },
      ],
    }),
    legend: [
      { label: '클릭', kind: 'brand' },
      { label: '주문', kind: 'ink' },
    ],
    table: {
      head: ['회차', '클릭(명)', '주문(건)'],
      rows: lines.map(({ run, figures }) => [
        formatDay(run.day),
        count(figures.clickPeople),
        count(figures.orders),
      ]),
    },
  }
}
