import type { CartLine, ContactFacts, Shopper } from './shopper'

/** The facts that both readings of a row share. */
type Contact = Omit<ContactFacts, 'memberId' | 'hasSellable'>

/**
 * The row as everything else may trust it. One that another hand broke is mended to the careful side: what cannot be read
 * is not there, an unclear consent is none, an unclear refusal is one. So one row never stops the run of all others.
 */
export function soundShopper(row: Shopper): Shopper {
  const isSound =
    isSoundContact(row) &&
    Array.isArray(row.cart) &&
    typeof row.nameSealed === 'string' &&
    isTextOrNull(row.phoneSealed) &&
    Number.isFinite(row.cartWon) &&
    row.cart.every(isSoundLine)
  if (isSound) return row
  const lines: unknown = row.cart
  const cart = Array.isArray(lines) ? lines.filter(isSoundLine) : []
  return {
    ...row,
    ...mendedContact(row),
    nameSealed: typeof row.nameSealed === 'string' ? row.nameSealed : '',
    phoneSealed: isTextOrNull(row.phoneSealed) ? row.phoneSealed : null,
    cart,
    cartWon: cart.reduce((sum, line) => sum + line.priceWon * line.quantity, 0),
  }
}

/** The same for the few facts that the last look reads; a row that does not say what is in its cart has nothing in it. */
export function soundContact(row: ContactFacts): ContactFacts {
  if (isSoundContact(row) && typeof row.hasSellable === 'boolean') return row
  return { ...row, ...mendedContact(row), hasSellable: row.hasSellable === true }
}

function isSoundContact(row: Contact): boolean {
  return (
    isTextOrNull(row.phoneKey) &&
    typeof row.adConsent === 'boolean' &&
    typeof row.restricted === 'boolean' &&
    isDateOrNull(row.optedOutAt) &&
    isDateOrNull(row.latestAddAt) &&
    isDateOrNull(row.latestOrderAt)
  )
}

function mendedContact(row: Contact): Contact {
  return {
    phoneKey: isTextOrNull(row.phoneKey) ? row.phoneKey : null,
    adConsent: row.adConsent === true,
    restricted: row.restricted !== false,
    optedOutAt: isDateOrNull(row.optedOutAt) ? row.optedOutAt : new Date(0),
    latestAddAt: isDateOrNull(row.latestAddAt) ? row.latestAddAt : null,
    latestOrderAt: isDateOrNull(row.latestOrderAt) ? row.latestOrderAt : null,
  }
}

function isSoundLine(line: unknown): line is CartLine {
  if (typeof line !== 'object' || line === null) return false
  const { name, priceWon, quantity, sellable }: Partial<Record<keyof CartLine, unknown>> = line
  return (
    typeof sellable === 'boolean' &&
    typeof name === 'string' &&
    Number.isSafeInteger(priceWon) &&
    Number.isSafeInteger(quantity)
  )
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string'
}

function isDateOrNull(value: unknown): value is Date | null {
  return value === null || value instanceof Date
}
