import type { MallId } from '../malls/mall'

/** One opened link. */
export interface Click {
  id: string
  mallId: MallId
  runId: string
  sendId: string
  at: Date
  device: 'pc' | 'mobile'
}

/** An order as we know it, and the click it is counted for. Key (mallId, orderId). */
export interface Order {
  /** `{mallId}:{orderId}` */
  id: string
  mallId: MallId
  orderId: string
  memberId: string | null
  orderedAt: Date
  amountWon: number
  netWon: number
  cancelled: boolean
  attribution: {
    sendId: string
    runId: string
    campaignId: string
    clickAt: Date
    by: 'token' | 'member'
  } | null
}
