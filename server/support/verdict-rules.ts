import { type ContactRules, type RecentSends, withReceived } from '../campaigns/contact-rules'
import { planRun } from '../campaigns/plan-rules'
import type { DecisionReason } from '../campaigns/run'
import type { SegmentContext, ShopperFacts } from '../segments/condition-kind'
import { explain, type Finding } from '../segments/evaluate-segment'
import { isInPopulation } from '../segments/population'
import type { Condition, Segment } from '../segments/segment'
import { conditionSentence } from '../segments/segment-sentence'
import type { Shopper } from '../shoppers/shopper'

/** One condition of a campaign judged for one shopper. */
export interface CheckedCondition {
  /** "담은 금액이 30,000원 이상". */
  claim: string
  saw: string
  /** True when it lets the shopper through; of an exclude group, when it does not catch them. */
  passes: boolean
  part: 'scope' | 'include' | 'purchases' | 'exclude'
}

/** What a campaign would do about one shopper: `outside` is nobody's decision, only an answer when asked. */
export interface Verdict {
  outcome: DecisionReason | 'outside'
  detail: string | null
  conditions: CheckedCondition[]
}

/** Judges one shopper by the facts that we have now, for the day and instant of `ctx`; `history` is what the plan knew of earlier sends. */
export function judgeShopper(
  segment: Segment,
  shopper: Shopper,
  ctx: SegmentContext,
  history: { recent: RecentSends; contact: ContactRules },
): Verdict {
  const facts = withReceived(shopper, history.recent)
  const conditions = checkConditions(segment, facts, ctx)
  if (!isInPopulation(segment, facts, ctx)) return { outcome: 'outside', detail: null, conditions }
  const [decision] = planRun({ segment, ctx, shoppers: [shopper], ...history, seenPhones: new Map() })
  return { outcome: decision?.reason ?? 'outside', detail: decision?.detail ?? null, conditions }
}

/** Nobody was ever written to, and nothing keeps anybody from being written to. */
export const NO_HISTORY = {
  recent: new Map(),
  contact: { repeatDays: 1, frequency: null, campaignNames: new Map() },
}

const CONSENTED: Condition = { kind: 'ad-consent', is: true }
const BOUGHT_SINCE: Condition = { kind: 'bought-since', is: true }
const NOT_BOUGHT_SINCE: Condition = { kind: 'bought-since', is: false }

function checkConditions(segment: Segment, shopper: ShopperFacts, ctx: SegmentContext): CheckedCondition[] {
  const checked = (part: CheckedCondition['part'], finding: Finding): CheckedCondition => ({
    claim: conditionSentence(finding.condition, ctx),
    saw: finding.saw.join(', '),
    passes: part === 'exclude' ? !finding.holds : finding.holds,
    part,
  })
  const all = (part: CheckedCondition['part'], tree: Segment['include'] | null) =>
    tree === null ? [] : explain(tree, shopper, ctx).map((finding) => checked(part, finding))
  const purchases = { exclude: NOT_BOUGHT_SINCE, only: BOUGHT_SINCE, ignore: null }[segment.purchases]
  return [
    ...all('scope', segment.scope === 'consented' ? CONSENTED : null),
    ...all('include', segment.include),
    ...all('purchases', purchases),
    ...all('exclude', segment.exclude),
  ]
}
