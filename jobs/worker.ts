import cron, { type ScheduledTask } from 'node-cron'
import type { Config } from '../config/config'
import type { Connection } from '../config/database'
import { buildContainer, type Container, type WrapSending } from '../server/container'
import { JOBS } from './timetable'
import { createTurns } from './turns'
import { openWorkerHttp } from './worker-http'

/** A worker at work; the connection stays its caller's. */
export interface RunningWorker {
  container: Container
  /** Starts nothing more, finishes the turns under way and stores what is in memory. */
  end(): Promise<void>
}

/** Starts a worker: the metronome wakes jobs, the ledger decides what is due. `wrap` changes the parts that sending is built from. */
export async function runWorker(options: {
  config: Config
  connection: Connection
  wrap?: WrapSending
}): Promise<RunningWorker> {
  const { config, connection, wrap } = options
  const container = await buildContainer({
    config,
    connection,
    part: 'worker',
    ...(wrap ? { wrapSending: wrap } : {}),
  })
  const closeHttp = await openWorkerHttp(config, container)
  const turns = createTurns(container)
  const tasks: ScheduledTask[] = JOBS.map((job) =>
    cron.schedule(job.cron, () => turns.take(job), { name: job.name }),
  )
  for (const job of JOBS) turns.take(job)
  container.logger.info({ jobs: JOBS.length }, 'worker started')
  return {
    container,
    async end() {
      for (const task of tasks) await task.stop()
      await turns.end()
      await container.close()
      await closeHttp()
    },
  }
}
