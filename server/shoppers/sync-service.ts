import type { Clock } from '../core/clock'
import { newSecret } from '../core/ids'
import type { Logger } from '../core/logger'
import { addDays, kstDay, startOfKstDay } from '../core/seoul'
import type { Leases } from '../malls/lease-store'
import type { Mall, MallId, SyncProgress } from '../malls/mall'
import type { CartLineRow, MallClient, MemberRow, Page, ShopAccess } from '../malls/mall-client'
import type { ProductFact } from './facts-rules'
import type { LearnService } from './learn-service'
import { createOrderTally } from './order-tally'
import { inGroups, pagesAhead } from './pages-ahead'
import { fullPullDue, ordersFrom, progressAt, syncLease } from './sync-rules'

/** The nightly pull as truth: everything that a mall tells, read in order under one lease a mall. */
export interface SyncService {
  /** Pulls every mall whose nightly pull is due, the longest waiting first, until `ending`. False: nothing more is due now. */
  runDue(now: Date, ending?: AbortSignal): Promise<boolean>
  /** Pulls one mall now, unless somebody is at it or `ending` comes before its end; false then. */
  fullPull(mall: Mall, ending?: AbortSignal): Promise<boolean>
}

interface Parts {
  malls: {
    connected(): Promise<Mall[]>
    setSync(mallId: MallId, fence: number, sync: SyncProgress): Promise<void>
  }
  clientOf: (mall: Mall) => MallClient
  accessOf: (mall: Mall) => ShopAccess
  learn: LearnService
  leases: Leases
  clock: Clock
  logger: Logger
}

const LEASE_MS = 60_000
/** Cafe24 takes at most 100 ids a call. */
const IDS_A_CALL = 100
const FOLD_GROUP = 1_000
/** As many as the mall's client lets through at once. */
const READERS = 2

export function createSyncService(parts: Parts): SyncService {
  const { malls, leases, logger } = parts

  async function fullPull(mall: Mall, ending?: AbortSignal): Promise<boolean> {
    const owner = newSecret(9)
    const fence = await leases.acquire(syncLease(mall.id), owner, LEASE_MS)
    if (fence === null) return false
    const report = createReport(parts, mall, async (sync) => {
      if (ending?.aborted && sync.state === 'running') throw new PullLeft()
      if (!(await leases.renew(syncLease(mall.id), owner, fence, LEASE_MS)))
        throw new Error('The sync lease was lost')
      await malls.setSync(mall.id, fence, sync)
    })
    try {
      await pull(parts, mall, report)
      await report.end()
      logger.info({ mallId: mall.id, members: report.members, malformed: report.malformed }, 'full pull done')
    } catch (cause) {
      // The next worker begins it anew: what was read is learned, and nothing failed.
      if (cause instanceof PullLeft) return false
      await report.fail(cause)
      throw cause
    } finally {
      await leases.release(syncLease(mall.id), owner, fence)
    }
    return true
  }

  return {
    fullPull,
    async runDue(now, ending) {
      const due = (await malls.connected()).filter((mall) => fullPullDue(mall, now))
      due.sort((a, b) => (a.sync.fullPullAt?.getTime() ?? 0) - (b.sync.fullPullAt?.getTime() ?? 0))
      for (const mall of due) {
        if (ending?.aborted) return false
        await fullPull(mall, ending).catch((cause: unknown) =>
          logger.warn({ mallId: mall.id, err: cause }, 'full pull stopped; it is tried again'),
        )
      }
      return false
    },
  }
}

/** The process ends in the middle of a pull. */
class PullLeft extends Error {}

