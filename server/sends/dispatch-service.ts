import { AppError } from '../core/errors'
import { newSecret } from '../core/ids'
import { type BalanceParts, type BalanceWatch, createBalanceWatch } from './balance-watch'
import { isTight, lookAtBatches, readScene, type Scene } from './batch-look'
import { closeLane } from './close-lane'
import { dispatchBatch } from './dispatch-batch'
import type { DispatchParts } from './dispatch-parts'
import type { Lane } from './lane'
import { type Batch, batchIdOf } from './send'

const LANES_AT_ONCE = 64
// Another worker was faster this often in a row: there is little left to do here.
const FRUITLESS_MAX = 20
// Taken, leased, looked at and stored together, which makes calls few: hands of two cost a third more (2026-11-28).
const HAND = 6
// Of what is left a hand is at most this share, so that a killed worker keeps little of a small run waiting for its lease.
const SHARE_OF_A_HAND = 1 / 4

/** Sends what is due. */
export interface DispatchService {
  /** Works until nothing is due or `signal` asks to stop, with several batches at once; tells how many batches it took. */
  dispatchDue(signal?: AbortSignal): Promise<number>
}

/** What one worker's slots share: only to spread work and to save calls, nothing depends on it. */
interface Pool {
  balance: BalanceWatch
  turns: MallTurns
  /** Batches that one slot takes at a time. */
  hand: number
}

/** The dispatcher of one worker; `parallel` batches are under way at once (default 18), and no more wait in memory. */
export function createDispatchService(
  parts: DispatchParts & BalanceParts & { parallel?: number },
): DispatchService {
  const parallel = parts.parallel ?? 18
  const hand = Math.min(HAND, parallel)
  const pool = { balance: createBalanceWatch(parts), turns: createMallTurns(), hand }
  return {
    async dispatchDue(signal) {
      const slots = Array.from({ length: Math.ceil(parallel / hand) }, () => runSlot(parts, pool, signal))
      const taken = await Promise.all(slots)
      return taken.reduce((sum, count) => sum + count, 0)
    },
  }
}

async function runSlot(parts: DispatchParts, pool: Pool, signal: AbortSignal | undefined): Promise<number> {
  let taken = 0
  let fruitless = 0
  while (!signal?.aborted && fruitless < FRUITLESS_MAX) {
    const { turns } = pool
    const lanes = await parts.lanes.due(parts.clock.now(), LANES_AT_ONCE, (malls) => turns.next(malls))
    const lane = chooseLane(lanes, Math.random, turns)
    if (!lane) return taken
    const batches = await takeBatches(parts, pool, lane)
    if (batches.length === 0) {
      fruitless += 1
      continue
    }
    fruitless = 0
    taken += batches.length
    if (!(await dispatchHand(parts, lane, batches))) return taken
  }
  return taken
}

/** Batches of one run share what is read of their campaign, mall, budgets and people; where the won is short, one goes after another. */
async function dispatchHand(parts: DispatchParts, lane: Lane, batches: readonly Batch[]): Promise<boolean> {
  const [first] = batches
  if (!first) return true
  const scene = await watched(parts, first, () => readScene(parts, first))
  if (!scene) return false
  if (!isTight(scene, batches)) return dispatchTogether(parts, lane, batches, scene)
  if (!(await dispatchTogether(parts, lane, [first], scene))) return false
  for (const batch of batches.slice(1)) {
    const anew = await watched(parts, batch, () => readScene(parts, batch))
    if (!anew || !(await dispatchTogether(parts, lane, [batch], anew))) return false
  }
  return true
}

async function dispatchTogether(
  parts: DispatchParts,
  lane: Lane,
  batches: readonly Batch[],
  scene: Scene,
): Promise<boolean> {
  const [first] = batches
  const looks = first && (await watched(parts, first, () => lookAtBatches(parts, batches, scene)))
  if (!looks) return false
  const gone = await Promise.all(
    batches.map((batch, i) => {
      const look = looks[i]
      return (
        look && watched(parts, batch, () => dispatchBatch(parts, lane, batch, scene, look).then(() => true))
      )
    }),
  )
  return gone.every(Boolean)
}

/** A batch whose work broke off (null) is left to its lease: the sweeper judges it by how far it came. */
async function watched<T>(
  { logger }: DispatchParts,
  { runId, number }: Batch,
  work: () => Promise<T>,
): Promise<T | null> {
  try {
    return await work()
  } catch (cause) {
    const code = cause instanceof AppError ? cause.code : cause instanceof Error ? cause.name : 'unknown'
    logger.warn({ runId, batch: number, code, cause }, 'a batch broke off')
    return null
  }
}

/** Who was served when, in turns of one worker. */
export interface MallTurns {
  /** The mall that has waited longest; one that was never served goes first, by chance among equals. */
  next(mallIds: readonly string[], random?: () => number): string | undefined
  /** It is served now. */
  take(mallId: string): void
}

/** The turns of one worker's malls, however much each of them has to send. */
export function createMallTurns(): MallTurns {
  const served = new Map<string, number>()
  let turn = 0
  return {
    next(mallIds, random = Math.random) {
      const oldest = Math.min(...mallIds.map((mallId) => served.get(mallId) ?? 0))
      const first = mallIds.filter((mallId) => (served.get(mallId) ?? 0) === oldest)
      return first[Math.floor(random() * first.length)]
    },
    take(mallId) {
      turn += 1
      served.set(mallId, turn)
    },
  }
}

/** A lane of the mall whose turn it is, and takes that turn; one of its runs is as likely as another. */
export function chooseLane(
  lanes: readonly Lane[],
  random: () => number = Math.random,
  turns: MallTurns = createMallTurns(),
): Lane | null {
  const mallId = turns.next([...new Set(lanes.map((lane) => lane.mallId))], random)
  if (mallId === undefined) return null
  turns.take(mallId)
  const own = lanes.filter((lane) => lane.mallId === mallId)
  return own[Math.floor(random() * own.length)] ?? null
}

/** Leases the next batches of a lane; none when another worker was faster or nothing of it is due. */
async function takeBatches(parts: DispatchParts, { balance, hand }: Pool, lane: Lane): Promise<Batch[]> {
  const { mallId, id: runId } = lane
  const now = parts.clock.now()
  if (lane.stopped || now >= lane.latestAt) {
    await closeLane(parts, lane, lane.stopped)
    return []
  }
  if (!(await balance.isEnough(lane))) return []
  const untouched = lane.cursor <= lane.batches || (lane.back ?? []).length > 0
  const most = Math.min(hand, Math.ceil((lane.batches - lane.cursor + 1) * SHARE_OF_A_HAND))
  const numbers = untouched
    ? await parts.lanes.take(lane, now, Math.max(most, 1))
    : await pickPutBack(parts, lane, now)
  if (numbers.length === 0) return []
  const lease = {
    owner: `${parts.worker}:${newSecret(6)}`,
    until: new Date(parts.machine.now().getTime() + parts.times.leaseMs),
  }
  const ids = numbers.map((number) => batchIdOf(runId, number))
  return parts.batches.lease(mallId, ids, lease, now)
}

/** All numbers were given out once: what came back is looked up, and a few workers pick among it at random. */
async function pickPutBack(parts: DispatchParts, lane: Lane, now: Date): Promise<number[]> {
  const { due, nextAt } = await parts.batches.plannedOf(lane.mallId, lane.id, now)
  if (due.length === 0) await parts.lanes.rest(lane, nextAt)
  const at = Math.floor(Math.random() * due.length)
  return due.slice(at, at + 1)
}
