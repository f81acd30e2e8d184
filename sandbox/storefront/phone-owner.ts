import type { Request, Response } from 'express'
import type { Shop } from '../mall/shop'
import type { MemberFixture } from '../mall/shop-fixture'
import { cookie } from './shop-session'

// One browser plays every shopper's phone: this cookie says whose phone was opened last. Cookies do not know ports, so
// what the phones' page sets is seen by the shops of the same machine.
const NAME = 'sandbox_phone'

/** Remembers whose phone is in the hand of this browser. */
export function holdPhone(res: Response, memberIds: readonly string[]): void {
  res.cookie(NAME, memberIds.join(','), { httpOnly: true, sameSite: 'lax', path: '/' })
}

/** The members of `shop` whose phone is in the hand of this browser; none when no phone was opened. */
export function phoneOwners(req: Request, shop: Shop): MemberFixture[] {
  const ids = idsOf(cookie(req, NAME) ?? '')
  return ids.flatMap((id) => shop.members.get(id) ?? [])
}

function idsOf(text: string): string[] {
  try {
    return decodeURIComponent(text).split(',')
  } catch {
    return []
  }
}
