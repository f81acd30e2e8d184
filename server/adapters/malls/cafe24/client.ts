import type { MovableClock } from '../../../core/clock'
import { kstDay } from '../../../core/seoul'
import {
  type CartLineRow,
  type GrantedTokens,
  MallApiError,
  type MallClient,
  type Page,
  type ProductRow,
  type ShopAccess,
  type ShopInfo,
} from '../../../malls/mall-client'
import { apiBase, type Cafe24Config, type Cafe24Http, createCafe24Http } from './http'
import { lookUpMembers, PRIVACY_SCOPE, walkMembers } from './members'
import { readOrders } from './orders'
import { countOf, parseCartLines, parseOrders, parseProducts, parseTokens, recordOf, rowsOf } from './parse'

const CART_LIMIT = 100
const CART_MAX_OFFSET = 10_000
const PRODUCT_LIMIT = 100
const PRODUCT_FIELDS = 'product_no,product_name,price,display,selling,sold_out'

/** Cafe24 behind the port to hosted malls; limits run on `clock`, business time. */
export function createCafe24Client(config: Cafe24Config, clock: MovableClock): MallClient {
  const http = createCafe24Http(config, clock)
  const { redirectUri } = config
  return {
    platform: 'cafe24',
    authorizeUrl: (shopId, state) => authorizeUrl(config, shopId, state),
    exchangeCode: (shopId, code) =>
      askTokens(http, shopId, { grant_type: 'authorization_code', code, redirect_uri: redirectUri }),
    refresh: (shopId, token) =>
      askTokens(http, shopId, { grant_type: 'refresh_token', refresh_token: token }),
    async revoke(shopId, accessToken) {
      await http.oauth(shopId, 'revoke', { token: accessToken, token_hint: 'access_token' })
    },
    shopInfo: (shop) => shopInfo(http, shop),
    counts: (shop, from, to) => counts(http, shop, from, to),
    members: (shop, since) => walkMembers(http, shop, since),
    membersById: (shop, memberIds) => lookUpMembers(http, shop, memberIds),
    cartLines: (shop, memberIds) => cartLines(http, shop, memberIds),
    orders: (shop, from, to, by) => readOrders(http, shop, { from, to, by }),
    async order(shop, orderId) {
      const body = await http.get(shop, `/orders/${encodeURIComponent(orderId)}`, { embed: 'items,buyer' })
      const order = recordOf(body, 'order')
      return order ? (parseOrders([order]).rows[0] ?? null) : null
    },
    products: (shop, productNos) => products(http, shop, productNos),
    isInstalled: (shop) => isInstalled(http, shop),
  }
}

function authorizeUrl(config: Cafe24Config, shopId: string, state: string): string {
  const query = {
    response_type: 'code',
    client_id: config.clientId,
    state,
    redirect_uri: config.redirectUri,
    // Blanks between scopes were refused in production (reference §1.3).
    scope: config.scopes.join(','),
  }
  return `${apiBase(config, shopId)}/oauth/authorize?${new URLSearchParams(query).toString()}`
}

async function askTokens(
  http: Cafe24Http,
  shopId: string,
  form: Record<string, string>,
): Promise<GrantedTokens> {
  const { status, data } = await http.oauth(shopId, 'token', form)
  const tokens = status >= 200 && status < 300 ? parseTokens(data) : null
  if (tokens) return tokens
  const error = recordOf({ data }, 'data')?.['error']
  const context = { shopId, status, error: typeof error === 'string' ? error : null }
  if (status === 429 || status >= 500)
    throw new MallApiError('transient', 'The mall gives no tokens now', context)
  if (error === 'invalid_grant')
    throw new MallApiError('reauth-required', 'Code or refresh token is used up', context)
  throw new MallApiError('rejected', 'The mall refuses the token request', context)
}

async function shopInfo(http: Cafe24Http, shop: ShopAccess): Promise<ShopInfo> {
  const query = { shop_no: shop.shopNo }
  const store = recordOf(await http.get(shop, '/store', query), 'store')
  const cart = recordOf(await http.get(shop, '/carts/setting', query), 'cart')
  const text = (value: unknown) => (typeof value === 'string' ? value.trim() : '')
  const days = Number(cart?.['period'])
  return {
    name: text(store?.['shop_name']) || shop.shopId,
    domain: text(store?.['primary_domain']) || text(store?.['base_domain']) || `${shop.shopId}.cafe24.com`,
    cartDays: cart?.['storage_period'] === 'T' && Number.isInteger(days) && days > 0 ? days : null,
  }
}

async function counts(http: Cafe24Http, shop: ShopAccess, from: Date, to: Date) {
  const ask = async (path: string, query: Record<string, string>) => {
    try {
      return countOf(await http.get(shop, path, query))
    } catch (cause) {
      // Only for the progress bar: a mall that does not count can be pulled all the same.
      if (cause instanceof MallApiError && cause.refusal === 'rejected') return null
      throw cause
    }
  }
  const latest = new Date(Math.max(from.getTime(), to.getTime() - 80 * 86_400_000))
  return {
    members: shop.scopes.includes(PRIVACY_SCOPE) ? await ask('/customersprivacy/count', {}) : null,
    orders: await ask('/orders/count', { start_date: kstDay(latest), end_date: kstDay(to) }),
  }
}

async function* cartLines(
  http: Cafe24Http,
  shop: ShopAccess,
  memberIds: readonly string[],
): AsyncIterable<Page<CartLineRow>> {
  if (memberIds.length === 0) return
  const member_id = memberIds.join(',')
  for (let offset = 0; offset <= CART_MAX_OFFSET; offset += CART_LIMIT) {
    const found = rowsOf(await http.get(shop, '/carts', { member_id, limit: CART_LIMIT, offset }), 'carts')
    yield parseCartLines(found)
    if (found.length < CART_LIMIT) return
  }
  if (memberIds.length === 1) {
    throw new MallApiError('rejected', 'A cart holds more rows than the mall lets us read', {
      shopId: shop.shopId,
    })
  }
  // Rows come twice for the first members; the key of a row makes them one.
  const middle = Math.ceil(memberIds.length / 2)
  yield* cartLines(http, shop, memberIds.slice(0, middle))
  yield* cartLines(http, shop, memberIds.slice(middle))
}

async function* products(
  http: Cafe24Http,
  shop: ShopAccess,
  productNos: readonly number[],
): AsyncIterable<Page<ProductRow>> {
  for (let i = 0; i < productNos.length; i += PRODUCT_LIMIT) {
    const product_no = productNos.slice(i, i + PRODUCT_LIMIT).join(',')
    const query = { product_no, limit: PRODUCT_LIMIT, fields: PRODUCT_FIELDS }
    yield parseProducts(rowsOf(await http.get(shop, '/products', query), 'products'))
  }
}

async function isInstalled(http: Cafe24Http, shop: ShopAccess): Promise<boolean> {
  try {
    await http.get(shop, '/apps')
    return true
  } catch (cause) {
    if (cause instanceof MallApiError && ['uninstalled', 'reauth-required'].includes(cause.refusal))
      return false
    throw cause
  }
}
