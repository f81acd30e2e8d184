import type { MallId } from '../malls/mall'

/** Something that a person did with a shopper's personal data, and why. */
export interface AuditEntry {
  id: string
  mallId: MallId
  memberId: string
  at: Date
  action: 'unmask' | 'opt-out' | 'close-unknown'
  by: { userId: string; name: string }
  /** As typed. */
  reason: string
  /** Of `close-unknown`: the batch whose messages were closed with this member's. */
  batchId?: string
}
