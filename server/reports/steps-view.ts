import { formatInstant } from '../core/seoul'
import { formatWon } from '../core/won'
import { count } from './figure-texts'
import type { RunReport, RunWay } from './report-service'
import type { StepCount } from './step-counts'

/** Message and text, one under the other. */
export interface StepsView {
  rows: { label: string; cells: { label: string; text: string; href?: string }[] }[]
  note: string
}

/** Null for a run without texts. */
export function stepsView(
  { run, spec, figures }: Pick<RunReport, 'run' | 'spec' | 'figures'>,
  { curve }: Pick<RunWay, 'curve'>,
): StepsView | null {
  if (!curve || (!spec.fallback && figures.texted === 0)) return null
  const { message, text } = curve.steps
  const unsent =
    text.unsent > 0 ? ` 문자로 이어 보내기로 했지만 나가지 않은 고객은 ${count(text.unsent)}명이에요.` : ''
  return {
    rows: [
      { label: '브랜드 메시지', cells: cellsOf(message) },
      { label: '대체 문자', cells: cellsOf(text, `/reports/runs/${run.id}/people?state=texted`) },
    ],
    note: `브랜드 메시지가 도착하지 못한 고객에게만 문자를 보내요.${unsent} ${formatInstant(curve.countedAt)} 기준`,
  }
}

function cellsOf(step: StepCount, href?: string): StepsView['rows'][number]['cells'] {
  return [
    { label: '접수', text: count(step.sent), ...(href && step.sent > 0 ? { href } : {}) },
    { label: '도착', text: count(step.delivered) },
    { label: '실패', text: count(step.failed) },
    { label: '결과 대기', text: count(step.open) },
    { label: '비용', text: formatWon(step.chargedWon) },
  ]
}
