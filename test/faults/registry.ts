import { kill } from './kill'
import type { Suite } from './suite'

/** Every suite, in the order of a full run. */
export const REGISTRY: readonly Suite[] = [kill]
