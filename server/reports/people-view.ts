import { unreachable } from '../core/errors'
import { maskName, maskPhone } from '../core/phone'
import { formatInstant } from '../core/seoul'
import { formatWon } from '../core/won'
import type { HeadView } from '../http/page-parts'
import type { BatchState } from '../sends/send'
import type { PeopleQuery, PeopleState, RunPerson } from './people'
import {
  decisionText,
  endText,
  FAILURE_TEXTS,
  isDecisionReason,
  type ReasonText,
  remedyView,
} from './reason-texts'
import type { RunReport } from './report-service'
import { runTitle } from './run-view'

/** One person as a list shows them: masked. */
export interface PersonLineView {
  memberId: string
  href: string
  name: string
  phone: string
  state: string
  /** What the rule saw. */
  detail: string
  remedy: { text: string; href?: string }
  clickedAt: string
  order: string
}

/** The people behind one figure of a run. */
export interface PeopleView {
  head: HeadView
  lines: PersonLineView[]
  csvHref: string
}

const STATE_NAMES: Record<PeopleState, string> = {
  population: '모수',
  audience: '발송 대상',
  decision: '보내지 못한 고객',
  planned: '보내기로 한 고객',
  waiting: '보내기 전',
  sent: '보냄',
  texted: '대체 문자로 이어 보냄',
  pending: '결과 기다리는 중',
  unknown: '결과 확인 중',
  delivered: '도착',
  failed: '도착 실패',
  cancelled: '발송 취소',
  capped: '비용 한도로 미발송',
  expired: '발송 기한 지남',
  clicked: '클릭',
  ordered: '주문',
  'cancelled-orders': '매출에서 뺀 주문',
}

/** The page of the people behind a figure. */
export function peopleView(
  report: Pick<RunReport, 'run' | 'campaign'>,
  query: PeopleQuery,
  people: readonly RunPerson[],
): PeopleView {
  const { run, campaign } = report
  const search = new URLSearchParams({
    state: query.state,
    ...(query.reason ? { reason: query.reason } : {}),
  })
  const csvHref = `/reports/runs/${run.id}/people.csv?${search}`
  return {
    head: {
      crumbs: [
        { label: '발송 리포트', href: '/reports' },
        { label: campaign.name, href: `/reports/campaigns/${campaign.id}` },
        { label: runTitle(run), href: `/reports/runs/${run.id}` },
      ],
      title: queryName(query),
      lead: '이름과 연락처는 가려서 보여 드려요. 고객을 누르면 자세한 내용을 볼 수 있어요.',
      actions: [{ label: 'CSV 내려받기', href: csvHref }],
    },
    lines: people.map(personLine),
    csvHref,
  }
}

/** One person, masked, with words for where they stand and what can be done. */
export function personLine(person: RunPerson): PersonLineView {
  const { text, state, detail } = afterText(standsOf(person.stands), person)
  return {
    memberId: person.memberId,
    href: `/support/people/${encodeURIComponent(person.memberId)}`,
    name: person.name === null ? '이름 없음' : maskName(person.name),
    phone: person.phone === null ? '연락처 없음' : maskPhone(person.phone),
    state,
    detail,
    remedy: text === null ? { text: '' } : remedyView(text),
    clickedAt: person.clickedAt ? formatInstant(person.clickedAt) : '',
    order: orderText(person.order),
  }
}

function queryName({ state, reason }: PeopleQuery): string {
  if (state === 'decision' && isDecisionReason(reason)) return decisionText(reason).label
  if ((state === 'failed' || state === 'cancelled') && reason !== null) {
    return `${STATE_NAMES[state]} · ${endText(state, reason).label}`
  }
  return STATE_NAMES[state]
}

interface Stands {
  text: ReasonText | null
  state: string
  detail: string
}

function standsOf(stands: RunPerson['stands']): Stands {
  switch (stands.as) {
    case 'decided': {
      const text = decisionText(stands.reason)
      return { text, state: text.label, detail: stands.detail ?? text.sentence }
    }
    case 'ended': {
      const text = endText(stands.end, stands.reason)
      const state = stands.end === 'failed' ? `${STATE_NAMES.failed} · ${text.label}` : text.label
      if (stands.end === 'delivered')
        return { text: null, state, detail: stands.at ? formatInstant(stands.at) : '' }
      return { text, state, detail: text.sentence }
    }
    case 'open':
      return { text: null, state: OPEN_NAMES[stands.batch], detail: '' }
    default:
      return unreachable(stands)
  }
}

/** A text says so, and why the message before it failed. */
function afterText(stands: Stands, { way, stands: { as } }: RunPerson): Stands {
  if (way?.by !== 'text') return stands
  const why = way.firstReason ? ` (${FAILURE_TEXTS[way.firstReason].label})` : ''
  const what = as === 'ended' && way.leftAt ? '문자' : '대체 문자'
  const detail = `브랜드 메시지 실패${why} 뒤 문자${stands.detail === '' ? '' : ` · ${stands.detail}`}`
  return { ...stands, state: `${what} ${stands.state}`, detail }
}

const OPEN_NAMES: Record<BatchState, string> = {
  planned: STATE_NAMES.waiting,
  leased: STATE_NAMES.waiting,
  'handed-over': STATE_NAMES.unknown,
  unknown: STATE_NAMES.unknown,
  accepted: STATE_NAMES.pending,
  settled: STATE_NAMES.pending,
}

function orderText(order: RunPerson['order']): string {
  if (!order) return ''
  if (order.cancelled) return '취소한 주문'
  return `${formatWon(order.netWon)}${order.paid ? '' : ' (미입금)'}`
}
