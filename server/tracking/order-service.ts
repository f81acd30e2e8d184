import type { Clock } from '../core/clock'
import type { Keyring } from '../core/crypto'
import { addDays, type KstDay, kstDay } from '../core/seoul'
import type { MallId } from '../malls/mall'
import type { OrderRow } from '../malls/mall-client'
import { attributeOrder, isSameAttribution, type SentClick } from './attribution-rules'
import type { ClickStore } from './click-store'
import { readToken } from './link-token'
import { type OrderStore, orderKey } from './order-store'
import type { Order } from './tracking'

/** What attribution needs to know of a send. */
export interface SentTo {
  id: string
  runId: string
  campaignId: string
  memberId: string
  test: boolean
}

/** How attribution reads the ledger of sends. */
export interface SentReader {
  byIds(mallId: MallId, sendIds: readonly string[]): Promise<SentTo[]>
  /** Sends to these members in runs of `fromDay` or later. */
  ofMembers(mallId: MallId, memberIds: readonly string[], fromDay: KstDay): Promise<SentTo[]>
}

/** What the order service works with. */
export interface OrderServiceParts {
  orders: OrderStore
  clicks: Pick<ClickStore, 'hasAny' | 'ofSends'>
  sends: SentReader
  /** Attribution window in days by campaign id; a campaign left out has the default of 7. */
  windowDays(mallId: MallId, campaignIds: readonly string[]): Promise<Record<string, number>>
  keyring: Pick<Keyring, 'verify'>
  clock: Clock
}

/** Orders in, attributions out. */
export interface OrderService {
  /**
   * Stores orders as the mall tells them and counts each for at most one click; repeating it changes nothing. A mall
   * without a single click keeps none: history has them.
   */
  recordOrders(mallId: MallId, rows: readonly OrderRow[]): Promise<void>
  /**
   * Keeps that a storefront saw order `orderId` come in by the link of `token`. `refused` for a token that we did not
   * mint for this mall. A hint only: the order itself comes from the mall's API.
   */
  recordStorefrontOrder(hint: { mallId: MallId; token: string; orderId: string }): Promise<'kept' | 'refused'>
}

const CHUNK = 1_000
// A window is 30 days at most; a message may be opened long after it came.
const SENT_WITHIN_DAYS = 120
const ORDER_ID = /^[A-Za-z0-9_-]{1,60}$/

/** Builds the order service. */
export function createOrderService(parts: OrderServiceParts): OrderService {
  const { orders, clicks, sends } = parts
  // Once a mall has a click it has one for good, so each process asks a mall until then.
  const clicked = new Set<MallId>()

  async function hasClicks(mallId: MallId): Promise<boolean> {
    if (clicked.has(mallId)) return true
    const has = await clicks.hasAny(mallId)
    if (has) clicked.add(mallId)
    return has
  }

  async function recordChunk(mallId: MallId, rows: readonly OrderRow[]): Promise<void> {
    const told = new Map(rows.map((row) => [row.orderId, orderOf(mallId, row)]))
    const known = new Map(
      (await orders.byIds(mallId, [...told.keys()])).map((order) => [order.orderId, order]),
    )
    await orders.insertNew(
      mallId,
      [...told.values()].filter((order) => !known.has(order.orderId)),
    )
    const all = [...told.values()].map((order) => ({
      ...order,
      attribution: known.get(order.orderId)?.attribution ?? null,
    }))
    for (const order of all) {
      const before = known.get(order.orderId)
      if (before && !isSameOrder(before, order)) await orders.replace(order)
    }
    await attributeAll(mallId, all)
  }

  async function attributeAll(mallId: MallId, candidates: readonly Order[]): Promise<void> {
    if (candidates.length === 0) return
    const tokens = await orders.tokensOf(
      mallId,
      candidates.map((order) => order.orderId),
    )
    const sent = await clicksFor(mallId, candidates, [...tokens.values()])
    if (sent.clicks.length === 0 && candidates.every((order) => order.attribution === null)) return
    const windowDays = await parts.windowDays(mallId, [...sent.campaignIds])
    for (const order of candidates) {
      const token = tokens.get(order.orderId) ?? null
      const own = sent.clicks.filter((click) => click.memberId === order.memberId || click.sendId === token)
      const attribution = attributeOrder(order, own, { token, windowDays })
      if (!isSameAttribution(attribution, order.attribution)) {
        await orders.setAttribution(mallId, order.orderId, attribution)
      }
    }
  }

  async function clicksFor(
    mallId: MallId,
    candidates: readonly Order[],
    tokenSends: readonly string[],
  ): Promise<{ clicks: SentClick[]; campaignIds: Set<string> }> {
    const memberIds = [...new Set(candidates.flatMap((order) => order.memberId ?? []))]
    const first = candidates.reduce((min, order) => Math.min(min, order.orderedAt.getTime()), Infinity)
    const fromDay = addDays(kstDay(new Date(first)), -SENT_WITHIN_DAYS)
    const byMember = memberIds.length === 0 ? [] : await sends.ofMembers(mallId, memberIds, fromDay)
    const byToken = tokenSends.length === 0 ? [] : await sends.byIds(mallId, tokenSends)
    const sent = new Map(
      [...byMember, ...byToken].filter((send) => !send.test).map((send) => [send.id, send]),
    )
    const found = sent.size === 0 ? [] : await clicks.ofSends(mallId, [...sent.keys()])
    const known = found.flatMap((click) => {
      const send = sent.get(click.sendId)
      return send
        ? [
            {
              sendId: send.id,
              runId: send.runId,
              campaignId: send.campaignId,
              memberId: send.memberId,
              at: click.at,
            },
          ]
        : []
    })
    return { clicks: known, campaignIds: new Set(known.map((click) => click.campaignId)) }
  }

  return {
    async recordOrders(mallId, rows) {
      // Before a mall's first click, as at its first sync, no order can count for one: nothing is kept.
      if (!(await hasClicks(mallId))) return
      for (let i = 0; i < rows.length; i += CHUNK) await recordChunk(mallId, rows.slice(i, i + CHUNK))
    },
    async recordStorefrontOrder({ mallId, token, orderId }) {
      const sendId = readToken(parts.keyring, token)
      if (sendId === null || !ORDER_ID.test(orderId)) return 'refused'
      const [send] = await sends.byIds(mallId, [sendId])
      if (!send) return 'refused'
      await orders.keepToken(mallId, orderId, sendId, parts.clock.now())
      await attributeAll(mallId, await orders.byIds(mallId, [orderId]))
      return 'kept'
    },
  }
}

function orderOf(mallId: MallId, row: OrderRow): Order {
  const { orderId, memberId, orderedAt, paid, cancelled, amountWon } = row
  const id = orderKey(mallId, orderId)
  const netWon = cancelled ? 0 : row.netWon
  return { id, mallId, orderId, memberId, orderedAt, paid, amountWon, netWon, cancelled, attribution: null }
}

function isSameOrder(a: Order, b: Order): boolean {
  return (
    a.netWon === b.netWon &&
    a.cancelled === b.cancelled &&
    a.paid === b.paid &&
    a.amountWon === b.amountWon &&
    a.memberId === b.memberId &&
    a.orderedAt.getTime() === b.orderedAt.getTime()
  )
}
