import { type Connection, Schema } from 'mongoose'
import { ignoringDuplicates } from '../malls/duplicate-rules'
import type { MallId } from '../malls/mall'
import { fromStored, mallCollection, type Stored, toStored } from '../malls/mall-scope-store'
import type { Attribution, Order } from './tracking'

const schema = new Schema(
  {
    _id: String,
    mallId: String,
    orderId: String,
    memberId: String,
    orderedAt: Date,
    paid: Boolean,
    amountWon: Number,
    netWon: Number,
    cancelled: Boolean,
    attribution: {
      sendId: String,
      runId: String,
      campaignId: String,
      clickAt: Date,
      by: { type: String },
    },
  },
  { versionKey: false },
)
// Sparse: of a hundred thousand orders some hundreds came by a link, and the others must cost the first sync nothing.
// A send id begins with its run id, so the same index finds the orders of a run.
schema.index({ 'attribution.sendId': 1 }, { sparse: true })

const tokenSchema = new Schema(
  { _id: String, mallId: String, sendId: String, at: Date },
  { versionKey: false },
)

/** The send whose token an order carried, as the storefront told it. */
interface OrderToken {
  id: string
  mallId: MallId
  sendId: string
  at: Date
}

/** Orders that count for one run. Cancelled and unpaid ones are not in `orders`, and net 0. */
export interface RunOrders {
  orders: number
  netWon: number
  cancelled: number
  unpaid: number
  /** `YYYY-MM-DDTHH` in Seoul → counted orders. */
  byHour: Record<string, number>
}

/** Orders as stored, and the tokens they carried. */
export interface OrderStore {
  byIds(mallId: MallId, orderIds: readonly string[]): Promise<Order[]>
  insertNew(mallId: MallId, orders: readonly Order[]): Promise<void>
  replace(order: Order): Promise<void>
  setAttribution(mallId: MallId, orderId: string, attribution: Attribution | null): Promise<void>
  /** Keeps the first token that an order is said to have carried. */
  keepToken(mallId: MallId, orderId: string, sendId: string, at: Date): Promise<void>
  /** Order id → send id, for those that carried a token. */
  tokensOf(mallId: MallId, orderIds: readonly string[]): Promise<Map<string, string>>
  ofRun(mallId: MallId, runId: string): Promise<RunOrders>
  /** Orders counted for these sends, oldest first. */
  ofSends(mallId: MallId, sendIds: readonly string[]): Promise<Order[]>
}

/** The key of an order. */
export function orderKey(mallId: MallId, orderId: string): string {
  return `${mallId}:${orderId}`
}

/** The order collections of this connection. */
export function orderStore(connection: Connection): OrderStore {
  const orders = mallCollection<Stored<Order>>(connection, 'orders', schema)
  const tokens = mallCollection<Stored<OrderToken>>(connection, 'order-tokens', tokenSchema)
  const keys = (mallId: MallId, orderIds: readonly string[]) =>
    orderIds.map((orderId) => orderKey(mallId, orderId))
  const listed = async (rows: { toArray(): Promise<unknown[]> }) =>
    (await rows.toArray()).map((row) => fromStored<Order>(row as Stored<Order>))
  return {
    async byIds(mallId, orderIds) {
      const rows = await orders.findByIds(mallId, keys(mallId, orderIds))
      return rows.map((row) => fromStored<Order>(row))
    },
    async insertNew(mallId, rows) {
      for (let i = 0; i < rows.length; i += WRITE_SIZE) {
        const part = rows.slice(i, i + WRITE_SIZE).map(toStored)
        await ignoringDuplicates(orders.insertMany(mallId, part, { ordered: false }))
      }
    },
    async replace({ id, attribution: _kept, ...fields }) {
      await orders.updateOne(fields.mallId, { _id: id }, { $set: fields })
    },
    async setAttribution(mallId, orderId, attribution) {
      await orders.updateOne(mallId, { _id: orderKey(mallId, orderId) }, { $set: { attribution } })
    },
    async keepToken(mallId, orderId, sendId, at) {
      const token = { _id: orderKey(mallId, orderId), mallId, sendId, at }
      await ignoringDuplicates(tokens.insertMany(mallId, [token]))
    },
    async tokensOf(mallId, orderIds) {
      const rows = await tokens.findByIds(mallId, keys(mallId, orderIds))
      return new Map(rows.map((row) => [row['_id'].slice(mallId.length + 1), row['sendId']]))
    },
    async ofRun(mallId, runId) {
      const ofRun = { 'attribution.sendId': { $gt: runId, $lt: `${runId}g` } }
      return sumOf(await orders.aggregate<RunOrderRow>(mallId, [{ $match: ofRun }, BY_HOUR]))
    },
    async ofSends(mallId, sendIds) {
      const found = await listed(orders.find(mallId, { 'attribution.sendId': { $in: [...sendIds] } }))
      return found.sort((a, b) => a.orderedAt.getTime() - b.orderedAt.getTime())
    },
  }
}

const WRITE_SIZE = 1_000

interface RunOrderRow {
  _id: { hour: string; cancelled: boolean; paid: boolean }
  orders: number
  netWon: number
}

const BY_HOUR = {
  $group: {
    _id: {
      hour: { $dateToString: { date: '$orderedAt', format: '%Y-%m-%dT%H', timezone: 'Asia/Seoul' } },
      cancelled: '$cancelled',
      paid: '$paid',
    },
    orders: { $sum: 1 },
    netWon: { $sum: '$netWon' },
  },
}

function sumOf(rows: readonly RunOrderRow[]): RunOrders {
  const sum: RunOrders = { orders: 0, netWon: 0, cancelled: 0, unpaid: 0, byHour: {} }
  for (const { _id, orders, netWon } of rows) {
    if (_id.cancelled) sum.cancelled += orders
    else if (!_id.paid) sum.unpaid += orders
    else {
      sum.orders += orders
      sum.netWon += netWon
      sum.byHour[_id.hour] = (sum.byHour[_id.hour] ?? 0) + orders
    }
  }
  return sum
}
