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

/** The click that an order is counted for, and by which trail it was found. */
export interface Attribution {
  sendId: string
  runId: string
  campaignId: string
  clickAt: Date
  by: 'token' | 'member'
}

/** An order as we know it, and the click it is counted for. Key (mallId, orderId). */
export interface Order {
  /** `{mallId}:{orderId}` */
  id: string
  mallId: MallId
  orderId: string
  memberId: string | null
  orderedAt: Date
  paid: boolean
  amountWon: number
  /** What stays after cancellations and refunds. */
  netWon: number
  cancelled: boolean
  attribution: Attribution | null
}
