import { AppError } from '../core/errors'
import type {
  ConditionField,
  SegmentContext,
  SentencePart,
  ShopperFacts,
  ShopperFilter,
} from './condition-kind'
import { CONDITION_KINDS } from './segment-conditions'

/** A kind of condition with its exact type forgotten; only what came out of its own schema may be given to it. */
export interface AnyConditionKind {
  filter(condition: { kind: string }, context: SegmentContext): ShopperFilter
  asksLedger?: true
  holds(condition: { kind: string }, facts: ShopperFacts, context: SegmentContext): boolean
  saw(facts: ShopperFacts, context: SegmentContext): string[]
  says(condition: { kind: string }, context: SegmentContext): SentencePart[]
  field: ConditionField<{ kind: string }> | null
}

const BY_NAME: ReadonlyMap<string, AnyConditionKind> = new Map(
  CONDITION_KINDS.map((kind): [string, AnyConditionKind] => [kind.schema.shape.kind.value, kind]),
)

/** The table entry of a condition; throws AppError `unknown-condition` for a kind that nobody wrote. */
export function kindOf(condition: { kind: string }): AnyConditionKind {
  const kind = BY_NAME.get(condition.kind)
  if (!kind) throw new AppError('unknown-condition', 'No such kind of condition', { kind: condition.kind })
  return kind
}

/** The conditions that the editor offers as rows, by kind. */
export function editorConditions(): [kind: string, field: ConditionField<{ kind: string }>][] {
  return [...BY_NAME].flatMap(([name, { field }]) => (field ? [[name, field]] : []))
}
