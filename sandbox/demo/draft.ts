import type { CartLineFixture, MemberFixture, OrderFixture, ProductFixture } from '../mall/shop-fixture'
import type { Dice } from './dice'

/** The shop while it is being made: who is still free, and what has been made up so far. */
export interface Draft {
  now: Date
  dice: Dice
  /** Goods that can be bought. */
  goods: ProductFixture[]
  /** Goods that cannot. */
  goneGoods: ProductFixture[]
  carts: CartLineFixture[]
  orders: OrderFixture[]
  /** The next member who has done nothing yet; null when all have. */
  nextMember(): MemberFixture | null
}
