import { z } from 'zod'

const days = z.number().int().min(0).max(365)

/** One condition about one shopper; a new one is one entry here and one in the condition table. */
export const Condition = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('latest-add'), mode: z.enum(['exactly', 'within']), days }),
  z.object({
    kind: z.literal('hours-since-add'),
    atLeast: z.number().int().min(0),
    atMost: z.number().int().min(0),
  }),
  z.object({
    kind: z.literal('cart-total'),
    atLeastWon: z.number().int().min(0),
    atMostWon: z.number().int().min(0).nullable(),
  }),
  z.object({ kind: z.literal('ad-consent'), is: z.boolean() }),
  z.object({ kind: z.literal('bought-since'), is: z.boolean() }),
  z.object({ kind: z.literal('never-received') }),
])
export type Condition = z.infer<typeof Condition>

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
