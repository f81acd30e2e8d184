import type { SegmentContext, ShopperFacts } from './condition-kind'
import { asksLedger, matches } from './evaluate-segment'
import type { ConditionTree, Segment } from './segment'

/** What everybody of a segment's population fulfils: include groups, scope, and for `purchases: 'only'` that they bought since. */
export function populationTrees({ include, scope, purchases }: Segment): ConditionTree[] {
  return [
    include,
    ...(scope === 'consented' ? [{ kind: 'ad-consent' as const, is: true }] : []),
    ...(purchases === 'only' ? [{ kind: 'bought-since' as const, is: true }] : []),
  ]
}

/** True for whom `compileSegment` would find and, of a segment that asks the ledger, who really belongs. */
export function isInPopulation(segment: Segment, facts: ShopperFacts, context: SegmentContext): boolean {
  return populationTrees(segment).every((tree) => matches(tree, facts, context))
}

/** True when the segment cannot be judged without the whole history of sends. */
export function segmentAsksLedger({ include, exclude }: Segment): boolean {
  return asksLedger(include) || (exclude !== null && asksLedger(exclude))
}
