/** A whole number from 0 to 2^32 − 1 that depends on the text alone (FNV-1a with a final mix). */
export function stableHash(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** The entry of a non-empty list that `hash` falls on. */
export function pickBy<T>(list: readonly [T, ...T[]], hash: number): T {
  return list[hash % list.length] ?? list[0]
}
