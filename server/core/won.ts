/** Whole won. */
export type Won = number

/** Throws RangeError unless `won` is a whole, non-negative, safe number of won. */
export function assertWon(won: number): Won {
  if (!Number.isSafeInteger(won) || won < 0) throw new RangeError('Won are whole and not negative')
  return won
}

/** Won as people read it: "30,000원". */
export function formatWon(won: Won): string {
  return `${won.toLocaleString('ko-KR')}원`
}
