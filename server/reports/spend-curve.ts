import type { MallId } from '../malls/mall'
import type { SpendPoint } from './spend-series'
import type { StepCounts } from './step-counts'

/** A run's won over time as last counted; the pages of large runs read it. */
export interface SpendCurve {
  /** The run's id. */
  id: string
  mallId: MallId
  /** At most 300. */
  points: SpendPoint[]
  /** By kind of message, counted from the same rows. */
  steps: StepCounts
  /** How the run's tally stood: while it stands so, the curve is right. */
  standing: string
  countedAt: Date
  /** When it is counted again; null = it will not change any more. */
  dueAt: Date | null
}
