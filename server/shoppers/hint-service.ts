import type { Clock } from '../core/clock'
import type { Logger } from '../core/logger'
import type { Hint } from '../malls/hint'
import type { HintStore } from '../malls/hint-store'
import type { Leases } from '../malls/lease-store'
import type { Mall, MallId } from '../malls/mall'
import {
  type CartLineRow,
  MallApiError,
  type MallClient,
  type OrderRow,
  type ShopAccess,
} from '../malls/mall-client'
import type { ProductFact } from './facts-rules'
import type { LearnService } from './learn-service'
import { syncLease } from './sync-rules'

/** Works what webhooks and storefronts told: each thing is read again from the mall and learned. */
export interface HintService {
  /** Works the hints whose turn has come. True when more are waiting. */
  runDue(): Promise<boolean>
}

interface Parts {
  hints: HintStore
  malls: { find(mallId: MallId): Promise<Mall | null>; uninstall(mall: Mall): Promise<void> }
  clientOf: (mall: Mall) => MallClient
  accessOf: (mall: Mall) => ShopAccess
  learn: LearnService
  leases: Leases
  /** Told when a storefront saw an order come in by a tracked link; the token is unchecked. */
  onTrail: (mallId: MallId, trail: { orderId: string; token: string }) => Promise<void>
  clock: Clock
  logger: Logger
}

/** A mall that one turn works for. */
interface Turn {
  mall: Mall
  client: MallClient
  shop: ShopAccess
}

const HINTS_A_TURN = 200
const LEASE_MS = 60_000
/** Cafe24 takes at most 100 ids a call. */
const IDS_A_CALL = 100
const RETRY_MS = 2_000
/** The nightly pull heals what is given up after that many tries, an hour and more. */
const MOST_ATTEMPTS = 10

/** Hints wait in the database, so that a crash loses none; carts and members wait while a pull reads them anyway. */
export function createHintService(parts: Parts): HintService {
  const { hints, malls, leases, logger } = parts

  async function workMall(mallId: MallId, due: Hint[]): Promise<void> {
    const mall = await malls.find(mallId)
    if (mall?.state !== 'connected') return hints.finish(mallId, idsOf(due))
    const turn: Turn = { mall, client: parts.clientOf(mall), shop: parts.accessOf(mall) }
    const orders = due.filter((hint) => hint.kind === 'order')
    const people = due.filter((hint) => hint.kind === 'cart' || hint.kind === 'member')
    const ends = due.filter((hint) => hint.kind === 'uninstall')
    await settled(turn, ends, () => checkInstalled(parts, turn))
    await settled(turn, orders, () => workOrders(parts, turn, orders))
    if (people.length === 0) return
    const worked = await leases.hold(syncLease(mallId), LEASE_MS, async () => {
      await settled(turn, people, () => workPeople(parts, turn, people))
      return true
    })
    if (!worked) await hints.postpone(mallId, idsOf(people), RETRY_MS, false)
  }

  /** Does work and ends its hints; what passes by itself gives them another turn. */
  async function settled({ mall }: Turn, worked: Hint[], work: () => Promise<void>): Promise<void> {
    if (worked.length === 0) return
    try {
      await work()
      await hints.finish(mall.id, idsOf(worked))
    } catch (cause) {
      if (!(cause instanceof MallApiError)) throw cause
      logger.warn(
        { mallId: mall.id, refusal: cause.refusal, context: cause.context },
        'hints could not be worked',
      )
      if (cause.refusal === 'uninstalled') await malls.uninstall(mall)
      const attempts = Math.max(...worked.map((hint) => hint.attempts))
      if (cause.refusal !== 'transient' || attempts >= MOST_ATTEMPTS)
        await hints.finish(mall.id, idsOf(worked))
      else await hints.postpone(mall.id, idsOf(worked), RETRY_MS * 2 ** attempts, true)
    }
  }

  return {
    async runDue() {
      const due = await hints.due(HINTS_A_TURN)
      const byMall = new Map<MallId, Hint[]>()
      for (const hint of due) byMall.set(hint.mallId, [...(byMall.get(hint.mallId) ?? []), hint])
      for (const [mallId, found] of byMall) {
        const held = await leases.hold(`hints:${mallId}`, LEASE_MS, async () => {
          await workMall(mallId, found)
          return true
        })
        if (!held) await hints.postpone(mallId, idsOf(found), RETRY_MS, false)
      }
      return due.length === HINTS_A_TURN
    },
  }
}

