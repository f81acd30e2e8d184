import { AppError, type ErrorContext } from '../core/errors'

/**
 * Why a mall's API refused: `reauth-required` only the owner's consent helps, `uninstalled` the app is gone, `transient`
 * trying later helps, `rejected` the call itself is wrong or not allowed.
 */
export type MallRefusal = 'reauth-required' | 'uninstalled' | 'transient' | 'rejected'

/** A call to a mall's API that failed for good; `code` is the refusal. */
export class MallApiError extends AppError {
  constructor(
    readonly refusal: MallRefusal,
    message: string,
    context: ErrorContext = {},
    options?: { cause?: unknown },
  ) {
    super(refusal, message, context, options)
    this.name = 'MallApiError'
  }
}

/** What a mall's API tells about a shop. */
export interface ShopInfo {
  name: string
  domain: string
  cartDays: number | null
}

/** One member row; `cellphone` and `name` as the mall gives them, `adConsent` the mall's SMS ad consent. */
export interface MemberRow {
  memberId: string
  name: string
  cellphone: string
  adConsent: boolean
  /** Under 14, specially managed or blacklisted: never a target of advertising. */
  restricted: boolean
  joinedAt: Date
  lastLoginAt: Date | null
}

/** One line of a member's cart; `lineKey` names it at the mall and stays the same from page to page. */
export interface CartLineRow {
  lineKey: string
  memberId: string
  productNo: number
  variantCode: string
  quantity: number
  priceWon: number
  addedAt: Date
}

/** One order; `memberId` is null for a guest. Amounts are whole won. */
export interface OrderRow {
  orderId: string
  memberId: string | null
  phone: string | null
  orderedAt: Date
  paid: boolean
  cancelled: boolean
  cancelledAt: Date | null
  amountWon: number
  /** What stays after cancellations and refunds. */
  netWon: number
  items: { productNo: number; name: string; quantity: number }[]
}

/** One product as messages need it: plain-text name, current price, whether it can be bought. */
export interface ProductRow {
  productNo: number
  name: string
  priceWon: number
  sellable: boolean
}

/** Rows that parsed, and how many were set aside because they did not. */
export interface Page<T> {
  rows: T[]
  malformed: number
}

/** Tokens as just granted, in clear; they live in memory only. */
export interface GrantedTokens {
  access: string
  refresh: string
  accessExpiresAt: Date
  refreshExpiresAt: Date
  scopes: string[]
  shopId: string
}

/** A fresh access token for one shop; the malls domain refreshes it behind this call. */
export interface ShopAccess {
  shopId: string
  shopNo: number
  /** What the shop's owner really granted. */
  scopes: readonly string[]
  /** `stale` names the token that was just refused, so that a refresh happens at most once for it. */
  accessToken(stale?: string): Promise<string>
}

/**
 * The port to a hosted mall. Calls keep to the mall's rate limit by themselves and page to the end.
 * They throw MallApiError (`reauth-required`, `uninstalled`, `transient`, `rejected`).
 */
export interface MallClient {
  readonly platform: 'cafe24'
  authorizeUrl(shopId: string, state: string): string
  exchangeCode(shopId: string, code: string): Promise<GrantedTokens>
  refresh(shopId: string, refreshToken: string): Promise<GrantedTokens>
  revoke(shopId: string, accessToken: string): Promise<void>
  shopInfo(shop: ShopAccess): Promise<ShopInfo>
  /** How many members and orders of [from, to] a pull will meet; null where the mall does not tell. */
  counts(shop: ShopAccess, from: Date, to: Date): Promise<{ members: number | null; orders: number | null }>
  /** Every member who joined at `since` or later, oldest first; a member comes once. */
  members(shop: ShopAccess, since?: Date): AsyncIterable<Page<MemberRow>>
  /** Members by id, at most 100: consent and restriction only where personal fields are not granted. */
  membersById(shop: ShopAccess, memberIds: string[]): Promise<Page<MemberRow>>
  cartLines(shop: ShopAccess, memberIds: string[]): AsyncIterable<Page<CartLineRow>>
  /** Orders placed or cancelled in [from, to], oldest first. */
  orders(shop: ShopAccess, from: Date, to: Date, by: 'ordered' | 'cancelled'): AsyncIterable<Page<OrderRow>>
  order(shop: ShopAccess, orderId: string): Promise<OrderRow | null>
  products(shop: ShopAccess, productNos: number[]): AsyncIterable<Page<ProductRow>>
  /** True while the app is installed and its token works; false when the mall says that it is gone. */
  isInstalled(shop: ShopAccess): Promise<boolean>
}