async function pull(parts: Parts, mall: Mall, report: Report): Promise<void> {
  const client = parts.clientOf(mall)
  const shop = parts.accessOf(mall)
  const now = parts.clock.now()
  // A mall whose clock runs ahead of ours loses nothing: the window ends with tomorrow.
  const until = new Date(startOfKstDay(addDays(kstDay(now), 2)).getTime() - 1)
  const from = ordersFrom(mall, now)
  const counts = await client.counts(shop, from, until)
  const orders = createOrderTally()
  await report.begin('orders', counts.orders)
  for (const by of ['ordered', 'cancelled'] as const) {
    for await (const page of pagesAhead(client.orders(shop, from, until, by))) {
      orders.add(page.rows)
      await parts.learn.orders(mall, page.rows, 'pull')
      await report.add(by === 'ordered' ? page : { rows: [], malformed: page.malformed })
    }
  }
  await report.begin('members', counts.members)
  const products = new Map<number, ProductFact>()
  const source = { parts, mall, client, shop, report, products }
  for await (const { chunk, carts } of pagesAhead(chunksWithCarts(source))) {
    await parts.learn.members(mall, { rows: chunk.rows, carts, products, orders, source: 'pull' })
    await report.add(chunk)
  }
}

interface Source {
  parts: Parts
  mall: Mall
  client: MallClient
  shop: ShopAccess
  report: Report
  /** Read by this pull: names and stock are of today. */
  products: Map<number, ProductFact>
}

async function* chunksWithCarts(source: Source) {
  for await (const chunk of inGroups(source.client.members(source.shop), FOLD_GROUP)) {
    const carts = await readCarts(source, chunk.rows)
    await readProducts(source, carts)
    yield { chunk, carts }
  }
}

async function readCarts(source: Source, members: MemberRow[]): Promise<CartLineRow[]> {
  const { client, shop, report } = source
  const lines: CartLineRow[] = []
  let next = 0
  const readOn = async () => {
    while (next < members.length) {
      const ids = members.slice(next, next + IDS_A_CALL).map((member) => member.memberId)
      next += IDS_A_CALL
      for await (const page of client.cartLines(shop, ids)) {
        lines.push(...page.rows)
        await report.add({ rows: [], malformed: page.malformed })
      }
    }
  }
  await Promise.all(Array.from({ length: READERS }, readOn))
  return lines
}

async function readProducts(
  { parts, mall, client, shop, products }: Source,
  carts: CartLineRow[],
): Promise<void> {
  const missing = new Set(carts.map((line) => line.productNo).filter((productNo) => !products.has(productNo)))
  if (missing.size === 0) return
  // What the mall does not know any more cannot be bought.
  for (const productNo of missing) products.set(productNo, { name: '', sellable: false })
  for await (const page of client.products(shop, [...missing])) {
    for (const [productNo, fact] of await parts.learn.products(mall, page.rows)) products.set(productNo, fact)
  }
}

/** Where a pull stands, written at most once a machine second. */
interface Report {
  members: number
  malformed: number
  begin(step: NonNullable<SyncProgress['step']>, total: number | null): Promise<void>
  add(page: Page<unknown>): Promise<void>
  end(): Promise<void>
  fail(cause: unknown): Promise<void>
}

function createReport(parts: Parts, mall: Mall, write: (sync: SyncProgress) => Promise<void>): Report {
  const startedAt = parts.clock.now()
  let step: SyncProgress['step'] = null
  let stepAt = startedAt
  let total: number | null = null
  let done = 0
  let writtenMs = 0
  const progress = () => progressAt({ mall, startedAt, step, stepAt, done, total, now: parts.clock.now() })
  const report: Report = {
    members: 0,
    malformed: 0,
    async begin(next, count) {
      step = next
      stepAt = parts.clock.now()
      total = count
      done = 0
      await write(progress())
    },
    async add(page) {
      done += page.rows.length
      if (step === 'members') report.members = done
      report.malformed += page.malformed
      const now = performance.now()
      if (now - writtenMs < 1_000) return
      writtenMs = now
      await write(progress())
    },
    async end() {
      const now = parts.clock.now()
      await write({
        ...progress(),
        state: 'done',
        step: null,
        finishesAt: null,
        finishedAt: now,
        fullPullAt: startedAt,
      })
    },
    async fail(cause) {
      const problem = cause instanceof Error && 'code' in cause ? String(cause.code) : 'failed'
      await write({
        ...progress(),
        state: 'failed',
        finishesAt: null,
        finishedAt: parts.clock.now(),
        problem,
      }).catch(() => undefined)
    },
  }
  return report
}
