import type { DecisionStore } from '../campaigns/decision-store'
import type { Keyring } from '../core/crypto'
import type { MallId } from '../malls/mall'
import type { BatchStore } from '../sends/batch-store'
import { type Batch, type BatchState, batchIdOf, type Send } from '../sends/send'
import type { SendStore } from '../sends/send-store'
import type { Shopper } from '../shoppers/shopper'
import type { ShopperStore } from '../shoppers/shopper-store'
import type { ClickStore } from '../tracking/click-store'
import type { OrderStore } from '../tracking/order-store'
import type { Order } from '../tracking/tracking'
import type { PeopleSource, RunPerson } from './people'

/** What lists of people are read from. */
export interface PeopleSourceParts {
  decisions: Pick<DecisionStore, 'page'>
  sends: Pick<SendStore, 'ofRun' | 'byIds'>
  batches: Pick<BatchStore, 'byId'>
  clicks: Pick<ClickStore, 'clickedSends' | 'ofSends'>
  orders: Pick<OrderStore, 'listOfRun' | 'ofSends'>
  shoppers: Pick<ShopperStore, 'byMemberIds'>
  keyring: Pick<Keyring, 'forMall'>
}

const ROWS_AT_ONCE = 500

/** Which rows of one source to read: at most `limit`, beginning behind the row `after`. */
export interface SourceRead {
  mallId: MallId
  runId: string
  source: PeopleSource
  after: string | undefined
  limit: number
}

/** The people of one source in its own order. */
export async function readSource(parts: PeopleSourceParts, read: SourceRead): Promise<RunPerson[]> {
  const { source } = read
  switch (source.from) {
    case 'decisions':
      return decidedPeople(parts, { ...read, source })
    case 'sends':
      return sentPeople(parts, read, await sendsOf(parts, { ...read, source }), ({ phoneKey }) => phoneKey)
    case 'taken': {
      const taken: Sieve = ({ id }, batch) => batch?.intent?.sendIds.includes(id) ?? false
      return sentPeople(parts, read, await sieved(parts, read, 'failed', taken), ({ phoneKey }) => phoneKey)
    }
    case 'open': {
      const { states } = source
      const inState: Sieve = (_send, batch) => batch !== undefined && states.includes(batch.state)
      return sentPeople(parts, read, await sieved(parts, read, null, inState), ({ phoneKey }) => phoneKey)
    }
    case 'clicks': {
      const { mallId, runId, after, limit } = read
      const clicked = await parts.clicks.clickedSends(mallId, runId, { after, limit })
      const ids = clicked.map(({ sendId }) => sendId)
      const sends = new Map((await parts.sends.byIds(mallId, ids)).map((send) => [send.id, send]))
      return sentPeople(
        parts,
        read,
        ids.flatMap((id) => sends.get(id) ?? []),
        ({ id }) => id,
      )
    }
    case 'orders':
      return orderedPeople(parts, { ...read, source })
  }
}

async function decidedPeople(
  parts: PeopleSourceParts,
  read: SourceRead & { source: PeopleSource & { from: 'decisions' } },
): Promise<RunPerson[]> {
  const { mallId, runId, source, after, limit } = read
  const { reason } = source
  const from = after === undefined ? {} : { after }
  const decisions = await parts.decisions.page(mallId, runId, reason, { ...from, limit })
  const shoppers = await parts.shoppers.byMemberIds(
    mallId,
    decisions.map(({ memberId }) => memberId),
  )
  const byMember = new Map(shoppers.map((shopper) => [shopper.memberId, shopper]))
  return decisions.map(({ memberId, detail }) => ({
    key: memberId,
    memberId,
    ...contactOf(parts, mallId, byMember.get(memberId)),
    stands: { as: 'decided', reason, detail },
    clickedAt: null,
    order: null,
  }))
}

function contactOf(parts: PeopleSourceParts, mallId: MallId, shopper: Shopper | undefined) {
  const keys = parts.keyring.forMall(mallId)
  const phone = shopper?.phoneSealed ? keys.open(shopper.phoneSealed) : null
  return { name: shopper ? keys.open(shopper.nameSealed) : null, phone }
}

async function sendsOf(
  parts: PeopleSourceParts,
  { mallId, runId, source, after, limit }: SourceRead & { source: PeopleSource & { from: 'sends' } },
): Promise<Send[]> {
  const reason = source.reason as Send['endReason'] | undefined
  return parts.sends.ofRun(mallId, runId, {
    limit,
    ...(after === undefined ? {} : { after }),
    ...(source.end === undefined ? {} : { end: source.end }),
    ...(reason === undefined || reason === null ? {} : { endReason: reason }),
  })
}

