import { judgeResults, resultsOf, UNKNOWN_MAX } from './breaker-rules'
import type { DispatchParts } from './dispatch-parts'
import type { Lane, Tally } from './lane'

/** What the breaker is built from. */
export type BreakerParts = Pick<DispatchParts, 'batches' | 'clock' | 'lanes' | 'logger'>

/** Batches without an answer, by run: how many, and when the first of them is asked about. */
export type UnknownByRun = ReadonlyMap<string, { count: number; askedAt: Date }>

/** Holds a run when failures rise that are not the people's own. */
export interface Breaker {
  look(): Promise<UnknownByRun>
  /** Judges a run that has something left to send. */
  judge(lane: Lane, tally: Tally, unknown: UnknownByRun): Promise<void>
}

const UNKNOWN_AT_ONCE = 2_000
// The answer to the question comes a moment after it.
const AFTER_ASKING_MS = 2_000

/** The breaker of all runs; two processes that judge at once change nothing twice. */
export function createBreaker({ batches, clock, lanes, logger }: BreakerParts): Breaker {
  return {
    async look() {
      const byRun = new Map<string, { count: number; askedAt: Date }>()
      for (const { runId, dueAt } of await batches.unknown(UNKNOWN_AT_ONCE)) {
        const known = byRun.get(runId)
        const askedAt = known && known.askedAt < dueAt ? known.askedAt : dueAt
        byRun.set(runId, { count: (known?.count ?? 0) + 1, askedAt })
      }
      return byRun
    },

    async judge(lane, tally, unknown) {
      const { mallId, id: runId, hold, forgotten, stopped, latestAt } = lane
      const now = clock.now()
      if (stopped !== null || now >= latestAt || hold?.reason === 'failures') return
      const results = resultsOf(tally)
      const verdict = judgeResults(results, forgotten)
      if (verdict === 'forget') return lanes.remember(lane, { forgotten: results })
      if (verdict === 'open') {
        if (await lanes.halt(lane, now))
          logger.warn({ mallId, runId, results, forgotten: forgotten ?? null }, 'too many failures: run held')
        return
      }
      const lost = unknown.get(runId)
      if (!lost || lost.count < UNKNOWN_MAX || (hold && hold.reason !== 'relay-busy')) return
      const until = new Date(Math.max(lost.askedAt.getTime(), now.getTime()) + AFTER_ASKING_MS)
      await lanes.hold(mallId, runId, 'relay-busy', until, now)
    },
  }
}
