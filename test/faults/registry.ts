import { capSuite } from './cap'
import { hoursSuite } from './hours'
import { kill } from './kill'
import { points } from './points'
import { poisonSuite } from './poison'
import { relay } from './relay'
import { stall } from './stall'
import { store } from './store'
import type { Suite } from './suite'
import { yearSuite } from './year'

/** Every suite, in the order of a full run: the longest first, since two lanes share them. */
export const REGISTRY: readonly Suite[] = [
  kill,
  capSuite,
  store,
  yearSuite,
  relay,
  stall,
  hoursSuite,
  points,
  poisonSuite,
]
