import type { ShopFixture } from '../mall/shop-fixture'

/** `until` is exclusive; with `allConsent` everybody has a phone of their own and consent. */
export interface LoadEventsOptions {
  until: Date
  allConsent: boolean
  mallId: string
}

/** Turns an events file (.csv or .csv.gz) into a shop; throws one EventsFileError naming line and rule. */
export async function loadEvents(_file: string, options: LoadEventsOptions): Promise<ShopFixture> {
  return {
    mallId: options.mallId,
    shopName: '',
    primaryDomain: '',
    cartPeriodDays: null,
    orderClearsCart: false,
    members: [],
    products: [],
    carts: [],
    orders: [],
  }
}