async function checkInstalled(parts: Parts, { mall, client, shop }: Turn): Promise<void> {
  if (!(await client.isInstalled(shop))) await parts.malls.uninstall(mall)
}

/** Orders are learned at once; the carts of who ordered are read again in their own turn. */
async function workOrders(parts: Parts, { mall, client, shop }: Turn, due: Hint[]): Promise<void> {
  for (const { subject, trail } of due) {
    if (trail !== null) await parts.onTrail(mall.id, { orderId: subject, token: trail })
  }
  const rows: OrderRow[] = []
  for (const orderId of new Set(due.map((hint) => hint.subject))) {
    const row = await client.order(shop, orderId)
    if (row) rows.push(row)
  }
  await parts.learn.orders(mall, rows, 'webhook')
  const memberIds = [...new Set(rows.flatMap((row) => row.memberId ?? []))]
  await parts.learn.recount(mall, memberIds)
  await parts.hints.add(
    mall.id,
    due.flatMap((hint) => {
      const memberId = rows.find((row) => row.orderId === hint.subject)?.memberId
      const cart = { ...hint, kind: 'cart' as const, trail: null, attempts: 0 }
      return memberId ? [{ ...cart, id: `${hint.id}:cart`, subject: memberId }] : []
    }),
  )
}

async function workPeople(parts: Parts, turn: Turn, due: Hint[]): Promise<void> {
  const memberIds = [...new Set(due.map((hint) => hint.subject))]
  const renewed = new Set(due.filter((hint) => hint.kind === 'member').map((hint) => hint.subject))
  for (let at = 0; at < memberIds.length; at += IDS_A_CALL) {
    await workCarts(parts, turn, memberIds.slice(at, at + IDS_A_CALL), renewed)
  }
}

async function workCarts(
  parts: Parts,
  turn: Turn,
  memberIds: string[],
  renewed: ReadonlySet<string>,
): Promise<void> {
  const { mall, client, shop } = turn
  const lines: CartLineRow[] = []
  for await (const page of client.cartLines(shop, memberIds)) lines.push(...page.rows)
  const products = await readProducts(parts, turn, lines)
  const strangers: string[] = []
  for (const memberId of memberIds) {
    const cart = lines.filter((line) => line.memberId === memberId)
    const isKnown = !renewed.has(memberId) && (await parts.learn.cart(mall, memberId, cart, products))
    if (!isKnown) strangers.push(memberId)
  }
  if (strangers.length === 0) return
  const { rows } = await client.membersById(shop, strangers)
  const carts = lines.filter((line) => strangers.includes(line.memberId))
  await parts.learn.members(mall, { rows, carts, products, orders: null, source: 'webhook' })
}

async function readProducts(
  parts: Parts,
  { mall, client, shop }: Turn,
  lines: CartLineRow[],
): Promise<Map<number, ProductFact>> {
  const products = new Map<number, ProductFact>()
  const productNos = [...new Set(lines.map((line) => line.productNo))]
  for await (const page of client.products(shop, productNos)) {
    for (const [productNo, fact] of await parts.learn.products(mall, page.rows)) products.set(productNo, fact)
  }
  for (const productNo of productNos)
    if (!products.has(productNo)) products.set(productNo, { name: '', sellable: false })
  return products
}

function idsOf(hints: readonly Hint[]): string[] {
  return hints.map((hint) => hint.id)
}
