import { z } from 'zod'
import { Condition } from './segment-conditions'

export { Condition } from './segment-conditions'

/** Groups of conditions: `all` (and), `any` (or). */
export type ConditionTree = Condition | { all: ConditionTree[] } | { any: ConditionTree[] }

export const ConditionTree: z.ZodType<ConditionTree> = z.lazy(() =>
  z.union([
    Condition,
    z.object({ all: z.array(ConditionTree).max(20) }),
    z.object({ any: z.array(ConditionTree).min(1).max(20) }),
  ]),
)

/**
 * Who. Population = scope and `include`; of it, `exclude` matches are decided `excluded`, and with
 * `purchases: 'exclude'` those who bought after their newest add are decided `bought-since`.
 */
export const Segment = z.object({
  scope: z.enum(['all-members', 'consented']),
  include: ConditionTree,
  exclude: ConditionTree.nullable(),
  purchases: z.enum(['exclude', 'only', 'ignore']),
})
export type Segment = z.infer<typeof Segment>