/** What a row's batch tells about it. */
type Sieve = (send: Send, batch: Batch | undefined) => boolean

/** Rows that only their batch can judge: read on until enough fit. */
async function sieved(
  parts: PeopleSourceParts,
  { mallId, runId, after, limit }: SourceRead,
  end: 'failed' | null,
  fits: Sieve,
): Promise<Send[]> {
  const fitting: Send[] = []
  const batches: Batches = new Map()
  let from = after
  for (;;) {
    const some = await parts.sends.ofRun(mallId, runId, {
      end,
      limit: ROWS_AT_ONCE,
      ...(from === undefined ? {} : { after: from }),
    })
    await learnBatches(parts, { mallId, runId, sends: some, batches })
    for (const send of some) {
      if (fits(send, batches.get(send.batch))) fitting.push(send)
      if (fitting.length === limit) return fitting
    }
    const last = some.at(-1)
    if (!last || some.length < ROWS_AT_ONCE) return fitting
    from = last.phoneKey
  }
}

type Batches = Map<number, Batch>

async function learnBatches(
  parts: PeopleSourceParts,
  {
    mallId,
    runId,
    sends,
    batches,
  }: { mallId: MallId; runId: string; sends: readonly Send[]; batches: Batches },
): Promise<void> {
  const wanted = new Set(sends.map(({ batch }) => batch).filter((number) => !batches.has(number)))
  const found = await Promise.all(
    [...wanted].map((number) => parts.batches.byId(mallId, batchIdOf(runId, number))),
  )
  for (const batch of found) if (batch) batches.set(batch.number, batch)
}

async function sentPeople(
  parts: PeopleSourceParts,
  { mallId, runId }: Pick<SourceRead, 'mallId' | 'runId'>,
  sends: readonly Send[],
  keyOf: (send: Send) => string,
): Promise<RunPerson[]> {
  if (sends.length === 0) return []
  const ids = sends.map(({ id }) => id)
  const open = sends.filter(({ end }) => end === null)
  const batches: Batches = new Map()
  const [clicks, orders] = await Promise.all([
    parts.clicks.ofSends(mallId, ids),
    parts.orders.ofSends(mallId, runId, ids),
    learnBatches(parts, { mallId, runId, sends: open, batches }),
  ])
  // Oldest first, so the last one set for a send is its first click.
  const clickedAt = new Map([...clicks].reverse().map((click) => [click.sendId, click.at]))
  const orderOf = new Map(orders.map((order) => [order.attribution?.sendId, order]))
  return sends.map((send) => ({
    key: keyOf(send),
    ...personOf(parts, send, batches.get(send.batch)?.state ?? 'planned'),
    clickedAt: clickedAt.get(send.id) ?? null,
    order: orderView(orderOf.get(send.id)),
  }))
}

async function orderedPeople(
  parts: PeopleSourceParts,
  { mallId, runId, source, after, limit }: SourceRead & { source: PeopleSource & { from: 'orders' } },
): Promise<RunPerson[]> {
  const orders = await parts.orders.listOfRun(mallId, runId, { counted: source.counted, after, limit })
  const sendIds = orders.map((order) => order.attribution?.sendId ?? '')
  const sends = new Map((await parts.sends.byIds(mallId, sendIds)).map((send) => [send.id, send]))
  return orders.flatMap((order) => {
    const send = sends.get(order.attribution?.sendId ?? '')
    if (!send) return []
    const clickedAt = order.attribution?.clickAt ?? null
    return [{ key: order.id, ...personOf(parts, send, 'accepted'), clickedAt, order: orderView(order) }]
  })
}

function personOf(
  parts: PeopleSourceParts,
  send: Send,
  batch: BatchState,
): Pick<RunPerson, 'memberId' | 'name' | 'phone' | 'stands'> {
  const keys = parts.keyring.forMall(send.mallId)
  const { end, endReason, endedAt } = send
  return {
    memberId: send.memberId,
    name: keys.open(send.nameSealed),
    phone: keys.open(send.toSealed),
    stands: end === null ? { as: 'open', batch } : { as: 'ended', end, reason: endReason, at: endedAt },
  }
}

function orderView(order: Order | undefined): RunPerson['order'] {
  if (!order) return null
  const { orderId, orderedAt, netWon, cancelled, paid } = order
  return { orderId, at: orderedAt, netWon, cancelled, paid }
}
