import { z } from 'zod'

const Flag = z.enum(['T', 'F'])
const EpochMs = z.number().int()

/** A shopper of a play shop; `cellphone` is '' when the member gave none, `authentication` B = specially managed, J = under 14. */
export const MemberFixture = z.object({
  id: z.string(),
  name: z.string(),
  cellphone: z.string(),
  email: z.string(),
  sms: Flag,
  newsMail: Flag,
  authentication: z.enum(['T', 'F', 'B', 'J']),
  blacklisted: z.boolean(),
  gender: z.enum(['M', 'F']),
  createdAtMs: EpochMs,
  lastLoginAtMs: EpochMs.nullable(),
})
export type MemberFixture = z.infer<typeof MemberFixture>

/** A product of a play shop; `category` chooses its drawn picture. */
export const ProductFixture = z.object({
  no: z.number().int().positive(),
  name: z.string(),
  priceWon: z.number().int().positive(),
  category: z.string(),
  summary: z.string(),
  display: Flag,
  selling: Flag,
  soldOut: Flag,
  createdAtMs: EpochMs,
})
export type ProductFixture = z.infer<typeof ProductFixture>

/** One row of a member's cart; `no` only in a snapshot, else the mall numbers it. */
export const CartLineFixture = z.object({
  no: z.number().int().optional(),
  memberId: z.string(),
  productNo: z.number().int(),
  quantity: z.number().int().positive(),
  addedAtMs: EpochMs,
})
export type CartLineFixture = z.infer<typeof CartLineFixture>

export const OrderItemFixture = z.object({
  productNo: z.number().int(),
  quantity: z.number().int().positive(),
  priceWon: z.number().int().nonnegative(),
})
export type OrderItemFixture = z.infer<typeof OrderItemFixture>

/** One paid order; `id` only in a snapshot, else the mall numbers it in order of time within a Seoul day. */
export const OrderFixture = z.object({
  id: z.string().optional(),
  memberId: z.string(),
  orderedAtMs: EpochMs,
  canceledAtMs: EpochMs.nullable(),
  items: z.array(OrderItemFixture),
})
export type OrderFixture = z.infer<typeof OrderFixture>

/**
 * Everything a play shop starts with; instants are epoch milliseconds on whole seconds. `primaryDomain` is the storefront's
 * host:port, '' until it listens; `cartPeriodDays` the days after which the mall drops a cart row, null = never;
 * `orderClearsCart` whether placing an order takes the ordered rows out of the cart.
 */
export const ShopFixture = z.object({
  mallId: z.string().regex(/^[a-z0-9-]{3,50}$/),
  shopName: z.string(),
  primaryDomain: z.string(),
  cartPeriodDays: z.number().int().positive().nullable(),
  orderClearsCart: z.boolean(),
  members: z.array(MemberFixture),
  products: z.array(ProductFixture),
  carts: z.array(CartLineFixture),
  orders: z.array(OrderFixture),
})
export type ShopFixture = z.infer<typeof ShopFixture>
