const PRINT_LETTERS = 8
const FIRST_SLOTS = 1 << 12
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const VALUES: ReadonlyMap<string, number> = new Map([...LETTERS].map((letter, value) => [letter, value]))

/**
 * Which phones a plan of many people has met, in 16 to 32 bytes each: 48 bits of the key, so `mayHave` is sure when it says no, and
 * a yes has to be looked up (one of 280 million is wrong with a million phones). The keys themselves, in a Set, take over 100.
 */
export interface PhonePrints {
  mayHave(phoneKey: string): boolean
  add(phoneKey: string): void
}

/** No phones yet. Keys are base64url text of an HMAC, whose bits are spread evenly. */
export function createPhonePrints(): PhonePrints {
  let slots = new Float64Array(FIRST_SLOTS)
  let count = 0

  /** The slot of a print, or the free one where it would go; 0 marks a free slot. */
  const slotOf = (print: number, among: Float64Array) => {
    let slot = print % among.length
    while (among[slot] !== 0 && among[slot] !== print) slot = (slot + 1) % among.length
    return slot
  }

  return {
    mayHave(phoneKey) {
      const print = printOf(phoneKey)
      return slots[slotOf(print, slots)] === print
    },
    add(phoneKey) {
      const print = printOf(phoneKey)
      const slot = slotOf(print, slots)
      if (slots[slot] === print) return
      slots[slot] = print
      count += 1
      if (count * 2 < slots.length) return
      const wider = new Float64Array(slots.length * 2)
      for (const each of slots) if (each !== 0) wider[slotOf(each, wider)] = each
      slots = wider
    },
  }
}

/** 48 bits of a key as a number above 0. */
function printOf(phoneKey: string): number {
  let print = 0
  for (let i = 0; i < PRINT_LETTERS; i += 1) print = print * 64 + (VALUES.get(phoneKey[i] ?? '') ?? 0)
  return print + 1
}
