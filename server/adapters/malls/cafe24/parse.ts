import { z } from 'zod'
import type {
  CartLineRow,
  GrantedTokens,
  MemberRow,
  OrderRow,
  Page,
  ProductRow,
} from '../../../malls/mall-client'

/** Shapes of Cafe24's Admin API, version 2026-03-01 (docs/malls/cafe24.md); a row that does not fit is set aside. */

// No shop is older or plans further; databases refuse years of six digits, and one such row would stop a whole pull.
const FIRST_INSTANT = new Date('1970-01-01T00:00:00Z')
const LAST_INSTANT = new Date('2200-01-01T00:00:00Z')
// A row with more is broken; products of both stay exact.
const WON_MAX = 1_000_000_000
const COUNT_MAX = 100_000

/** An instant as the mall writes it; without a zone it is Seoul time, whatever the zone of this machine. */
const Instant = z.string().transform((text, context) => {
  const at = new Date(mallTime(text))
  if (at >= FIRST_INSTANT && at <= LAST_INSTANT) return at
  context.addIssue({ code: 'custom', message: 'no date' })
  return z.NEVER
})

// Some empty dates arrive as the text "null".
const MaybeInstant = z.preprocess(
  (value) => (value === undefined || value === '' || value === 'null' ? null : value),
  Instant.nullable(),
)

/** "19900.00" as whole won. */
const Won = z
  .union([z.string().regex(/^-?\d+(\.\d+)?$/), z.number()])
  .transform((value) => Math.round(Number(value)))
  .refine((won) => Math.abs(won) <= WON_MAX)

const Text = z
  .string()
  .nullish()
  .transform((text) => text ?? '')
const Whole = z
  .union([z.number(), z.string().regex(/^\d+$/)])
  .transform(Number)
  .refine((value) => Number.isSafeInteger(value) && value >= 0)
const Count = Whole.refine((count) => count <= COUNT_MAX)
const Flag = z.string().nullish()

const Member = z
  .object({
    member_id: z.string().min(1),
    name: Text,
    cellphone: Text,
    sms: Flag,
    member_authentication: Flag,
    use_blacklist: Flag,
    created_date: Instant,
    last_login_date: MaybeInstant,
  })
  .transform(
    (row): MemberRow => ({
      memberId: row.member_id,
      name: row.name,
      cellphone: row.cellphone,
      adConsent: row.sms === 'T',
      // B = specially managed, J = under 14
      restricted: ['B', 'J'].includes(row.member_authentication ?? '') || row.use_blacklist === 'T',
      joinedAt: row.created_date,
      lastLoginAt: row.last_login_date,
    }),
  )

const CartLine = z
  .object({
    basket_product_no: Whole,
    member_id: z.string().min(1),
    created_date: Instant,
    product_no: Whole,
    variant_code: Text,
    quantity: Count,
    product_price: Won,
    option_price: Won.optional(),
  })
  .transform(
    (row): CartLineRow => ({
      lineKey: String(row.basket_product_no),
      memberId: row.member_id,
      productNo: row.product_no,
      variantCode: row.variant_code,
      quantity: row.quantity,
      priceWon: row.product_price + (row.option_price ?? 0),
      addedAt: row.created_date,
    }),
  )

const Amount = z.object({ payment_amount: Won }).nullish()

const Order = z
  .object({
    order_id: z.string().min(1),
    member_id: Text,
    order_date: Instant,
    cancel_date: MaybeInstant,
    paid: Flag,
    canceled: Flag,
    payment_amount: Won.nullish(),
    initial_order_amount: Amount,
    actual_order_amount: Amount,
    buyer: z.object({ cellphone: Text }).nullish(),
    items: z.array(z.object({ product_no: Whole, product_name: Text, quantity: Count })).default([]),
  })
  .transform((row): OrderRow => {
    const cancelled = row.canceled === 'T'
    const amountWon = row.initial_order_amount?.payment_amount ?? row.payment_amount ?? 0
    return {
      orderId: row.order_id,
      memberId: row.member_id === '' ? null : row.member_id,
      phone: row.buyer?.cellphone || null,
      orderedAt: row.order_date,
      paid: row.paid === 'T',
      cancelled,
      cancelledAt: row.cancel_date,
      amountWon,
      netWon: cancelled ? 0 : (row.actual_order_amount?.payment_amount ?? amountWon),
      items: row.items.map((item) => ({
        productNo: item.product_no,
        name: plainText(item.product_name),
        quantity: item.quantity,
      })),
    }
  })

