import type { MessageFacts } from '../messages/message'
import { NAME_UNITS, shortName } from '../messages/short-name'
import type { Shopper } from '../shoppers/shopper'

/** What a message says about a cart: its dearest line that can still be bought, how many others can, and their total. */
export function messageFacts(shopper: Pick<Shopper, 'cart'>): MessageFacts {
  const lines = shopper.cart.filter((line) => line.sellable)
  const named = lines.find((line) => line.name.trim() !== '')
  return {
    // A row a person: no name of a product may make it a hundred times as large.
    productName: named ? shortName(named.name, NAME_UNITS.product) : null,
    moreItems: Math.max(lines.length - 1, 0),
    cartWon: lines.reduce((sum, line) => sum + line.priceWon * line.quantity, 0),
  }
}
