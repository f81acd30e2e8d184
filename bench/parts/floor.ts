import { Agent, type RequestListener } from 'node:http'
import type { ClientSession } from 'mongodb'
import { z } from 'zod'
import { openDatabase } from '../../config/database'
import { listenOnLoopback } from '../../sandbox/listen'
import { newId, sendIdOf } from '../../server/core/ids'
import { plannedBatch, plannedSend, SENDS_A_BATCH } from '../../server/sends/plan-writer'
import type { Batch, Send } from '../../server/sends/send'
import { budgetIdsOf } from '../../server/spend/spend-rules'
import { serveBench } from '../child'
import { benchRun, DAY, MAIN, type Place, START } from '../scene'
import { bareCall, bodyOfHundred } from '../wire'

const Setup = z.object({ people: z.number(), relayUrl: z.string() })
const ROWS_AT_ONCE = 1_000
const SLOTS = 4
const PRICE_WON = 25
const GROUP_ID = /"groupId":"([^"]+)"/
const SEALED = `v1.${'x'.repeat(60)}`

/** The bare driver calls and the bare HTTP calls of a run: no looks, no rules, no second thoughts. */
async function main(): Promise<void> {
  const connection = await openDatabase(process.env['MONGODB_URI'] ?? '')
  const sends = connection.collection<{ _id: string }>('sends')
  const batches = connection.collection<{ _id: string }>('batches')
  const budgets = connection.collection<{ _id: string }>('budgets')
  const tallies = connection.collection<{ _id: string }>('tallies')
  let scene = sceneOf(MAIN)
  const agent = new Agent({ keepAlive: true })
  let runs = 0
  let setup: z.infer<typeof Setup> = { people: 0, relayUrl: '' }
  const messages = await bodyOfHundred()

  let last: Promise<unknown> = Promise.resolve()
  /** One transaction after another: side by side they would only conflict on the same budgets. */
  const inTransaction = (work: (session: ClientSession) => Promise<unknown>) => {
    const mine = last.then(() => connection.transaction(work))
    last = mine.catch(() => undefined)
    return mine
  }

  const call = (method: 'POST' | 'PUT', path: string, body: string, alone = false) => {
    // As the product does: what lets a group go travels over a connection of its own.
    const way = alone ? new Agent({ keepAlive: false }) : agent
    return bareCall(new URL(`${setup.relayUrl}/messages/v4/groups${path}`), method, body, way)
  }

  async function plan(): Promise<void> {
    await budgets.insertMany(
      budgetIdsOf(scene.scope).map((_id) => ({
        _id,
        mallId: scene.scope.mallId,
        capWon: null,
        reservedWon: 0,
        chargedWon: 0,
        peakWon: 0,
      })),
    )
    const { mallId } = scene.scope
    await tallies.insertOne({
      _id: scene.run.id,
      mallId,
      waiting: setup.people,
      out: 0,
      unsettled: 0,
    } as never)
    for (let from = 0; from < setup.people; from += ROWS_AT_ONCE) {
      const count = Math.min(ROWS_AT_ONCE, setup.people - from)
      const rows = Array.from({ length: count }, (_, i) => rowOf(from + i))
      await sends.insertMany(rows.map(stored))
      await batches.insertMany(batchesOf(rows).map(stored))
    }
  }

  function rowOf(index: number): Send {
    const number = Math.floor(index / SENDS_A_BATCH) + 1
    const phoneKey = `${String(index * 7_919).padStart(10, '0')}${'k'.repeat(33)}`
    const facts = { productName: '무쇠 주물 냄비', moreItems: 1, cartWon: 54_000 }
    const decision = {
      memberId: `member-${index}`,
      phoneKey,
      send: { toSealed: SEALED, nameSealed: SEALED, facts },
    }
    return plannedSend(scene.run, decision, { index, batch: number, attempt: 1 })
  }

  function batchesOf(rows: Send[]): Batch[] {
    const numbers = [...new Set(rows.map(({ batch }) => batch))]
    return numbers.map((number) =>
      plannedBatch(
        scene.run,
        number,
        rows.filter(({ batch }) => batch === number).map(({ id }) => id),
        1,
      ),
    )
  }

  /** A report counts nothing when it is read, so the ledger counts along. */
  const countAlong = (by: Record<string, number>, session: ClientSession) =>
    tallies.updateOne({ _id: scene.run.id }, { $inc: by }, { session })

  async function dispatchOne(number: number): Promise<void> {
    const _id = `${scene.run.id}:${number}`
    const ids = idsOf(number)
    const lease = { owner: 'floor', until: START }
    await batches.updateOne(
      { _id, state: 'planned' },
      { $set: { state: 'leased', lease }, $inc: { fence: 1 } },
    )
    const opened = await call('POST', '', `{"allowDuplicates":false,"customFields":{"k":"${_id}"}}`)
    const [, groupId] = GROUP_ID.exec(opened) ?? []
    await call('PUT', `/${groupId}/messages`, messages)
    await inTransaction(async (session) => {
      const intent = { sendIds: ids, priceWon: PRICE_WON, reservedWon: PRICE_WON * ids.length, at: START }
      const set = { state: 'handed-over', intent, handedOverAt: START }
      await batches.updateOne({ _id, fence: 1 }, { $set: set }, { session })
      await budgets.updateMany(scene.purse, { $inc: { reservedWon: PRICE_WON * ids.length } }, { session })
      await countAlong({ waiting: -ids.length, out: ids.length }, session)
    })
    await call('POST', `/${groupId}/send`, '', true)
    await batches.updateOne(
      { _id, fence: 1 },
      { $set: { state: 'accepted', acceptedAt: START, lease: null } },
    )
  }

  async function settleOne(number: number): Promise<void> {
    const ids = idsOf(number)
    const won = PRICE_WON * ids.length
    await inTransaction(async (session) => {
      const ending = { end: 'delivered', endReason: null, endedAt: START, chargedWon: PRICE_WON }
      await sends.updateMany({ _id: { $in: ids }, end: null }, { $set: ending }, { session })
      const set = { state: 'settled', open: 0, 'intent.reservedWon': 0 }
      await batches.updateOne({ _id: `${scene.run.id}:${number}` }, { $set: set }, { session })
      await budgets.updateMany(scene.purse, { $inc: { reservedWon: -won, chargedWon: won } }, { session })
      await countAlong({ out: -ids.length, 'ended.delivered': ids.length, unsettled: -1 }, session)
    })
  }

  function idsOf(number: number): string[] {
    const from = (number - 1) * SENDS_A_BATCH
    const count = Math.min(SENDS_A_BATCH, setup.people - from)
    return Array.from({ length: count }, (_, i) => sendIdOf(scene.run.id, from + i))
  }

  /** Results come as the product gets them: for each hundred one call, whose answer waits until they are stored. */
  let told = 0
  let settled = 0
  async function take(results: unknown[]): Promise<void> {
    told += results.length
    const due: number[] = []
    while (settled * SENDS_A_BATCH < Math.min(told, setup.people)) due.push(++settled)
    for (const number of due) await settleOne(number)
  }

  const inSlots = async (work: (number: number) => Promise<void>) => {
    const count = Math.ceil(setup.people / SENDS_A_BATCH)
    let next = 1
    const slot = async () => {
      while (next <= count) await work(next++)
    }
    await Promise.all(Array.from({ length: SLOTS }, slot))
  }
  const timed = async (work: () => Promise<void>) => {
    const began = performance.now()
    await work()
    return { ms: performance.now() - began }
  }

  serveBench({
    /** Each set-up is a run of a mall of its own. */
    setUp(input) {
      setup = Setup.parse(input)
      runs += 1
      scene = sceneOf({ ...MAIN, mallId: `${MAIN.mallId}-${runs}` })
      told = 0
      settled = 0
    },
    listen: async () => ({ url: (await listenOnLoopback(bareListener(take), 0)).url }),
    plan: () => timed(plan),
    dispatch: () => timed(() => inSlots(dispatchOne)),
    settled: () => ({ batches: settled }),
  })
}

/** Reads the JSON list of each call, hands it on and answers. */
function bareListener(take: (results: unknown[]) => Promise<void>): RequestListener {
  return (req, res) => {
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.on('end', async () => {
      await take(JSON.parse(Buffer.concat(chunks).toString('utf8')))
      res.end()
    })
  }
}

/** A run and its budgets. */
function sceneOf(place: Place) {
  const run = benchRun(newId(START), place)
  const { mallId, campaignId } = place
  const scope = { mallId, campaignId, runId: run.id, runDay: DAY }
  return { run, scope, purse: { mallId, _id: { $in: budgetIdsOf(scope) } } }
}

function stored<T extends { id: string }>({ id, ...rest }: T) {
  return { _id: id, ...rest }
}

void main()
