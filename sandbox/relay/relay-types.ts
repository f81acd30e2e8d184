/** The merchant's account at the play relay; `number080` and `senderNumbers` are digits, `balanceWon` is what it starts with. */
export interface PlayRelayAccount {
  apiKey: string
  apiSecret: string
  pfId: string
  senderNumbers: string[]
  number080: string
  accountId?: string
  channelName?: string
  balanceWon?: number
}

/** Message types that the play relay knows; every other type is refused at intake. */
export type RelayMessageType = 'BMS_FREE' | 'SMS' | 'LMS'

/** What becomes of a message because the relay was told so. */
export interface ForcedFate {
  code: string
  atIntake: boolean
}

/** One button as the shopper sees it. */
export interface RelayButton {
  name: string
  url: string
}

/**
 * One message as the relay keeps it; instants are epoch ms of business time unless the name says machine.
 * `history` is flat, three numbers a step: status code, business ms, machine ms.
 */
export interface RelayMessage {
  index: number
  messageId: string
  groupId: string
  to: string
  from: string
  type: RelayMessageType
  text: string
  subject: string | null
  buttons: RelayButton[]
  customFields: Record<string, string> | null
  status: 'PENDING' | 'SENDING' | 'COMPLETE'
  statusCode: string
  createdMs: number
  updatedMs: number
  /** Position in the update log; older positions of the same message are void. */
  updateSeq: number
  acceptedMs: number | null
  acceptedMachineMs: number | null
  shownMs: number | null
  priceWon: number
  chargedWon: number
  history: number[]
}

type RelayGroupStatus = 'PENDING' | 'SENDING' | 'COMPLETE' | 'FAILED' | 'DELETED'

/** One group of messages: filled in any number of calls, sent once. */
export interface RelayGroup {
  groupId: string
  number: number
  status: RelayGroupStatus
  allowDuplicates: boolean
  customFields: Record<string, string> | null
  createdMs: number
  updatedMs: number
  sentMs: number | null
  completedMs: number | null
  messageIndexes: number[]
  registeredFailed: number
  sentSuccess: number
  sentFailed: number
  refunded: number
  chargedWon: number
  refundedWon: number
}

/** Which of its unkind habits the relay shows; `kind` switches all of them off: everything is delivered at once. */
export interface RelayBehaviour {
  kind: boolean
  /** Not a friend, blocked, unreachable, uncertain, refused: by phone. */
  fates: boolean
  /** Receipts hours later. */
  late: boolean
  /** Receipts told twice. */
  repeated: boolean
  /** A stale receipt after the final one. */
  outOfOrder: boolean
  /** Business seconds from acceptance to an ordinary receipt. */
  receiptSeconds: { from: number; to: number }
}

/** One webhook that the account registered. */
export interface RelayWebhook {
  webhookId: string
  eventId: 'SINGLE-REPORT' | 'GROUP-REPORT'
  url: string
  secret: string | null
  status: 'ACTIVE' | 'INACTIVE'
  failCount: number
  createdMs: number
  updatedMs: number
}

/** Something the relay does at a business instant; `code` is the final status, `body` a webhook body to try again. */
export type DueItem =
  | { kind: 'final'; index: number; code: string }
  | { kind: 'pending-report' | 'repeat-report'; index: number }
  | { kind: 'delivery'; webhookId: string; body: string; attempt: number }

/** How the relay behaves unless told otherwise. */
export const USUAL_BEHAVIOUR: RelayBehaviour = {
  kind: false,
  fates: true,
  late: true,
  repeated: true,
  outOfOrder: true,
  receiptSeconds: { from: 1, to: 20 },
}
