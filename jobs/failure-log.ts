import type { Container } from '../server/container'

// A database that restarts, a mall or a relay that is down for a moment heal by themselves well within this time.
const ACT_AFTER_MS = 5 * 60_000

/** Tells of failed turns without a line a second: the first of a row, the end of the row, and once that a person must act. */
export interface FailureLog {
  failed(job: string, cause: unknown): void
  worked(job: string): void
}

/** The log of failed turns; `nowMs` is a machine clock that only rises. */
export function createFailureLog(
  logger: Pick<Container['logger'], 'warn' | 'error' | 'debug'>,
  nowMs: () => number = () => performance.now(),
): FailureLog {
  const rows = new Map<string, { sinceMs: number; turns: number; told: boolean }>()
  return {
    failed(job, cause) {
      const row = rows.get(job) ?? { sinceMs: nowMs(), turns: 0, told: false }
      rows.set(job, row)
      row.turns += 1
      if (row.turns === 1) logger.warn({ job, err: cause }, 'a turn failed; the next tick takes it up')
      else if (!row.told && nowMs() - row.sinceMs >= ACT_AFTER_MS) {
        row.told = true
        logger.error({ job, turns: row.turns, err: cause }, 'every turn of a job fails for five minutes')
      } else logger.debug({ job, err: cause }, 'a turn failed again')
    },
    worked(job) {
      const row = rows.get(job)
      rows.delete(job)
      if (row && row.turns > 1) logger.warn({ job, turns: row.turns }, 'a job works again')
    },
  }
}
