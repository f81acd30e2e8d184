import { kill } from './kill'
import { points } from './points'
import { relay } from './relay'
import { stall } from './stall'
import { store } from './store'
import type { Suite } from './suite'

/** Every suite, in the order of a full run. */
export const REGISTRY: readonly Suite[] = [kill, points, stall, relay, store]
