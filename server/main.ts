import { once } from 'node:events'
import { createServer } from 'node:http'
import { loadConfig, readEnvironment } from '../config/config'
import { openDatabase } from '../config/database'
import { buildContainer } from './container'
import { runProcess } from './core/process-life'

const CLOSE_PATIENCE_MS = 5_000
// A connection that looks idle may have a click on its way.
const DRAIN_MS = 300

/** The web process; requests under way are answered before it ends. */
runProcess(async () => {
  const config = loadConfig(readEnvironment())
  if (!config.mongodbUri)
    throw new Error('The web process needs MONGODB_URI; `npm start` brings a database of its own')
  const connection = await openDatabase(config.mongodbUri)
  const container = await buildContainer({ config, connection, part: 'web' })
  const server = createServer(await container.webApp())
  await once(server.listen(config.port), 'listening')
  container.logger.info({ port: config.port }, 'web listens')
  return async () => {
    // Each connection ends with its next answer: none is cut between a click and its redirect.
    server.prependListener('request', (_req, res) => res.setHeader('Connection', 'close'))
    await new Promise((resolve) => setTimeout(resolve, DRAIN_MS))
    setTimeout(() => server.closeAllConnections(), CLOSE_PATIENCE_MS).unref()
    await new Promise((resolve) => server.close(resolve))
    await container.close()
    await connection.close()
  }
})
