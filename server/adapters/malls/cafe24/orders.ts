import { kstIso } from '../../../core/seoul'
import { MallApiError, type OrderRow, type Page, type ShopAccess } from '../../../malls/mall-client'
import type { Cafe24Http } from './http'
import { parseOrders, rowsOf } from './parse'

const LIMIT = 1000
const MAX_OFFSET = 15_000
// Start and end must lie less than three months apart.
const WINDOW_MS = 60 * 86_400_000
const MINUTE_MS = 60_000

interface Window {
  from: Date
  to: Date
  by: 'ordered' | 'cancelled'
}

/**
 * Orders of a window of any length. Neighbouring windows share their edge, so that nothing falls between them whether the
 * mall counts the end in or not; an order comes once all the same. Throws MallApiError `rejected` when one minute holds more
 * orders than the mall's paging reaches.
 */
export async function* readOrders(
  http: Cafe24Http,
  shop: ShopAccess,
  window: Window,
): AsyncIterable<Page<OrderRow>> {
  let known = new Set<string>()
  for (let from = window.from; from < window.to; ) {
    const to = new Date(Math.min(from.getTime() + WINDOW_MS, window.to.getTime()))
    known = yield* readWindow(http, shop, { ...window, from, to }, known)
    from = to
  }
}

/** One window; returns the ids it saw. Splits where the mall's paging ends, at the last instant that it reached. */
async function* readWindow(
  http: Cafe24Http,
  shop: ShopAccess,
  window: Window,
  known: ReadonlySet<string>,
): AsyncGenerator<Page<OrderRow>, Set<string>> {
  const seen = new Set<string>()
  const times: number[] = []
  for (let offset = 0; offset <= MAX_OFFSET; offset += LIMIT) {
    const found = rowsOf(await http.get(shop, '/orders', queryOf(window, offset)), 'orders')
    const page = parseOrders(found)
    const rows = page.rows.filter((row) => !known.has(row.orderId) && !seen.has(row.orderId))
    for (const row of page.rows) {
      seen.add(row.orderId)
      times.push((window.by === 'ordered' ? row.orderedAt : (row.cancelledAt ?? row.orderedAt)).getTime())
    }
    yield { rows, malformed: page.malformed }
    if (found.length < LIMIT) return seen
  }
  let before = new Set([...known, ...seen])
  for (const rest of splitAt(window, times)) {
    const part = yield* readWindow(http, shop, rest, before)
    before = new Set([...before, ...part])
  }
  return before
}

/**
 * What is left of a window after all that its paging reached. Rows in order of time go on at the last one; rows in
 * another order are asked for again in two halves.
 */
function splitAt(window: Window, times: readonly number[]): Window[] {
  const rising = times.every((time, i) => i === 0 || time >= (times[i - 1] ?? 0))
  const last = times.at(-1) ?? 0
  if (rising && last > window.from.getTime()) return [{ ...window, from: new Date(last) }]
  const span = window.to.getTime() - window.from.getTime()
  if (span <= MINUTE_MS) {
    throw new MallApiError('rejected', 'More orders in one minute than the mall lets us read', {
      minute: kstIso(window.from),
      orders: times.length,
    })
  }
  const middle = new Date(Math.floor((window.from.getTime() + span / 2) / 1000) * 1000)
  return [
    { ...window, to: middle },
    { ...window, from: middle },
  ]
}

function queryOf(window: Window, offset: number) {
  return {
    date_type: window.by === 'ordered' ? 'order_date' : 'cancel_date',
    start_date: plainTime(window.from),
    end_date: plainTime(window.to),
    embed: 'items,buyer',
    limit: LIMIT,
    offset,
  }
}

/** `2026-11-15 10:20:30`: Seoul time without a zone. */
function plainTime(at: Date): string {
  return kstIso(at).slice(0, 19).replace('T', ' ')
}
