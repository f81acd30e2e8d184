import type { EndGroup } from '../../server/sends/ledger-rules'
import type { Done, Hand } from './cap-hand'
import type { CapTable } from './cap-history'
import type { CapBatch } from './cap-mall'
import type { Rolls } from './rolls'

const GOES_ON = 'not-friend'
const ENDS = ['delivered', 'delivered', 'failed', 'uncertain'] as const
/** Where a text may follow, more first tries fail, so that histories have texts in them. */
const ENDS_BEFORE_TEXTS = ['delivered', 'failed', 'failed', 'uncertain'] as const

/** Results of some sends of a batch, and what they come to, reckoned apart from the product. */
interface Results {
  groups: EndGroup[]
  /** Sends that go on to a text; their won stays kept. */
  movingIds: string[]
  /** Won that is free afterwards. */
  freedWon: number
}

function resultsOf(batch: CapBatch, count: number, rolls: Rolls, withTexts: boolean): Results {
  const { step, worstWon, priceWon } = batch
  const results: Results = { groups: [], movingIds: [], freedWon: 0 }
  for (const id of batch.openIds.slice(0, count)) {
    const end = rolls.one(withTexts ? ENDS_BEFORE_TEXTS : ENDS)
    const definite = end === 'failed'
    const goesOn = definite && withTexts
    const reason = end === 'delivered' ? null : definite ? GOES_ON : 'uncertain'
    results.groups.push({ ids: [id], end: end === 'delivered' ? end : 'failed', reason, step, goesOn })
    // The failure of a text ends its send.
    if (goesOn && step === 1) results.movingIds.push(id)
    else results.freedWon += worstWon - (definite ? 0 : priceWon)
  }
  return results
}

/**
 * Ends some of a batch as a relay's results would, or moves first tries that failed on to a text; now and then the same
 * results come twice at the same time.
 */
export async function endSome(
  table: CapTable,
  [hand, other]: Hand[],
  rolls: Rolls,
  { batch, count }: { batch: CapBatch; count: number },
): Promise<void> {
  if (!hand) return
  const { run } = batch
  const withTexts = run.price.fallbackWon !== null
  const { groups, movingIds, freedWon } = resultsOf(batch, count, rolls, withTexts)
  const room = withTexts ? gatheringOf(table, batch, rolls) : null
  table.model.sink(run.budgetIds, freedWon)
  const texts = withTexts ? { runId: run.id, gathering: room && numberOf(room) } : null
  const step = { kind: 'end' as const, mallId: table.mallId, groups, texts }
  const twice = other !== undefined && rolls.chance(0.2)
  const done = await Promise.all(twice ? [hand(step), other(step)] : [hand(step)])
  const sum = (key: 'ended' | 'moved') => done.reduce((all, each) => all + each[key], 0)
  if (sum('ended') !== count - movingIds.length || sum('moved') !== movingIds.length)
    table.wrong.push(`end: ${sum('ended')} and ${sum('moved')} on of ${count}, ${movingIds.length} on`)
  leave(batch, count)
  if (movingIds.length > 0) join(table, batch, movingIds, done)
  if (room) room.busy = false
}

/** Ends everything of a run that is out: results of many batches in one step. */
export async function endAll(table: CapTable, hand: Hand, rolls: Rolls, out: CapBatch[]): Promise<void> {
  const groups: EndGroup[] = []
  for (const batch of out) {
    const results = resultsOf(batch, batch.openIds.length, rolls, false)
    groups.push(...results.groups)
    table.model.sink(batch.run.budgetIds, results.freedWon)
    leave(batch, batch.openIds.length)
  }
  if (groups.length === 0) return
  const { ended } = await hand({ kind: 'end', mallId: table.mallId, groups, texts: null })
  if (ended !== groups.length) table.wrong.push(`end: ${ended} of ${groups.length}`)
}

/** Calls off everything of a run that still waits. */
export async function callOff(table: CapTable, hand: Hand, planned: CapBatch[]): Promise<void> {
  let count = 0
  for (const batch of planned) {
    count += batch.openIds.length
    table.model.sink(batch.run.budgetIds, batch.keptEachWon * batch.openIds.length)
    leave(batch, batch.openIds.length)
  }
  if (count === 0) return
  const batchIds = planned.map(({ id }) => id)
  const { ended } = await hand({ kind: 'call-off', mallId: table.mallId, batchIds })
  if (ended !== count) table.wrong.push(`call-off: ${ended} of ${count}`)
}

/** The first try arrived after all: that ends a text which still waits, at the price of the first try, and no text that is out. */
export async function tellLateNews(
  table: CapTable,
  hand: Hand,
  batch: CapBatch,
  count: number,
): Promise<void> {
  const waits = batch.state === 'planned'
  const ids = batch.openIds.slice(0, count)
  const keptWon = batch.keptEachWon
  if (waits) table.model.sink(batch.run.budgetIds, (keptWon - Math.min(batch.firstWon, keptWon)) * count)
  const groups: EndGroup[] = [{ ids, end: 'delivered', reason: null, step: 1 }]
  const { ended } = await hand({ kind: 'end', mallId: table.mallId, groups, texts: null })
  if (ended !== (waits ? count : 0)) table.wrong.push(`late news: ${ended} of ${count}, ${batch.state}`)
  if (waits) leave(batch, count)
}

function leave(batch: CapBatch, count: number): void {
  batch.openIds = batch.openIds.slice(count)
  if (batch.openIds.length === 0) batch.state = 'gone'
}

/** A batch of texts of the same run that these may join, kept from other steps meanwhile; often none. */
function gatheringOf(table: CapTable, { run }: CapBatch, rolls: Rolls): CapBatch | null {
  const free = table.batches.filter(
    (each) => each.run === run && each.step === 2 && each.state === 'planned' && !each.busy,
  )
  if (free.length === 0 || rolls.chance(0.3)) return null
  const room = rolls.one(free)
  room.busy = true
  return room
}

function join(table: CapTable, first: CapBatch, ids: string[], done: readonly Done[]): void {
  const number = done.find(({ moved }) => moved > 0)?.gathering ?? null
  const id = `${first.run.id}:${number}`
  const { worstWon: keptEachWon, priceWon: firstWon } = first
  const there = table.batches.find((each) => each.id === id)
  if (!there) {
    const text = { ...first, id, state: 'planned' as const, step: 2 as const, openIds: ids, busy: false }
    table.batches.push({ ...text, priceWon: 0, worstWon: 0, keptEachWon, firstWon })
    return
  }
  if (there.keptEachWon !== keptEachWon || there.firstWon !== firstWon)
    table.wrong.push(`end: texts that keep ${keptEachWon} joined ${there.keptEachWon}`)
  there.openIds = [...there.openIds, ...ids]
}

function numberOf({ id, run }: CapBatch): number {
  return Number(id.slice(run.id.length + 1))
}
