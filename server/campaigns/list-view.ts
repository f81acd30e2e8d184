import { formatDay, type KstDay } from '../core/seoul'
import { formatWon, type Won } from '../core/won'
import type { ChipView, EmptyView } from '../http/page-parts'
import type { CurrentCampaign } from './campaign-parts'
import { RECIPES } from './recipes'
import { nextText, stateChip } from './state-view'

/** What the last run of a campaign came to; the reports know it. */
export interface LastRunFigures {
  runId: string
  day: KstDay
  sent: number
  delivered: number
  clicks: number
  orders: number
  revenueWon: Won
}

/** One campaign of the list. */
export interface CampaignRow {
  name: string
  href: string
  chip: ChipView
  next: string
  last: { title: string; href: string; figures: { label: string; figure: string }[] } | null
}

/** The list of campaigns, or the first step where there is none. */
export interface CampaignListView {
  rows: CampaignRow[]
  empty: EmptyView | null
  recipes: { title: string; lead: string; href: string }[]
}

/** The campaigns of a mall, newest first, with what comes next and what the last run came to. */
export function campaignListView(
  all: readonly CurrentCampaign[],
  last: ReadonlyMap<string, LastRunFigures>,
  now: Date,
): CampaignListView {
  const recipes = RECIPES.map(({ key, title, lead }) => ({
    title,
    lead,
    href: `/campaigns/new?recipe=${key}`,
  }))
  const [first] = recipes
  return {
    rows: all.map((current) => rowOf(current, last.get(current.campaign.id), now)),
    empty:
      all.length > 0 || !first
        ? null
        : {
            title: '아직 캠페인이 없어요',
            text: `‘${first.title}’ 레시피로 시작해 보세요. ${first.lead} 시작하기 전에 몇 명에게 가는지 먼저 보여 드려요.`,
            action: { label: `${first.title}에게 다시 알리기`, href: first.href, kind: 'strong' },
          },
    recipes,
  }
}

function rowOf(current: CurrentCampaign, last: LastRunFigures | undefined, now: Date): CampaignRow {
  const { campaign } = current
  return {
    name: campaign.name,
    href: `/campaigns/${campaign.id}`,
    chip: stateChip(campaign.state),
    next: nextText(current, now),
    last: last
      ? {
          title: `${formatDay(last.day)} 회차`,
          href: `/reports/runs/${last.runId}`,
          figures: [
            { label: '보냄', figure: `${last.sent.toLocaleString('ko-KR')}건` },
            { label: '도착', figure: `${last.delivered.toLocaleString('ko-KR')}건` },
            { label: '클릭', figure: `${last.clicks.toLocaleString('ko-KR')}명` },
            { label: '주문', figure: `${last.orders.toLocaleString('ko-KR')}건` },
            { label: '매출', figure: formatWon(last.revenueWon) },
          ],
        }
      : null,
  }
}
