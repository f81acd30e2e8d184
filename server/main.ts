import { createServer } from 'node:http'
import { loadConfig, readEnvironment } from '../config/config'
import { openDatabase } from '../config/database'
import { buildContainer } from './container'

const CLOSE_PATIENCE_MS = 5_000

/** Runs the web process until SIGTERM; requests under way are answered first. */
async function main(): Promise<void> {
  const config = loadConfig(readEnvironment())
  if (!config.mongodbUri)
    throw new Error('The web process needs MONGODB_URI; `npm start` brings a database of its own')
  const connection = await openDatabase(config.mongodbUri)
  const container = await buildContainer({ config, connection, part: 'web' })
  const server = createServer(container.webApp())
  server.listen(config.port, () => container.logger.info({ port: config.port }, 'web listens'))

  const stop = () => {
    setTimeout(() => server.closeAllConnections(), CLOSE_PATIENCE_MS).unref()
    server.close(async () => {
      await container.close()
      await connection.close()
      process.exit(0)
    })
    server.closeIdleConnections()
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
