import { kstIso } from '../../../core/seoul'
import { MallApiError, type MemberRow, type Page, type ShopAccess } from '../../../malls/mall-client'
import type { Cafe24Http } from './http'
import { consentIsKnown, parseMembers, recordOf, rowsOf } from './parse'

/** The scope that Cafe24 grants only on request; without it names and phones stay with the mall. */
export const PRIVACY_SCOPE = 'mall.read_privacy'

const LIMIT = 1000
const LOOKUP_LIMIT = 100
const SECOND_MS = 1000
// No more personal data than is used.
const FIELDS = [
  ...['member_id', 'name', 'cellphone', 'sms', 'member_authentication', 'use_blacklist'],
  ...['created_date', 'last_login_date'],
].join(',')

/**
 * The full walk in order of joining; a member comes once. Throws MallApiError `rejected` when more members joined in one
 * second than a page holds: the mall gives no way to read the rest.
 */
export async function* walkMembers(
  http: Cafe24Http,
  shop: ShopAccess,
  since: Date | undefined,
): AsyncIterable<Page<MemberRow>> {
  let from = since ?? new Date('2000-01-01T00:00:00+09:00')
  let known = new Set<string>()
  for (;;) {
    const query = {
      search_type: 'created_date',
      created_start_date: kstIso(from),
      limit: LIMIT,
      fields: FIELDS,
    }
    const found = rowsOf(await http.get(shop, '/customersprivacy', query), 'customersprivacy')
    const page = await withConsent(http, shop, found)
    yield { rows: page.rows.filter((row) => !known.has(row.memberId)), malformed: page.malformed }
    if (found.length < LIMIT) return
    const last = page.rows.at(-1)?.joinedAt
    if (!last || last.getTime() - from.getTime() < SECOND_MS) {
      throw new MallApiError('rejected', 'More members joined in one second than the mall lets us read', {
        second: kstIso(from),
      })
    }
    from = last
    known = new Set(page.rows.map((row) => row.memberId))
  }
}

/** Members by id with all that was granted: one call each with the privacy scope, one for all without. */
export async function lookUpMembers(
  http: Cafe24Http,
  shop: ShopAccess,
  memberIds: readonly string[],
): Promise<Page<MemberRow>> {
  if (memberIds.length === 0) return { rows: [], malformed: 0 }
  if (!shop.scopes.includes(PRIVACY_SCOPE)) return parseMembers(await lookUp(http, shop, memberIds))
  const found: unknown[] = []
  for (const memberId of memberIds) {
    const path = `/customersprivacy/${encodeURIComponent(memberId)}`
    const body = await http.get(shop, path, { fields: FIELDS })
    // One member comes as an object or as a list of one.
    found.push(
      ...(recordOf(body, 'customersprivacy')
        ? [recordOf(body, 'customersprivacy')]
        : rowsOf(body, 'customersprivacy')),
    )
  }
  return withConsent(http, shop, found)
}

/** The official sample of the member list has no consent: then it is looked up. */
async function withConsent(http: Cafe24Http, shop: ShopAccess, found: unknown[]): Promise<Page<MemberRow>> {
  const unknown = new Set(
    parseMembers(found.filter((row) => !consentIsKnown(row))).rows.map((row) => row.memberId),
  )
  const page = parseMembers(found)
  if (unknown.size === 0) return page
  const ids = [...unknown]
  const consents = new Map<string, MemberRow>()
  for (let i = 0; i < ids.length; i += LOOKUP_LIMIT) {
    const { rows } = parseMembers(await lookUp(http, shop, ids.slice(i, i + LOOKUP_LIMIT)))
    for (const row of rows) consents.set(row.memberId, row)
  }
  const rows = page.rows.map((row) => {
    const consent = unknown.has(row.memberId) ? consents.get(row.memberId) : undefined
    return consent
      ? { ...row, adConsent: consent.adConsent, restricted: row.restricted || consent.restricted }
      : row
  })
  return { rows, malformed: page.malformed }
}

async function lookUp(http: Cafe24Http, shop: ShopAccess, ids: readonly string[]): Promise<unknown[]> {
  const body = await http.get(shop, '/customers', { member_id: ids.join(',') })
  return rowsOf(body, 'customers')
}
