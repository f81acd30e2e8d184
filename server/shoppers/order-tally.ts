import type { OrderRow } from '../malls/mall-client'

/** The orders that one pull has read, as far as a member's newest purchase needs them; small enough to hold them all. */
export interface OrderTally {
  add(rows: readonly OrderRow[]): void
  /**
   * The newest purchase of a member whose newest was `before`; `unsure` when an order of that very instant was cancelled, so
   * that only the history can tell.
   */
  newest(memberId: string, before: Date | null): Date | null | 'unsure'
}

interface Orders {
  newestMs: number
  cancelledMs: Set<number>
}

/** An empty tally. */
export function createOrderTally(): OrderTally {
  const byMember = new Map<string, Orders>()
  return {
    add(rows) {
      for (const { memberId, orderedAt, cancelled } of rows) {
        if (memberId === null) continue
        const orders = byMember.get(memberId) ?? { newestMs: 0, cancelledMs: new Set<number>() }
        byMember.set(memberId, orders)
        if (cancelled) orders.cancelledMs.add(orderedAt.getTime())
        else orders.newestMs = Math.max(orders.newestMs, orderedAt.getTime())
      }
    },
    newest(memberId, before) {
      const orders = byMember.get(memberId)
      if (!orders) return before
      const newestMs = Math.max(orders.newestMs, before?.getTime() ?? 0)
      if (orders.cancelledMs.has(newestMs)) return 'unsure'
      return newestMs > 0 ? new Date(newestMs) : null
    },
  }
}
