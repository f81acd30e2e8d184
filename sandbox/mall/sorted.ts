/** Index of the first row whose key is at least `key`, in rows sorted by that key. */
export function lowerBound<T>(rows: readonly T[], key: number, keyOf: (row: T) => number): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const row = rows[middle]
    if (row !== undefined && keyOf(row) < key) low = middle + 1
    else high = middle
  }
  return low
}

/** Index behind the last row whose key is at most `key`. */
export function upperBound<T>(rows: readonly T[], key: number, keyOf: (row: T) => number): number {
  return lowerBound(rows, key + 1, keyOf)
}

/** Puts a row behind all rows with the same or a lower key. */
export function insertSorted<T>(rows: T[], row: T, keyOf: (row: T) => number): void {
  rows.splice(upperBound(rows, keyOf(row), keyOf), 0, row)
}
