/** Credentials of one merchant's own relay account, in clear, in memory only. */
export interface RelayAccount {
  apiKey: string
  apiSecret: string
  /** The Kakao channel's profile id at the relay. */
  pfId: string
  senderNumber: string
  number080: string
}

/** Whom a message goes to; `sendId` and `step` come back in every receipt. `to` is the national form `010…`. */
interface Addressed {
  sendId: string
  /** Which try of the send this is; 1 when left out. */
  step?: 1 | 2
  to: string
}

/** One message to hand over. Texts are whole: label, sender, link and opt-out line are in them. */
export type OutgoingMessage = Addressed &
  (
    | { kind: 'brand-text'; text: string; button: { name: string; url: string } }
    | { kind: 'sms'; text: string }
    | { kind: 'lms'; subject: string; text: string }
  )

/** A hand-over prepared at the relay that costs and sends nothing until `release`. */
export interface PreparedHandover {
  relayBatchId: string
  /** Sends that the relay refused at intake, with its code. */
  rejected: { sendId: string; failure: RelayFailure }[]
}

/** What one call to the relay told us, never thrown. */
export type HandoverOutcome =
  | { state: 'accepted' }
  /** Nothing left and nothing will: connection refused before a byte was written, or 429. */
  | { state: 'not-sent'; detail: string; retryAfterMs?: number }
  /** The relay refused the whole request; a person must act (`account`) or the content is wrong. */
  | { state: 'rejected'; failure: RelayFailure }
  | { state: 'unknown'; detail: string }

export type PrepareOutcome =
  | ({ state: 'prepared' } & PreparedHandover)
  | Exclude<HandoverOutcome, { state: 'accepted' }>

export type FailureReason =
  | 'not-friend'
  | 'not-kakao-user'
  | 'unreachable'
  | 'blocked'
  | 'opted-out'
  | 'invalid-number'
  | 'duplicate'
  | 'content'
  | 'channel'
  | 'quota'
  | 'night'
  | 'no-balance'
  | 'sender-number'
  | 'auth'
  | 'uncertain'
  | 'expired'
  | 'system'

/** One failure in our words; `definite` false = it may still arrive: never resend, never fall back. */
export interface RelayFailure {
  reason: FailureReason
  code: string
  definite: boolean
  scope: 'recipient' | 'campaign' | 'account'
}

/** One receipt, matched by our send id and step; may come twice, late and out of order. */
export interface Receipt {
  sendId: string
  /** Which try of the send it is about; 1 when left out. */
  step?: 1 | 2
  state: 'pending' | 'delivered' | 'failed'
  failure?: RelayFailure
  at: Date
}

/** Whether a handed-over batch left, as the relay tells it. */
export type HandoverFate =
  | { fate: 'accepted'; receipts: Receipt[] }
  /** Confirmed: nothing left and nothing will leave. */
  | { fate: 'never-sent' }
  | { fate: 'untold'; detail: string }

/** The port to a company that hands messages to Kakao. Send calls are never repeated by an adapter. */
export interface MessageRelay {
  readonly id: 'solapi'
  readonly maxBatch: number
  /** Opens relay-side batch `batchKey` and puts the messages in; nothing leaves. */
  prepare(account: RelayAccount, batchKey: string, messages: OutgoingMessage[]): Promise<PrepareOutcome>
  /** Lets a prepared batch leave. */
  release(account: RelayAccount, relayBatchId: string): Promise<HandoverOutcome>
  /** Throws a prepared batch away, as far as the relay lets us; only tidiness depends on it. */
  discard(account: RelayAccount, relayBatchId: string): Promise<void>
  /** Asks what became of a batch; `relayBatchId` null when preparing itself was lost. */
  fateOf(account: RelayAccount, batchKey: string, relayBatchId: string | null): Promise<HandoverFate>
  /** Receipts of batches updated in [from, to] at the relay, all pages; malformed ones counted. */
  receipts(
    account: RelayAccount,
    from: Date,
    to: Date,
  ): AsyncIterable<{ receipts: Receipt[]; malformed: number }>
  /** Receipts of one relay-side batch. */
  receiptsOf(account: RelayAccount, relayBatchId: string): Promise<{ receipts: Receipt[]; malformed: number }>
  /** Checks key, channel and numbers by real calls; `problems` are codes the screen translates. */
  check(account: RelayAccount): Promise<{
    ok: boolean
    problems: ('auth' | 'channel' | 'sender-number' | 'unreachable')[]
    balanceWon: number | null
    prices: { brandTextWon: number; smsWon: number; lmsWon: number } | null
  }>
  /** Won left on the account by one call, null when the relay does not tell now; left out by one that never tells. */
  balance?(account: RelayAccount): Promise<number | null>
  /** Registers our receipt webhook; false when the relay cannot. */
  registerWebhook(account: RelayAccount, url: string, secret: string): Promise<boolean>
  /** Checks and parses a webhook body. */
  parseWebhook(
    headers: Record<string, string | undefined>,
    body: unknown,
    secret: string,
  ): { ok: true; receipts: Receipt[]; malformed: number } | { ok: false }
}