const Product = z
  .object({
    product_no: Whole,
    product_name: z.string(),
    price: Won,
    display: Flag,
    selling: Flag,
    sold_out: Flag,
  })
  .transform(
    (row): ProductRow => ({
      productNo: row.product_no,
      name: plainText(row.product_name),
      priceWon: row.price,
      sellable: row.display !== 'F' && row.selling !== 'F' && row.sold_out !== 'T',
    }),
  )

const DAY_MS = 86_400_000
const REFRESH_DAYS = 14

const Token = z
  .object({
    access_token: z.string().min(1),
    expires_at: Instant,
    refresh_token: z.string().min(1),
    refresh_token_expires_at: Instant.optional(),
    mall_id: z.string(),
    scopes: z.array(z.string()),
    issued_at: Instant,
  })
  .transform(
    (row): GrantedTokens => ({
      access: row.access_token,
      refresh: row.refresh_token,
      accessExpiresAt: row.expires_at,
      // One sample of the mall's own guide leaves it out.
      refreshExpiresAt:
        row.refresh_token_expires_at ?? new Date(row.issued_at.getTime() + REFRESH_DAYS * DAY_MS),
      scopes: row.scopes,
      shopId: row.mall_id,
    }),
  )

/** Members; a row without `sms` says nothing about consent (`consentIsKnown`). */
export const parseMembers = (rows: unknown): Page<MemberRow> => pageOf(Member, rows)
export const parseCartLines = (rows: unknown): Page<CartLineRow> => pageOf(CartLine, rows)
export const parseOrders = (rows: unknown): Page<OrderRow> => pageOf(Order, rows)
export const parseProducts = (rows: unknown): Page<ProductRow> => pageOf(Product, rows)

/** Tokens of an answer, or null when it is no token answer. */
export function parseTokens(body: unknown): GrantedTokens | null {
  return Token.safeParse(body).data ?? null
}

/** True when the mall's row tells the member's consent: the full list may leave it out. */
export function consentIsKnown(row: unknown): boolean {
  return isRecord(row) && 'sms' in trimKeys(row)
}

/** The rows under `key` of an answer; throws nothing, an absent list is empty. */
export function rowsOf(body: unknown, key: string): unknown[] {
  const rows = isRecord(body) ? body[key] : null
  return Array.isArray(rows) ? rows : []
}

/** The object under `key` of an answer, or null. */
export function recordOf(body: unknown, key: string): Record<string, unknown> | null {
  const found = isRecord(body) ? body[key] : null
  return isRecord(found) ? found : null
}

/** The whole number of a `{"count": n}` answer, or null. */
export function countOf(body: unknown): number | null {
  return z.object({ count: Whole }).safeParse(body).data?.count ?? null
}

/** The text of a date of the mall with its zone: Seoul where it names none. */
export function mallTime(text: string): string {
  const iso = text
    .trim()
    .replace(' ', 'T')
    .replace(/^(\d{4}-\d{2}-\d{2})$/, '$1T00:00:00')
  return /(Z|[+-]\d{2}:?\d{2})$/.test(iso.slice(10)) ? iso : `${iso}+09:00`
}

function pageOf<T>(schema: z.ZodType<T>, rows: unknown): Page<T> {
  const list = Array.isArray(rows) ? rows : []
  const read = list.flatMap((row: unknown) => {
    const parsed = schema.safeParse(isRecord(row) ? trimKeys(row) : row)
    return parsed.success ? [parsed.data] : []
  })
  return { rows: read, malformed: list.length - read.length }
}

// The mall's own samples have keys with a trailing blank.
function trimKeys(row: Record<string, unknown>): Record<string, unknown> {
  for (const key of Object.keys(row)) if (key !== key.trim()) row[key.trim()] = row[key]
  return row
}

const ENTITIES: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&nbsp;': ' ',
}

/** Product names may hold HTML; messages show plain text. */
function plainText(html: string): string {
  return html
    .replace(/<[^>]*>/g, '')
    .replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/\s+/g, ' ')
    .trim()
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
