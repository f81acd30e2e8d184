import type { DecisionStore } from '../campaigns/decision-store'
import type { Keyring } from '../core/crypto'
import type { MallId } from '../malls/mall'
import type { BatchStore } from '../sends/batch-store'
import { type BatchState, batchIdOf, type Send } from '../sends/send'
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
  sends: Pick<SendStore, 'ofRun' | 'byId'>
  batches: Pick<BatchStore, 'byId'>
  clicks: Pick<ClickStore, 'clickedSends' | 'ofSends'>
  orders: Pick<OrderStore, 'listOfRun' | 'ofSends'>
  shoppers: Pick<ShopperStore, 'byMemberIds'>
  keyring: Pick<Keyring, 'forMall'>
}

const OPEN_AT_ONCE = 500

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
    case 'open':
      return sentPeople(parts, read, await openSends(parts, { ...read, source }), ({ phoneKey }) => phoneKey)
    case 'clicks': {
      const { mallId, runId, after, limit } = read
      const clicked = await parts.clicks.clickedSends(mallId, runId, { after, limit })
      const sends = await sendsByIds(
        parts,
        mallId,
        clicked.map(({ sendId }) => sendId),
      )
      return sentPeople(parts, read, sends, ({ id }) => id)
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

/** Sends without an end whose batch is in one of the states: the batch knows, so rows are read until enough fit. */
async function openSends(
  parts: PeopleSourceParts,
  { mallId, runId, source, after, limit }: SourceRead & { source: PeopleSource & { from: 'open' } },
): Promise<Send[]> {
  const fitting: Send[] = []
  const states = new Map<number, BatchState | null>()
  let from = after
  for (;;) {
    const some = await parts.sends.ofRun(mallId, runId, {
      end: null,
      limit: OPEN_AT_ONCE,
      ...(from === undefined ? {} : { after: from }),
    })
    await learnStates(parts, { mallId, runId, sends: some, states })
    for (const send of some) {
      const state = states.get(send.batch)
      if (state && source.states.includes(state)) fitting.push(send)
      if (fitting.length === limit) return fitting
    }
    const last = some.at(-1)
    if (!last || some.length < OPEN_AT_ONCE) return fitting
    from = last.phoneKey
  }
}

async function learnStates(
  parts: PeopleSourceParts,
  {
    mallId,
    runId,
    sends,
    states,
  }: { mallId: MallId; runId: string; sends: readonly Send[]; states: Map<number, BatchState | null> },
): Promise<void> {
  const unknown = [...new Set(sends.filter(({ end }) => end === null).map(({ batch }) => batch))]
  const wanted = unknown.filter((number) => !states.has(number))
  const batches = await Promise.all(
    wanted.map((number) => parts.batches.byId(mallId, batchIdOf(runId, number))),
  )
  wanted.forEach((number, i) => {
    states.set(number, batches[i]?.state ?? null)
  })
}

async function sendsByIds(parts: PeopleSourceParts, mallId: MallId, ids: readonly string[]): Promise<Send[]> {
  const found = await Promise.all(ids.map((id) => parts.sends.byId(mallId, id)))
  return found.filter((send) => send !== null)
}

async function sentPeople(
  parts: PeopleSourceParts,
  { mallId, runId }: Pick<SourceRead, 'mallId' | 'runId'>,
  sends: readonly Send[],
  keyOf: (send: Send) => string,
): Promise<RunPerson[]> {
  if (sends.length === 0) return []
  const ids = sends.map(({ id }) => id)
  const states = new Map<number, BatchState | null>()
  const [clicks, orders] = await Promise.all([
    parts.clicks.ofSends(mallId, ids),
    parts.orders.ofSends(mallId, runId, ids),
    learnStates(parts, { mallId, runId, sends, states }),
  ])
  // Oldest first, so the last one set for a send is its first click.
  const clickedAt = new Map([...clicks].reverse().map((click) => [click.sendId, click.at]))
  const orderOf = new Map(orders.map((order) => [order.attribution?.sendId, order]))
  return sends.map((send) => ({
    key: keyOf(send),
    ...personOf(parts, send, states.get(send.batch) ?? 'planned'),
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
  const sends = new Map((await sendsByIds(parts, mallId, sendIds)).map((send) => [send.id, send]))
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
