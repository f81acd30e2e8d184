import type { CartLine, ContactFacts, Shopper } from './shopper'

/**
 * The row as everything else may trust it. One that another hand broke is mended to the careful side: what cannot be read
 * is not there, an unclear consent is none, an unclear refusal is one. So one row never stops the run of all others.
 */
export function soundShopper(row: Shopper): Shopper {
  const isSound =
    isSoundContact(row) &&
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

/** The same for the few facts that the last look reads. */
export function soundContact(row: ContactFacts): ContactFacts {
  if (isSoundContact(row)) return row
  const lines: unknown = row.cart
  const cart = Array.isArray(lines) ? lines.filter(hasSellable) : []
  return { ...row, ...mendedContact(row), cart }
}

function isSoundContact(row: ContactFacts): boolean {
  return (
    isTextOrNull(row.phoneKey) &&
    typeof row.adConsent === 'boolean' &&
    typeof row.restricted === 'boolean' &&
    isDateOrNull(row.optedOutAt) &&
    isDateOrNull(row.latestAddAt) &&
    isDateOrNull(row.latestOrderAt) &&
    Array.isArray(row.cart) &&
    row.cart.every(hasSellable)
  )
}

function mendedContact(row: ContactFacts): Omit<ContactFacts, 'memberId' | 'cart'> {
  return {
    phoneKey: isTextOrNull(row.phoneKey) ? row.phoneKey : null,
    adConsent: row.adConsent === true,
    restricted: row.restricted !== false,
    optedOutAt: isDateOrNull(row.optedOutAt) ? row.optedOutAt : new Date(0),
    latestAddAt: isDateOrNull(row.latestAddAt) ? row.latestAddAt : null,
    latestOrderAt: isDateOrNull(row.latestOrderAt) ? row.latestOrderAt : null,
  }
}

function hasSellable(line: unknown): line is Pick<CartLine, 'sellable'> {
  return typeof line === 'object' && line !== null && 'sellable' in line && typeof line.sellable === 'boolean'
}

function isSoundLine(line: unknown): line is CartLine {
  if (!hasSellable(line)) return false
  const { name, priceWon, quantity }: Partial<Record<keyof CartLine, unknown>> = line
  return typeof name === 'string' && Number.isSafeInteger(priceWon) && Number.isSafeInteger(quantity)
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string'
}

function isDateOrNull(value: unknown): value is Date | null {
  return value === null || value instanceof Date
}
