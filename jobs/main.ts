import { loadConfig, readEnvironment } from '../config/config'
import { openDatabase } from '../config/database'
import { runProcess } from '../server/core/process-life'
import { runWorker } from './worker'

/** The worker process. */
runProcess(async () => {
  const config = loadConfig(readEnvironment())
  if (!config.mongodbUri)
    throw new Error('The worker needs MONGODB_URI; `npm start` brings a database of its own')
  const connection = await openDatabase(config.mongodbUri)
  const worker = await runWorker({ config, connection })
  return async () => {
    await worker.end()
    await connection.close()
  }
})
