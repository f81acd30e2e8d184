import type { Keyring } from '../core/crypto'

const SEND_ID_BYTES = 16
const TOKEN = /^[A-Za-z0-9_-]{32}$/

/** The token of a send's tracked link: its id (32 hex digits) and our signature, 32 base64url characters. */
export function linkToken(keyring: Pick<Keyring, 'sign'>, sendId: string): string {
  const payload = Buffer.from(sendId, 'hex')
  return Buffer.concat([payload, keyring.sign(payload)]).toString('base64url')
}

/** The send that a token was minted for, or null for any text that we did not mint; never throws. */
export function readToken(keyring: Pick<Keyring, 'verify'>, text: unknown): string | null {
  if (typeof text !== 'string' || !TOKEN.test(text)) return null
  const raw = Buffer.from(text, 'base64url')
  const payload = raw.subarray(0, SEND_ID_BYTES)
  return keyring.verify(payload, raw.subarray(SEND_ID_BYTES)) ? payload.toString('hex') : null
}
