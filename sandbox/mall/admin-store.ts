import { z } from 'zod'
import {
  common,
  type Endpoint,
  endpoint,
  flag,
  list,
  paging,
  pick,
  refuse,
  time,
  whole,
} from './admin-endpoint'
import { parseMallTime } from './kst'
import type { Shop } from './shop'
import type { ProductFixture } from './shop-fixture'
import { productRow } from './shop-rows'
import { lowerBound } from './sorted'

/** The API version that the app was registered with. */
export const DEFAULT_VERSION = '2026-09-01'

const onlyShop = z.strictObject({ shop_no: common.shop_no })

const store = endpoint({
  path: '/store',
  scope: 'mall.read_store',
  query: z.strictObject(common),
  answer: ({ shop, query }) => ({ store: pick([storeRow(shop)], query.fields)[0] ?? {} }),
})

const shops = endpoint({
  path: '/shops',
  scope: 'mall.read_store',
  query: z.strictObject({ fields: common.fields }),
  answer: ({ shop, query }) => ({ shops: pick([shopRow(shop)], query.fields) }),
})

const apps = endpoint({
  path: '/apps',
  scope: 'mall.read_application',
  query: onlyShop,
  answer: () => ({
    app: {
      version: DEFAULT_VERSION,
      version_expiration_date: '2027-09-01',
      initial_version: DEFAULT_VERSION,
      previous_version: null,
      extension_type: null,
    },
  }),
})

const ProductFilters = {
  shop_no: common.shop_no,
  product_no: list.optional(),
  display: flag.optional(),
  selling: flag.optional(),
}
const ProductFilter = z.object(ProductFilters)

const products = endpoint({
  path: '/products',
  scope: 'mall.read_product',
  query: z.strictObject({
    ...common,
    ...ProductFilters,
    since_product_no: whole(0, 1e12 - 1).optional(),
    ...paging(10, 100, 5000),
  }),
  answer({ shop, query }) {
    const since = query.since_product_no
    const from = since === undefined ? 0 : lowerBound(shop.productList, since + 1, (product) => product.no)
    const found = matching(shop, query, from)
    const rows = found
      .slice(query.offset, query.offset + query.limit)
      .map((product) => productRow(shop, product))
    return { products: pick(rows, query.fields) }
  },
})

const productsCount = endpoint({
  path: '/products/count',
  scope: 'mall.read_product',
  query: z.strictObject(ProductFilters),
  answer: ({ shop, query }) => ({ count: matching(shop, query, 0).length }),
})

const product = endpoint({
  path: '/products/:productNo',
  scope: 'mall.read_product',
  query: z.strictObject(common),
  answer({ shop, path, query }) {
    const found = shop.products.get(Number(path['productNo']))
    if (found === undefined) return refuse(404, 'Not found.')
    return { product: pick([productRow(shop, found)], query.fields)[0] ?? {} }
  },
})

const webhookLogs = endpoint({
  path: '/webhooks/logs',
  scope: 'mall.read_application',
  query: z.strictObject({
    event_no: whole(90_000, 99_999).optional(),
    requested_start_date: time('start').optional(),
    requested_end_date: time('end').optional(),
    success: flag.optional(),
    log_type: z.enum(['G', 'R', 'T']).optional(),
    since_log_id: z.string().optional(),
    limit: whole(1, 10_000).default(100),
  }),
  answer({ platform, shop, query }) {
    const rows = platform.webhooks.logsOf(shop.fixture.mallId).filter((log) => {
      const at = parseMallTime(log.requested_time) ?? 0
      return (
        (query.event_no ?? log.event_no) === log.event_no &&
        (query.success ?? log.success) === log.success &&
        (query.log_type ?? log.log_type) === log.log_type &&
        at >= (query.requested_start_date ?? at) &&
        at <= (query.requested_end_date ?? at) &&
        (query.since_log_id === undefined || log.log_id > query.since_log_id)
      )
    })
    return { logs: rows.slice(0, query.limit) }
  },
})

const webhookSetting = endpoint({
  path: '/webhooks/setting',
  scope: 'mall.read_application',
  query: onlyShop,
  answer: ({ platform }) => ({ webhook: { scopes: platform.options.app.scopes, reception_status: 'T' } }),
})

/** The shop itself, its products, the app's own settings and the webhook log. */
export const storeEndpoints: Endpoint[] = [
  store,
  shops,
  apps,
  productsCount,
  products,
  product,
  webhookLogs,
  webhookSetting,
]

function matching(shop: Shop, query: z.infer<typeof ProductFilter>, from: number): ProductFixture[] {
  const rows =
    query.product_no?.flatMap((no) => shop.products.get(Number(no)) ?? []).sort((a, b) => a.no - b.no) ??
    shop.productList.slice(from)
  return rows.filter(
    (row) => (query.display ?? row.display) === row.display && (query.selling ?? row.selling) === row.selling,
  )
}

function storeRow(shop: Shop) {
  const { mallId, shopName, primaryDomain } = shop.fixture
  return {
    shop_no: 1,
    shop_name: shopName,
    mall_id: mallId,
    base_domain: primaryDomain,
    primary_domain: primaryDomain,
    company_name: shopName,
    company_registration_no: '000-00-00000',
    president_name: '',
    phone: '',
    email: `help@${mallId}.example`,
    customer_service_phone: '',
    customer_service_email: `help@${mallId}.example`,
    mall_url: `http://${primaryDomain}`,
  }
}

function shopRow(shop: Shop) {
  const { shopName, primaryDomain } = shop.fixture
  return {
    shop_no: 1,
    default: 'T',
    shop_name: shopName,
    language_code: 'ko_KR',
    currency_code: 'KRW',
    pc_skin_no: 1,
    mobile_skin_no: 2,
    base_domain: primaryDomain,
    primary_domain: primaryDomain,
    slave_domain: [],
    active: 'T',
    timezone: 'Asia/Seoul',
    is_https_active: 'F',
  }
}
