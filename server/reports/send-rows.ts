import { sendIdOf } from '../core/ids'
import type { MallId } from '../malls/mall'
import type { BatchStore } from '../sends/batch-store'
import { type Batch, batchIdOf, type Send } from '../sends/send'
import type { SendStore } from '../sends/send-store'
import type { ClickStore } from '../tracking/click-store'
import type { OrderStore } from '../tracking/order-store'
import type { SendRow } from './people'

/** Where sends and what hangs on them are read. */
export interface SendRowParts {
  sends: Pick<SendStore, 'byIds'>
  batches: Pick<BatchStore, 'byId'>
  clicks: Pick<ClickStore, 'ofSends'>
  orders: Pick<OrderStore, 'ofSends'>
}

/** Sends of a run are read in windows of this many: their ids are known without asking (core/ids). */
export const WINDOW = 100

/**
 * The sends `from` … `from + WINDOW − 1` of a run in plan order, with all that hangs on them; empty behind the last one.
 * By id, because the default database reads a whole index range however small the limit (reference/database.md).
 */
export async function readSendRows(
  parts: SendRowParts,
  place: { mallId: MallId; runId: string; from: number },
): Promise<SendRow[]> {
  const { mallId, runId, from } = place
  const ids = Array.from({ length: WINDOW }, (_, i) => sendIdOf(runId, from + i))
  const [found, clicks, orders] = await Promise.all([
    parts.sends.byIds(mallId, ids),
    parts.clicks.ofSends(mallId, ids),
    parts.orders.ofSends(mallId, ids),
  ])
  const batches = await batchesOf(parts, mallId, runId, found)
  const clicksOf = groupBy(clicks, ({ sendId }) => sendId)
  const ordersOf = groupBy(orders, ({ attribution }) => attribution?.sendId ?? '')
  return found
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((send) => ({
      send,
      batch: batches.get(send.batch) ?? null,
      clicks: clicksOf.get(send.id) ?? [],
      orders: ordersOf.get(send.id) ?? [],
    }))
}

async function batchesOf(
  parts: SendRowParts,
  mallId: MallId,
  runId: string,
  sends: readonly Send[],
): Promise<Map<number, Batch>> {
  const numbers = [...new Set(sends.map(({ batch }) => batch))]
  const found = await Promise.all(
    numbers.map((number) => parts.batches.byId(mallId, batchIdOf(runId, number))),
  )
  return new Map(found.flatMap((batch) => (batch ? [[batch.number, batch]] : [])))
}

function groupBy<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const key = keyOf(row)
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return groups
}
