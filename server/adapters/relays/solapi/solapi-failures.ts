import type { FailureReason, RelayFailure } from '../../../messages/message-relay'

type Row = [FailureReason, RelayFailure['scope']]

// messaging reference §2.8, column SOLAPI.
const CODES: Record<string, Row> = {
  '3102': ['not-friend', 'recipient'],
  '3104': ['not-kakao-user', 'recipient'],
  '3107': ['unreachable', 'recipient'],
  '1060': ['blocked', 'recipient'],
  '1061': ['opted-out', 'recipient'],
  '2061': ['opted-out', 'recipient'],
  '3010': ['invalid-number', 'recipient'],
  '1026': ['duplicate', 'recipient'],
  '1031': ['content', 'campaign'],
  '1042': ['content', 'campaign'],
  '1043': ['content', 'campaign'],
  '1044': ['content', 'campaign'],
  '1045': ['content', 'campaign'],
  '1046': ['content', 'campaign'],
  '1047': ['content', 'campaign'],
  '1048': ['content', 'campaign'],
  '1049': ['content', 'campaign'],
  '1050': ['content', 'campaign'],
  '3103': ['content', 'campaign'],
  '3105': ['content', 'campaign'],
  '1041': ['channel', 'account'],
  '3101': ['channel', 'account'],
  '3108': ['night', 'recipient'],
  '1030': ['no-balance', 'account'],
  '2230': ['no-balance', 'account'],
  '1062': ['sender-number', 'account'],
  '2062': ['sender-number', 'account'],
  '1064': ['sender-number', 'account'],
  '3040': ['uncertain', 'recipient'],
}

/** Accepted, or at the carrier: there is no result yet. */
export const PENDING_CODES: readonly string[] = ['2000', '3000']
/** It has arrived. */
export const DELIVERED_CODE = '4000'

/** A status code in our words. An unknown 1xxx or 2xxx never left the relay; any other may still arrive. */
export function failureOf(code: string): RelayFailure {
  const row = CODES[code]
  if (row) return { reason: row[0], code, definite: row[0] !== 'uncertain', scope: row[1] }
  const neverLeft = /^[12]\d{3}$/.test(code)
  return { reason: neverLeft ? 'system' : 'uncertain', code, definite: neverLeft, scope: 'recipient' }
}

/** A refusal of a whole request, when we know what it means: key, balance or content; null when we do not. */
export function refusalOf(status: number, errorCode: string): RelayFailure | null {
  if (errorCode === 'NotEnoughBalance' || status === 402)
    return { reason: 'no-balance', code: errorCode, definite: true, scope: 'account' }
  // A wrong signature is 403; one user saw 400 (reference §2.1.1).
  const isAuth =
    /^(Unauthorized|InvalidAPIKey|SignatureDoesNotMatch|RequestTimeTooSkewed|DuplicatedSignature)$/
  if (status === 401 || status === 403 || isAuth.test(errorCode))
    return { reason: 'auth', code: errorCode, definite: true, scope: 'account' }
  return null
}
