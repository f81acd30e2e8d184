import { endSome, tellLateNews } from './cap-ends'
import type { Hand } from './cap-hand'
import { type CapBatch, type CapRun, priceFrom, reservedOf, worstOf } from './cap-mall'
import type { CapModel } from './cap-model'
import type { Rolls } from './rolls'

const TEXTS_FIRST = 0.6

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
    if (kind < 0.43) await tryHandOver(table, hand, rolls)
    else if (kind < 0.53) await tryTakeBack(table, hand, rolls)
    else if (kind < 0.61) await tryAnswer(table, hand, rolls)
    else if (kind < 0.82) await tryEnd(table, [hand, other], rolls)
    else if (kind < 0.85) await tryLateNews(table, hand, rolls)
    else if (kind < 0.95) await setCap(table, hand, rolls)
    else rolls.one(table.runs).price = priceFrom(rolls)
  }
}

function take(
  table: CapTable,
  rolls: Rolls,
  states: CapBatch['state'][],
  only?: CapBatch['step'],
): CapBatch | null {
  const free = table.batches.filter(
    ({ busy, state, step }) => !busy && states.includes(state) && step === (only ?? step),
  )
  if (free.length === 0) return null
  // Texts are few: without a preference most would only wait for the end.
  const texts = free.filter(({ step }) => step === 2)
  const batch = rolls.one(texts.length > 0 && rolls.chance(TEXTS_FIRST) ? texts : free)
  batch.busy = true
  return batch
}

/** What a hand-over of this batch costs now: texts may have become dearer or cheaper than what is kept for them. */
function costOf({ step, run, keptEachWon }: CapBatch, rolls: Rolls): { priceWon: number; worstWon: number } {
  if (step === 1) return { priceWon: run.price.firstWon, worstWon: worstOf(run.price) }
  const textWon = rolls.between(1, keptEachWon + rolls.between(0, 60))
  return { priceWon: textWon, worstWon: textWon }
}

async function tryHandOver(table: CapTable, hand: Hand, rolls: Rolls): Promise<void> {
  const batch = take(table, rolls, ['planned'])
  if (!batch) return
  const { mallId, model } = table
  const { budgetIds } = batch.run
  const cost = costOf(batch, rolls)
  const count = rolls.between(1, batch.openIds.length)
  const moreWon = (cost.worstWon - batch.keptEachWon) * count
  // What a cheaper text gives back is free at some instant of this step.
  if (moreWon < 0) model.sink(budgetIds, -moreWon)
  const claim = model.beginClaim(budgetIds)
  const done = await hand({ kind: 'hand-over', mallId, batchId: batch.id, count, ...cost })
  const left = done.outcome === 'stored'
  table.wonOver = Math.max(table.wonOver, model.endClaim(claim, left ? Math.max(0, moreWon) : 0))
  const mayBeFull = done.outcome === 'full' && moreWon > 0
  if (mayBeFull) table.turnedAway += 1
  else if (!left || done.goIds.length !== count)
    table.wrong.push(`hand-over: ${done.outcome}, ${done.goIds.length} of ${count}`)
  if (done.rest) table.batches.push({ ...batch, id: done.rest.batchId, openIds: done.rest.ids, busy: false })
  if (left) Object.assign(batch, { state: 'out', openIds: done.goIds, ...cost, keptEachWon: 0 })
  batch.busy = false
}

async function tryTakeBack(table: CapTable, hand: Hand, rolls: Rolls): Promise<void> {
  const batch = take(table, rolls, ['out'])
  if (!batch) return
  // A text keeps its won.
  if (batch.step === 2) batch.keptEachWon = batch.worstWon
  else table.model.sink(batch.run.budgetIds, reservedOf(batch))
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

async function tryLateNews(table: CapTable, hand: Hand, rolls: Rolls): Promise<void> {
  const batch = take(table, rolls, ['planned', 'out', 'accepted'], 2)
  if (!batch) return
  await tellLateNews(table, hand, batch, rolls.between(1, batch.openIds.length))
  batch.busy = false
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
