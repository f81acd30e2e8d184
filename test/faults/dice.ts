/** Chance that a seed replays. */
export interface Dice {
  /** From 0 up to, not including, 1. */
  share(): number
  /** A whole number from `from` to `to`, both included. */
  whole(from: number, to: number): number
  pick<T>(all: readonly [T, ...T[]]): T
}

/** Mulberry32: equal seeds give equal throws. */
export function diceOf(seed: number): Dice {
  let state = Math.imul(seed, 0x9e3779b9) >>> 0
  const share = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const whole = (from: number, to: number) => from + Math.floor(share() * (to - from + 1))
  return { share, whole, pick: (all) => all[whole(0, all.length - 1)] ?? all[0] }
}
