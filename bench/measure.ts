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

/** The one in the middle of an odd number of values; 0 of none. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
