import type { FailureReason, RelayFailure } from '../messages/message-relay'

// Messaging reference §2.8, column "SMS fallback?": Kakao did not reach the person, and nothing says that a text may not.
const ALLOWED: readonly FailureReason[] = [
  'not-friend',
  'not-kakao-user',
  'unreachable',
  'quota',
  'expired',
  'system',
]

/**
 * True for a failure of the Kakao message after which a text may go: definite, and for one of six reasons. Never after
 * blocked, opted-out, invalid-number or duplicate; what concerns content, channel, hours, balance or key is for a person to mend.
 */
export function allowsText(failure: RelayFailure | undefined): boolean {
  return failure?.definite === true && ALLOWED.includes(failure.reason)
}

/** Business time in which failures gather into one batch of texts before it may be leased. */
export const GATHER_MS = 5_000
/** Sends of one batch of texts. */
export const TEXTS_A_BATCH = 100
