import { AppError } from '../core/errors'
import { newSecret } from '../core/ids'
import { closeLane } from './close-lane'
import { dispatchBatch } from './dispatch-batch'
import type { DispatchParts } from './dispatch-parts'
import type { Lane } from './lane'
import { type Batch, batchIdOf } from './send'

const LANES_AT_ONCE = 64
// Another worker was faster this often in a row: there is little left to do here.
const FRUITLESS_MAX = 20

/** Sends what is due. */
export interface DispatchService {
  /** Works until nothing is due or `signal` asks to stop, with several batches at once; tells how many batches it took. */
  dispatchDue(signal?: AbortSignal): Promise<number>
}

/** The dispatcher of one worker; `parallel` batches are under way at once (default 4). */
export function createDispatchService(parts: DispatchParts & { parallel?: number }): DispatchService {
  return {
    async dispatchDue(signal) {
      const slots = Array.from({ length: parts.parallel ?? 4 }, () => runSlot(parts, signal))
      const taken = await Promise.all(slots)
      return taken.reduce((sum, count) => sum + count, 0)
    },
  }
}

async function runSlot(parts: DispatchParts, signal: AbortSignal | undefined): Promise<number> {
  let taken = 0
  let fruitless = 0
  while (!signal?.aborted && fruitless < FRUITLESS_MAX) {
    const lane = chooseLane(await parts.lanes.due(parts.clock.now(), LANES_AT_ONCE))
    if (!lane) return taken
    const batch = await takeBatch(parts, lane)
    if (!batch) {
      fruitless += 1
      continue
    }
    fruitless = 0
    taken += 1
    if (!(await dispatchSafely(parts, lane, batch))) return taken
  }
  return taken
}

/** A batch whose work broke off is left to its lease: the sweeper judges it by how far it came. */
async function dispatchSafely(parts: DispatchParts, lane: Lane, batch: Batch): Promise<boolean> {
  try {
    await dispatchBatch(parts, lane, batch)
    return true
  } catch (cause) {
    const code = cause instanceof AppError ? cause.code : cause instanceof Error ? cause.name : 'unknown'
    parts.logger.warn({ runId: lane.id, batch: batch.number, code, cause }, 'a batch broke off')
    return false
  }
}

/** One mall is as likely as another, however much it has to send; then one of its runs. */
export function chooseLane(lanes: readonly Lane[], random: () => number = Math.random): Lane | null {
  const malls = [...new Set(lanes.map(({ mallId }) => mallId))]
  const mallId = malls[Math.floor(random() * malls.length)]
  const own = lanes.filter((lane) => lane.mallId === mallId)
  return own[Math.floor(random() * own.length)] ?? null
}

/** Leases the next batch of a lane; null when another worker was faster or nothing of it is due. */
async function takeBatch(parts: DispatchParts, lane: Lane): Promise<Batch | null> {
  const { mallId, id: runId } = lane
  const now = parts.clock.now()
  if (lane.stopped || now >= lane.latestAt) {
    await closeLane(parts, lane, lane.stopped)
    return null
  }
  const number =
    lane.cursor <= lane.batches ? await parts.lanes.take(lane) : await pickPutBack(parts, lane, now)
  if (number === null) return null
  const lease = {
    owner: `${parts.worker}:${newSecret(6)}`,
    until: new Date(parts.machine.now().getTime() + parts.times.leaseMs),
  }
  return parts.batches.lease(mallId, batchIdOf(runId, number), lease, now)
}

/** All numbers were given out once: what came back is looked up, and a few workers pick among it at random. */
async function pickPutBack(parts: DispatchParts, lane: Lane, now: Date): Promise<number | null> {
  const { due, nextAt } = await parts.batches.plannedOf(lane.mallId, lane.id, now)
  if (due.length === 0) await parts.lanes.rest(lane, nextAt)
  return due[Math.floor(Math.random() * due.length)] ?? null
}
