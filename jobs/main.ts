import cron, { type ScheduledTask } from 'node-cron'
import { loadConfig, readEnvironment } from '../config/config'
import { openDatabase } from '../config/database'
import { buildContainer } from '../server/container'
import { JOBS } from './timetable'
import { createTurns } from './turns'

/** Runs the worker until SIGTERM: the metronome wakes jobs, the ledger decides what is due. */
async function main(): Promise<void> {
  const config = loadConfig(readEnvironment())
  if (!config.mongodbUri)
    throw new Error('The worker needs MONGODB_URI; `npm start` brings a database of its own')
  const connection = await openDatabase(config.mongodbUri)
  const container = await buildContainer({ config, connection, part: 'worker' })
  const turns = createTurns(container)
  const tasks: ScheduledTask[] = JOBS.map((job) =>
    cron.schedule(job.cron, () => turns.take(job), { name: job.name }),
  )
  for (const job of JOBS) turns.take(job)
  container.logger.info({ jobs: JOBS.length }, 'worker started')

  const stop = async () => {
    for (const task of tasks) await task.stop()
    await turns.end()
    await container.close()
    await connection.close()
    process.exit(0)
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  // Only with an IPC channel: the start that began us was killed.
  process.once('disconnect', stop)
}

main().catch((cause: unknown) => {
  process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`)
  process.exit(1)
})
