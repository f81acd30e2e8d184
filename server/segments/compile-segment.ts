import type { SegmentContext, ShopperFilter } from './condition-kind'
import { kindOf } from './condition-of'
import { populationTrees } from './population'
import type { ConditionTree, Segment } from './segment'

/**
 * The query for a segment's population: scope, include groups and, for `purchases: 'only'`, who bought since. Exclude
 * groups and `purchases: 'exclude'` are no part of it: those people get a decision each (law 6). Of a segment that asks the
 * ledger it finds too many; `isInPopulation` tells.
 */
export function compileSegment(segment: Segment, context: SegmentContext): ShopperFilter {
  return allOf(populationTrees(segment).map((tree) => compileTree(tree, context)))
}

/** The query for the shoppers that `matches` would call true; for a tree that asks the ledger, for them and others. */
export function compileTree(tree: ConditionTree, context: SegmentContext): ShopperFilter {
  if ('all' in tree) return allOf(tree.all.map((each) => compileTree(each, context)))
  if ('any' in tree) return { $or: tree.any.map((each) => compileTree(each, context)) }
  return kindOf(tree).filter(tree, context)
}

/** Joins filters; fields asked for once stay at the top, where an index on them is found by every database. */
function allOf(filters: readonly ShopperFilter[]): ShopperFilter {
  const top: Record<string, unknown> = {}
  const rest: ShopperFilter[] = []
  for (const filter of filters) {
    const keys = Object.keys(filter)
    if (keys.every((key) => !key.startsWith('$') && !(key in top))) Object.assign(top, filter)
    else rest.push(filter)
  }
  return rest.length === 0 ? top : { ...top, $and: rest }
}
