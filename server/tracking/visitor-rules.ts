import type { Click } from './tracking'

// Apps and search engines that open links to draw a preview. CUBOT is a phone, hence the look-behind.
const PREVIEWERS =
  /kakaotalk-scrap|facebookexternalhit|facebookcatalog|(?<!cu)bot\b|crawler|spider|yeti\/|slurp|whatsapp\/|skypeuripreview|link ?preview|embedly|headlesschrome|lighthouse/i
const MOBILE = /Mobi|Android|iPhone|iPad|iPod/i

/** What of a request tells a shopper from a machine. */
export interface Visitor {
  method: string
  userAgent: string
  /** `Purpose` or `Sec-Purpose`: browsers name a page that nobody has opened yet. */
  purpose: string
}

/** True for the request of a person who opened the link: not HEAD, not a preview, not a prefetch. */
export function isShopper(visitor: Visitor): boolean {
  if (visitor.method === 'HEAD' || visitor.purpose.includes('prefetch')) return false
  return !PREVIEWERS.test(visitor.userAgent)
}

/** The device that a User-Agent names; without any hint a PC. */
export function deviceOf(userAgent: string): Click['device'] {
  return MOBILE.test(userAgent) ? 'mobile' : 'pc'
}
