import { AppError } from '../core/errors'
import type { EndGroup } from './ledger-rules'
import { type Cleared, type ComposeParts, type Outgoing, outgoingOf } from './outgoing'

/** The messages of a batch, or those of its sends that no message can be made for, each with its reason. */
export type Made = { outgoing: Outgoing | null } | { broken: EndGroup[] }

// Where nearly nobody can be read it is not the people who are broken but our keys: then nobody is ended for it.
const TOO_MANY = 10

/** Makes the messages of a batch; what one broken row throws strikes this row alone. */
export function makeOutgoing(parts: ComposeParts, cleared: Cleared): Made {
  try {
    return { outgoing: outgoingOf(parts, cleared) }
  } catch (cause) {
    const broken = cleared.go.flatMap((row): EndGroup[] => {
      const reason = reasonAgainst(() => outgoingOf(parts, { ...cleared, go: [row] }))
      return reason === null ? [] : [{ ids: [row.id], end: 'failed', reason }]
    })
    const isOurs = broken.length >= TOO_MANY && broken.length * 2 > cleared.go.length
    if (broken.length === 0 || isOurs) throw cause
    return { broken }
  }
}

function reasonAgainst(make: () => unknown): 'invalid-number' | 'content' | null {
  try {
    make()
    return null
  } catch (cause) {
    return cause instanceof AppError && cause.code === 'unreadable-phone' ? 'invalid-number' : 'content'
  }
}
