import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { unescaped } from '../core/escapes'

/** Who opens the app, as the mall's admin signed it. */
export interface Launch {
  shopId: string
  shopNo: number
  adminId: string
  adminName: string
  /** True for the shop's owner account (대표운영자). */
  isOwner: boolean
  at: Date
  /** Names this one App URL, so that it works once. */
  useKey: string
}

/** Why an App URL is not accepted. */
export type LaunchRefusal = 'incomplete' | 'forged' | 'stale'

const SHOP_ID = /^[a-z0-9-]{3,50}$/

/**
 * Reads a signed App URL from its raw query string: HMAC-SHA-256 with the client secret over the pairs as received, sorted
 * by key, without `hmac`, in Base64 (Cafe24's own sample; values must not be decoded first). `skewSeconds` is how far its
 * time may be from `now`.
 */
export function readLaunch(
  rawQuery: string,
  options: { clientSecret: string; skewSeconds: number; now: Date },
): Launch | LaunchRefusal {
  const query = new URLSearchParams(rawQuery)
  const shopId = query.get('mall_id') ?? ''
  const seconds = Number(query.get('timestamp') ?? '')
  if (!SHOP_ID.test(shopId) || !Number.isInteger(seconds) || seconds <= 0) return 'incomplete'
  const adminId = query.get('user_id') ?? ''
  if (!query.get('hmac') || adminId === '' || adminId.length > 100) return 'incomplete'
  const signature = signatureOf(rawQuery, options.clientSecret)
  if (!signature) return 'forged'
  const at = new Date(seconds * 1000)
  if (Math.abs(options.now.getTime() - at.getTime()) >= options.skewSeconds * 1000) return 'stale'
  return {
    shopId,
    shopNo: Number(query.get('shop_no')) || 1,
    adminId,
    adminName: (query.get('user_name') ?? '').slice(0, 100) || adminId,
    isOwner: query.get('user_type') !== 'A',
    at,
    useKey: createHash('sha256').update(`${shopId}:${seconds}:`).update(signature).digest('base64url'),
  }
}

/** The valid signature of a query, or null. */
function signatureOf(rawQuery: string, clientSecret: string): Buffer | null {
  const pairs = rawQuery.split('&')
  const given = pairs.filter((pair) => pair.startsWith('hmac='))
  if (given.length !== 1) return null
  const message = pairs
    .filter((pair) => !pair.startsWith('hmac='))
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    .join('&')
  const wanted = createHmac('sha256', clientSecret).update(message, 'utf8').digest()
  const got = Buffer.from(unescaped(given[0]?.slice('hmac='.length) ?? ''), 'base64')
  return got.length === wanted.length && timingSafeEqual(got, wanted) ? wanted : null
}

function keyOf(pair: string): string {
  return pair.split('=', 1)[0] ?? ''
}
