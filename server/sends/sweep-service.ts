import { groupBy } from '../core/group-by'
import { unknownWaitMs } from './batch-rules'
import { createBreaker } from './breaker-service'
import type { DispatchParts } from './dispatch-parts'
import type { Lane, Tally } from './lane'
import { alreadyGone, nextMarks } from './progress-rules'
import type { Batch } from './send'
import type { TallyStore } from './tally-store'

/** What sweeping is built from. */
export type SweepParts = Pick<
  DispatchParts,
  'batches' | 'clock' | 'finishRun' | 'lanes' | 'logger' | 'machine'
> & { tallies: Pick<TallyStore, 'byRuns'> }

/** Puts right what processes left behind that ended in the middle; twice changes nothing. */
export interface SweepService {
  sweep(): Promise<void>
}

/** The sweeper over all malls. */
export function createSweepService(parts: SweepParts): SweepService {
  const breaker = createBreaker(parts)
  return {
    async sweep() {
      for (const batch of await parts.batches.orphans(parts.machine.now())) await freeOrphan(parts, batch)
      const unknown = await breaker.look()
      for (const [mallId, lanes] of groupBy(await parts.lanes.unfinished(), ({ mallId }) => mallId)) {
        const tallies = await parts.tallies.byRuns(
          mallId,
          lanes.map(({ id }) => id),
        )
        const tallyOf = new Map(tallies.map((tally) => [tally.id, tally]))
        for (const lane of lanes) {
          const tally = tallyOf.get(lane.id)
          if (tally?.unsettled === 0) await parts.finishRun(mallId, lane.id)
          else if (tally && tally.waiting > 0) {
            if (lane.next === null) await parts.lanes.wake(mallId, lane.id, parts.clock.now())
            await breaker.judge(lane, tally, unknown)
            await mark(parts, lane, tally)
          }
        }
      }
    },
  }
}

/** Before its intent a batch is planned again; after it nobody hands it over before the relay tells what became of it. */
async function freeOrphan(parts: SweepParts, batch: Batch): Promise<void> {
  const { mallId, runId, state } = batch
  const now = parts.clock.now()
  if (state === 'leased') {
    const set = { lease: null }
    if (await parts.batches.move(batch, { from: 'leased', event: 'lease-ended', set, fence: true }))
      await parts.lanes.wake(mallId, runId, batch.dueAt)
  } else if (state === 'handed-over') {
    const set = { lease: null, asked: 0, dueAt: new Date(now.getTime() + unknownWaitMs(0)) }
    await parts.batches.move(batch, { from: 'handed-over', event: 'lease-ended', set, fence: true })
  }
  parts.logger.warn({ runId, batch: batch.number, state }, 'a batch lost its worker')
}

/** Remembers how far a run is, so that its page can say how fast it goes without counting. */
async function mark({ lanes, clock }: SweepParts, lane: Lane, tally: Tally): Promise<void> {
  const marks = nextMarks(lane.marks ?? [], { at: clock.now(), gone: alreadyGone(tally) })
  if (marks) await lanes.remember(lane, { marks })
}
