/** Dice of a seed with the throws that random histories need. */
export interface Rolls {
  /** From 0 up to 1, without 1. */
  share(): number
  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number
  /** True with this chance. */
  chance(share: number): boolean
  one<T>(of: readonly T[]): T
  /** More dice, which roll on by themselves. */
  fork(): Rolls
}

/** The dice of one seed. */
export function rollsOf(seed: number): Rolls {
  // mulberry32
  let state = Math.imul(seed, 0x9e3779b9) >>> 0
  const share = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const whole = (from: number, to: number) => from + Math.floor(share() * (to - from + 1))
  return {
    share,
    between: whole,
    chance: (of) => share() < of,
    one(of) {
      const found = of[whole(0, of.length - 1)]
      if (found === undefined) throw new RangeError('nothing to choose from')
      return found
    },
    fork: () => rollsOf(whole(1, 1_000_000_000)),
  }
}
