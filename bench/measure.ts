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

/** The value that `share` (0 to 1) of all values do not pass; 0 of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}
