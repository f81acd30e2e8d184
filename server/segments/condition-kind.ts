import type { z } from 'zod'
import type { KstDay } from '../core/seoul'
import type { Shopper } from '../shoppers/shopper'

/** What conditions may read of a shopper. */
export type ShopperFacts = Pick<
  Shopper,
  'adConsent' | 'cartWon' | 'latestAddAt' | 'latestAddDay' | 'latestOrderAt'
> & {
  /** Campaigns that wrote to this phone, as the ledger of sends has it; left out = none. */
  receivedCampaigns?: readonly string[]
}

/** For which Seoul day, instant and campaign a segment is judged. */
export interface SegmentContext {
  day: KstDay
  now: Date
  campaignId: string
}

/** A MongoDB filter on stored shoppers, without the mall, which the store adds. */
export type ShopperFilter = Readonly<Record<string, unknown>>

/** A piece of a Korean sentence; `strong` pieces are what the merchant chose. */
export interface SentencePart {
  text: string
  strong: boolean
}

/** Whether a condition narrows whom a campaign reaches, or takes people out of it. */
export type ConditionUse = 'include' | 'exclude'

/** A number box of a condition in the editor; `max` keeps what is typed sane. */
export interface ConditionInput {
  name: string
  label: string
  unit: string
  max: number
  /** True when the box may stay empty. */
  optional: boolean
}

/** How the editor offers a condition: a choice of uses, and number boxes. */
export interface ConditionField<C> {
  label: string
  uses: readonly { use: ConditionUse; label: string }[]
  inputs: readonly ConditionInput[]
  /** What stands in the boxes before the merchant typed anything. */
  initial: Readonly<Record<string, number | null>>
  /** The condition that the boxes say; not yet parsed. */
  read(values: Readonly<Record<string, number | null>>, use: ConditionUse): C
  write(condition: C): Readonly<Record<string, number | null>>
}

/** Everything about one kind of condition: its shape, its query, its truth for one shopper, its words, its editor. */
export interface ConditionKind<S extends z.ZodType<{ kind: string }>> {
  schema: S
  /** The query for whom it may hold: exactly those, unless it asks the ledger. */
  filter(condition: z.output<S>, context: SegmentContext): ShopperFilter
  /** True when shoppers alone do not tell: `receivedCampaigns` has to be known. */
  asksLedger?: true
  holds(condition: z.output<S>, facts: ShopperFacts, context: SegmentContext): boolean
  /** The values that the condition looked at, in Korean, for support. */
  saw(facts: ShopperFacts, context: SegmentContext): string[]
  /** A predicate that "이고", "이거나" or "인 고객" can follow. */
  says(condition: z.output<S>, context: SegmentContext): SentencePart[]
  /** Null when the editor has a place of its own for it. */
  field: ConditionField<z.output<S>> | null
}

/** A kind of condition with its types inferred from its schema. */
export function conditionKind<S extends z.ZodType<{ kind: string }>>(
  kind: ConditionKind<S>,
): ConditionKind<S> {
  return kind
}
