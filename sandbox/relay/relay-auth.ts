import { createHmac, timingSafeEqual } from 'node:crypto'
import type { RequestHandler } from 'express'
import { sendError } from './relay-errors'

const MAX_SKEW_MS = 15 * 60_000
const FORM =
  /^HMAC-SHA256\s+apiKey=([^,\s]+),\s*date=([^,\s]+),\s*salt=([^,\s]+),\s*signature=([0-9a-f]{64})$/i

/**
 * Lets a request pass whose HMAC is right, at most 15 minutes off machine time, and new within 15 minutes (messaging reference §2.1).
 * Clients sign with machine time, so the movable clock has no say here.
 */
export function requireSignature(
  account: { apiKey: string; apiSecret: string },
  machineNowMs: () => number,
): RequestHandler {
  const seen = createSeenSignatures(machineNowMs)
  return (req, res, next) => {
    const parts = FORM.exec(req.get('authorization') ?? '')
    if (!parts) return sendError(res, 401, 'Unauthorized', '인증 정보가 없거나 형식이 올바르지 않습니다.')
    const [, apiKey = '', date = '', salt = '', signature = ''] = parts
    if (apiKey !== account.apiKey) return sendError(res, 403, 'InvalidAPIKey', '유효한 API Key가 아닙니다.')
    const signedMs = Date.parse(date)
    if (!(Math.abs(signedMs - machineNowMs()) <= MAX_SKEW_MS))
      return sendError(res, 403, 'RequestTimeTooSkewed', '요청 시각이 서버 시각과 15분 넘게 다릅니다.')
    if (salt.length < 12 || salt.length > 64 || !isSignedBy(account.apiSecret, date + salt, signature))
      return sendError(res, 403, 'SignatureDoesNotMatch', 'signature가 일치하지 않습니다.')
    if (!seen.add(signature))
      return sendError(res, 403, 'DuplicatedSignature', '이미 사용된 signature입니다.')
    next()
  }
}

function isSignedBy(secret: string, text: string, signature: string): boolean {
  const expected = createHmac('sha256', secret).update(text).digest()
  return timingSafeEqual(expected, Buffer.from(signature, 'hex'))
}

/** Two generations of 15 minutes each hold every signature for at least that long without a sweep over all of them. */
function createSeenSignatures(machineNowMs: () => number) {
  let young = new Set<string>()
  let old = new Set<string>()
  let turnedMs = machineNowMs()
  return {
    add(signature: string): boolean {
      if (machineNowMs() - turnedMs > MAX_SKEW_MS) {
        old = young
        young = new Set()
        turnedMs = machineNowMs()
      }
      if (young.has(signature) || old.has(signature)) return false
      young.add(signature)
      return true
    },
  }
}
