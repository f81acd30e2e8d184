import { items } from './figure-texts'
import { CANCEL_TEXTS } from './reason-texts'
import type { Figures } from './report'
import { AVOIDED } from './report-rules'

/** The wrong messages that the last look held back, the most frequent reason first. */
export interface AvoidedView {
  title: string
  lines: { label: string; sentence: string; figure: string; href?: string }[]
}

/** Null when there was none; `hrefOf` opens the people behind a reason. */
export function avoidedView(
  { avoided, reasons }: Pick<Figures, 'avoided' | 'reasons'>,
  hrefOf?: (reason: string) => string,
): AvoidedView | null {
  if (avoided === 0) return null
  const lines = AVOIDED.map((reason) => ({ reason, held: reasons[`cancelled:${reason}`] ?? 0 }))
    .filter(({ held }) => held > 0)
    .sort((a, b) => b.held - a.held)
    .map(({ reason, held }) => ({
      label: CANCEL_TEXTS[reason].label,
      sentence: CANCEL_TEXTS[reason].sentence,
      figure: items(held),
      ...(hrefOf ? { href: hrefOf(reason) } : {}),
    }))
  return { title: `마지막 확인으로 막은 잘못된 발송 ${items(avoided)}`, lines }
}
