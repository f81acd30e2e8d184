import type { EndGroup } from '../../server/sends/ledger-rules'
import type { Hand } from './cap-hand'
import { type CapBatch, type CapRun, priceFrom, worstOf } from './cap-mall'
import type { CapModel } from './cap-model'
import type { Rolls } from './rolls'

/** What a history of steps is played on. */
export interface CapTable {
  mallId: string
  runs: CapRun[]
  batches: CapBatch[]
  model: CapModel
  /** Won above a cap, as far as it is sure. */
  wonOver: number
  /** Hand-overs that a cap turned away. */
  turnedAway: number
  /** Steps that did not do what they must. */
  wrong: string[]
}

/** Plays `steps` random steps with one pair of hands; `other` sometimes does the same end a second time beside it. */
export async function playSlot(
  table: CapTable,
  hand: Hand,
  other: Hand,
  rolls: Rolls,
  steps: number,
): Promise<void> {
  for (let i = 0; i < steps; i += 1) {
    const kind = rolls.share()
    if (kind < 0.45) await tryHandOver(table, hand, rolls)
    else if (kind < 0.55) await tryTakeBack(table, hand, rolls)
    else if (kind < 0.65) await tryAnswer(table, hand, rolls)
    else if (kind < 0.85) await tryEnd(table, [hand, other], rolls)
    else if (kind < 0.95) await setCap(table, hand, rolls)
    else rolls.one(table.runs).price = priceFrom(rolls)
  }
}

function take(table: CapTable, rolls: Rolls, states: CapBatch['state'][]): CapBatch | null {
  const free = table.batches.filter(({ busy, state }) => !busy && states.includes(state))
  if (free.length === 0) return null
  const batch = rolls.one(free)
  batch.busy = true
  return batch
}

async function tryHandOver(table: CapTable, hand: Hand, rolls: Rolls): Promise<void> {
  const batch = take(table, rolls, ['planned'])
  if (!batch) return
  const { mallId, model } = table
  const [priceWon, worstWon] = [batch.run.price.firstWon, worstOf(batch.run.price)]
  const count = rolls.between(1, batch.openIds.length)
  const claim = model.beginClaim(batch.run.budgetIds)
  const done = await hand({ kind: 'hand-over', mallId, batchId: batch.id, count, priceWon, worstWon })
  const left = done.outcome === 'stored'
  table.wonOver = Math.max(table.wonOver, model.endClaim(claim, left ? worstWon * done.goIds.length : 0))
  if (left) Object.assign(batch, { state: 'out', openIds: done.goIds, priceWon, worstWon })
  else if (done.outcome === 'full') table.turnedAway += 1
  else table.wrong.push(`hand-over: ${done.outcome}`)
  if (done.rest)
    table.batches.push({
      ...{ id: done.rest.batchId, run: batch.run, state: 'planned', openIds: done.rest.ids },
      ...{ priceWon: 0, worstWon: 0, busy: false },
    })
  batch.busy = false
}

async function tryTakeBack(table: CapTable, hand: Hand, rolls: Rolls): Promise<void> {
  const batch = take(table, rolls, ['out'])
  if (!batch) return
  table.model.sink(batch.run.budgetIds, batch.worstWon * batch.openIds.length)
  const { outcome } = await hand({ kind: 'take-back', mallId: table.mallId, batchId: batch.id })
  if (outcome !== 'done') table.wrong.push(`take-back: ${outcome}`)
  batch.state = 'planned'
  batch.busy = false
}

async function tryAnswer(table: CapTable, hand: Hand, rolls: Rolls): Promise<void> {
  const batch = take(table, rolls, ['out'])
  if (!batch) return
  const event = rolls.chance(0.7) ? 'accepted' : 'lost'
  const { outcome } = await hand({ kind: 'answer', mallId: table.mallId, batchId: batch.id, event })
  // A batch whose answer was lost before stays as it is.
  if (outcome === 'done' && event === 'accepted') batch.state = 'accepted'
  batch.busy = false
}

async function tryEnd(table: CapTable, hands: Hand[], rolls: Rolls): Promise<void> {
  const batch = take(table, rolls, ['out', 'accepted'])
  if (!batch) return
  await endSome(table, hands, rolls, { batch, count: rolls.between(1, batch.openIds.length) })
  batch.busy = false
}

/** Ends some of a batch as a relay's results would; now and then the same results come twice at the same time. */
export async function endSome(
  table: CapTable,
  [hand, other]: Hand[],
  rolls: Rolls,
  { batch, count }: { batch: CapBatch; count: number },
): Promise<void> {
  if (!hand) return
  const ids = batch.openIds.slice(0, count)
  const groups = ids.map((id): EndGroup => {
    const end = rolls.one(['delivered', 'delivered', 'failed', 'uncertain'] as const)
    if (end === 'delivered') return { ids: [id], end, reason: null }
    return { ids: [id], end: 'failed', reason: end === 'failed' ? 'not-friend' : 'uncertain' }
  })
  const charged = groups.filter(({ reason }) => reason !== 'not-friend').length
  table.model.sink(batch.run.budgetIds, batch.worstWon * count - batch.priceWon * charged)
  const step = { kind: 'end' as const, mallId: table.mallId, groups }
  const twice = other !== undefined && rolls.chance(0.2)
  const done = await Promise.all(twice ? [hand(step), other(step)] : [hand(step)])
  const ended = done.reduce((sum, each) => sum + each.ended, 0)
  if (ended !== count) table.wrong.push(`end: ${ended} of ${count}`)
  batch.openIds = batch.openIds.slice(count)
  if (batch.openIds.length === 0) batch.state = 'gone'
}

const changing = new WeakMap<CapModel, Set<string>>()

async function setCap({ mallId, model, runs }: CapTable, hand: Hand, rolls: Rolls): Promise<void> {
  const busy = changing.get(model) ?? new Set<string>()
  changing.set(model, busy)
  const budgetId = rolls.one(rolls.one(runs).budgetIds)
  if (busy.has(budgetId)) return
  busy.add(budgetId)
  const kept = model.purse(budgetId).surelyKept
  // Often close to what is kept, where a mistake would show, and sometimes below it.
  const capWon = rolls.chance(0.1) ? null : Math.max(1, kept + rolls.between(-200, 400))
  model.beginCap(budgetId, capWon)
  await hand({ kind: 'set-cap', mallId, budgetId, capWon })
  model.endCap(budgetId, capWon)
  busy.delete(budgetId)
}
