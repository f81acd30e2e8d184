import type { MallId } from '../malls/mall'

/** Something that a person did with a shopper's personal data, and why. */
export interface AuditEntry {
  id: string
  mallId: MallId
  memberId: string
  at: Date
  action: 'unmask' | 'opt-out'
  by: { userId: string; name: string }
  /** As typed. */
  reason: string
}
