/** One measurement: what was measured, beside a floor measured in the same run; `ratio` is ours ÷ floor. */
export interface Measure {
  what: string
  unit: string
  ours: number
  floor: number
  ratio: number
  /** The bound the ratio is meant to keep. */
  bound: string
  kept: boolean
}
