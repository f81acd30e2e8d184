import type { Sealed } from '../core/crypto'
import type { KstDay } from '../core/seoul'
import type { MallId } from '../malls/mall'

/** One line still in a cart. */
export interface CartLine {
  lineKey: string
  productNo: number
  name: string
  quantity: number
  priceWon: number
  addedAt: Date
  sellable: boolean
}

/**
 * A member of a mall with the facts that segments, plans and the last look read. No query sees a name or a phone in clear:
 * `nameSealed` and `phoneSealed` open with the mall's keys, `phoneKey` is the person.
 */
export interface Shopper {
  /** `{mallId}:{memberId}` */
  id: string
  mallId: MallId
  memberId: string
  nameSealed: Sealed
  /** Null when the mall has no number, or none that can get a message. */
  phoneKey: string | null
  phoneSealed: Sealed | null
  /** Recorded consent to advertising by message, and when it last changed. */
  adConsent: boolean
  adConsentAt: Date | null
  /** Refused through us (080, channel block, support): beats every consent. */
  optedOutAt: Date | null
  restricted: boolean
  joinedAt: Date
  lastVisitAt: Date | null
  /** The newest add that we ever learned of, also of lines bought or removed since (law 7). */
  latestAddAt: Date | null
  latestAddDay: KstDay | null
  /** What lies in the cart now, dearest line first. */
  cart: CartLine[]
  cartWon: number
  /** The newest order that was not cancelled. */
  latestOrderAt: Date | null
  updatedAt: Date
}

/** What decides at the last moment whether a shopper may be written to. */
export type ContactFacts = Pick<
  Shopper,
  'memberId' | 'phoneKey' | 'restricted' | 'adConsent' | 'optedOutAt' | 'latestAddAt' | 'latestOrderAt'
> & {
  /** True when something in the cart can be bought. */
  hasSellable: boolean
}
