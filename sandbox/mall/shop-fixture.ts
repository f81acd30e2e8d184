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

/** One row of a member's cart. */
export const CartLineFixture = z.object({
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

/** One paid order; its number is given by the mall when the shop is loaded, in order of time within a Seoul day. */
export const OrderFixture = z.object({
  memberId: z.string(),
  orderedAtMs: EpochMs,
  canceledAtMs: EpochMs.nullable(),
  items: z.array(OrderItemFixture),
})
export type OrderFixture = z.infer<typeof OrderFixture>

/** Everything a play shop starts with; instants are epoch milliseconds on whole seconds. */
export interface ShopFixture {
  mallId: string
  shopName: string
  /** host:port of the storefront; '' until it listens (PlayMall.setPrimaryDomain). */
  primaryDomain: string
  /** Days after which the mall drops a cart row; null keeps it for ever. */
  cartPeriodDays: number | null
  /** Whether placing an order takes the ordered rows out of the cart. */
  orderClearsCart: boolean
  members: MemberFixture[]
  products: ProductFixture[]
  carts: CartLineFixture[]
  orders: OrderFixture[]
}
