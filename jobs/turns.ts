import type { Container } from '../server/container'
import { createFailureLog } from './failure-log'
import type { Job } from './timetable'

/** Gives each job its turn: never two turns of one job at a time, and another turn at once while more is waiting. */
export interface Turns {
  take(job: Job): void
  /** Starts nothing more and waits for the turns under way. */
  end(): Promise<void>
}

/** A failed turn is forgotten: the next tick looks for what is due again. */
export function createTurns(container: Container): Turns {
  const under = new Map<string, Promise<void>>()
  const ending = new AbortController()
  const failures = createFailureLog(container.logger)

  async function turn(job: Job): Promise<void> {
    const begun = performance.now()
    const done = (failed: boolean) =>
      container.metrics.jobTurn({ job: job.name, seconds: (performance.now() - begun) / 1000, failed })
    try {
      while ((await job.run(container, ending.signal)) && !ending.signal.aborted);
      done(false)
      failures.worked(job.name)
    } catch (cause) {
      done(true)
      failures.failed(job.name, cause)
    }
  }

  return {
    take(job) {
      if (ending.signal.aborted || under.has(job.name)) return
      under.set(
        job.name,
        turn(job).finally(() => under.delete(job.name)),
      )
    },
    async end() {
      ending.abort()
      await Promise.all(under.values())
    },
  }
}
