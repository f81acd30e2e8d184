import type { SegmentContext, ShopperFacts } from './condition-kind'
import { kindOf } from './condition-of'
import type { Condition, ConditionTree } from './segment'

/** One condition judged for one shopper, with the values that it saw, in Korean. */
export interface Finding {
  condition: Condition
  holds: boolean
  saw: string[]
}

/** True when shoppers alone do not tell whom the tree means: `receivedCampaigns` has to be known too. */
export function asksLedger(tree: ConditionTree): boolean {
  if ('all' in tree) return tree.all.some(asksLedger)
  if ('any' in tree) return tree.any.some(asksLedger)
  return kindOf(tree).asksLedger === true
}

/** True when the shopper is one of those whom `compileTree` finds; of a tree that asks the ledger, one whom it really means. */
export function matches(tree: ConditionTree, facts: ShopperFacts, context: SegmentContext): boolean {
  if ('all' in tree) return tree.all.every((each) => matches(each, facts, context))
  if ('any' in tree) return tree.any.some((each) => matches(each, facts, context))
  return kindOf(tree).holds(tree, facts, context)
}

/** Every condition of the tree, in reading order, with what it saw; nothing is cut short. */
export function explain(tree: ConditionTree, facts: ShopperFacts, context: SegmentContext): Finding[] {
  if ('all' in tree) return tree.all.flatMap((each) => explain(each, facts, context))
  if ('any' in tree) return tree.any.flatMap((each) => explain(each, facts, context))
  const kind = kindOf(tree)
  return [{ condition: tree, holds: kind.holds(tree, facts, context), saw: kind.saw(facts, context) }]
}
