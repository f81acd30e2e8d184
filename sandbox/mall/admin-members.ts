import { z } from 'zod'
import { common, type Endpoint, endpoint, flag, list, pick, refuse, time, whole } from './admin-endpoint'
import type { Platform } from './platform'
import { createdAt, type Shop } from './shop'
import type { MemberFixture } from './shop-fixture'
import { customerRow, privacyRow } from './shop-rows'
import { lowerBound } from './sorted'

const customers = endpoint({
  path: '/customers',
  scope: 'mall.read_customer',
  query: z.strictObject({ ...common, member_id: list.optional(), cellphone: list.optional() }),
  answer({ platform, shop, query }) {
    const { member_id: ids, cellphone: phones } = query
    if (ids === undefined && phones === undefined)
      return refuse(422, 'Required parameter missing.', 'member_id')
    const found =
      ids === undefined
        ? shop.memberList.filter((member) => phones?.includes(member.cellphone))
        : ids.flatMap((id) => shop.members.get(id) ?? [])
    const rows = pick(found.map(customerRow), query.fields)
    return { customers: platform.faults.of(shop.fixture.mallId).trailingBlanks ? rows.map(blankKeys) : rows }
  },
})

const Filters = z.object({
  member_id: z.string().max(20).optional(),
  sms: flag.optional(),
  news_mail: flag.optional(),
  gender: z.enum(['M', 'F']).optional(),
  date_type: z.enum(['join', 'login']).optional(),
  start_date: time('start').optional(),
  end_date: time('end').optional(),
})
type Filters = z.infer<typeof Filters>

const PrivacyQuery = z.strictObject({
  ...common,
  ...Filters.shape,
  search_type: z.enum(['customer_info', 'created_date']).default('customer_info'),
  created_start_date: time('start').optional(),
  limit: whole(1, 1000).default(30),
  offset: whole(0, 8000).optional(),
})

const customersPrivacy = endpoint({
  path: '/customersprivacy',
  scope: 'mall.read_privacy',
  query: PrivacyQuery,
  answer({ platform, shop, query }) {
    const walks = query.search_type === 'created_date'
    const wrong = walks ? strayFilter(query) : oneSidedWindow(query)
    if (wrong !== null) return refuse(422, 'Not allowed here.', wrong)
    const from = walks
      ? lowerBound(shop.memberList, query.created_start_date ?? 0, createdAt)
      : (query.offset ?? 0)
    const members = walks ? shop.memberList : filtered(shop, query)
    const rows = members.slice(from, from + query.limit).map((member) => listRow(platform, shop, member))
    return { customersprivacy: pick(rows, query.fields) }
  },
})

const customersPrivacyCount = endpoint({
  path: '/customersprivacy/count',
  scope: 'mall.read_privacy',
  query: z.strictObject({ shop_no: common.shop_no, ...Filters.shape }),
  answer({ shop, query }) {
    const wrong = oneSidedWindow(query)
    return wrong === null ? { count: filtered(shop, query).length } : refuse(422, 'Not allowed here.', wrong)
  },
})

const customerPrivacy = endpoint({
  path: '/customersprivacy/:memberId',
  scope: 'mall.read_privacy',
  query: z.strictObject(common),
  answer({ shop, path, query }) {
    const member = shop.members.get(path['memberId'] ?? '')
    if (member === undefined) return refuse(404, 'Not found.')
    return { customersprivacy: pick([privacyRow(member)], query.fields)[0] ?? {} }
  },
})

/** Members: the plain look-up and, with the gated scope, the full list. */
export const memberEndpoints: Endpoint[] = [
  customers,
  customersPrivacyCount,
  customersPrivacy,
  customerPrivacy,
]

function strayFilter(query: z.infer<typeof PrivacyQuery>): string | null {
  const stray = [...Object.keys(Filters.shape), 'offset'] as const
  return Object.entries(query).find(([key, value]) => stray.includes(key) && value !== undefined)?.[0] ?? null
}

function oneSidedWindow(query: Filters): string | null {
  const { date_type: type, start_date: from, end_date: to } = query
  if ((from === undefined) !== (to === undefined)) return from === undefined ? 'start_date' : 'end_date'
  return (type === undefined) === (from === undefined) ? null : 'date_type'
}

function filtered(shop: Shop, query: Filters): MemberFixture[] {
  const { start_date: from, end_date: to } = query
  return shop.memberList.filter((member) => {
    const at = query.date_type === 'login' ? member.lastLoginAtMs : member.createdAtMs
    const inWindow = from === undefined || to === undefined || (at !== null && at >= from && at <= to)
    return (
      inWindow &&
      (query.member_id ?? member.id) === member.id &&
      (query.sms ?? member.sms) === member.sms &&
      (query.news_mail ?? member.newsMail) === member.newsMail &&
      (query.gender ?? member.gender) === member.gender
    )
  })
}

function listRow(platform: Platform, shop: Shop, member: MemberFixture): object {
  const row = privacyRow(member)
  if (!platform.faults.of(shop.fixture.mallId).omitConsent) return row
  const { sms: _sms, news_mail: _newsMail, ...rest } = row
  return rest
}

function blankKeys(row: object): object {
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [`${key} `, value]))
}
