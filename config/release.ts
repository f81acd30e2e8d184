import { dirname, join } from 'node:path'
import { AppError } from '../server/core/errors'
import { createLogger, type Logger } from '../server/core/logger'
import { registerModels } from '../server/models'
import { type Config, loadConfig, readEnvironment } from './config'
import { openDatabase, prepareDatabase } from './database'
import { findDatabase } from './embedded-database'

async function release(config: Config, env: NodeJS.ProcessEnv, log: Logger): Promise<void> {
  if (config.mongodbUri) return prepare(config.mongodbUri, log)
  const server = await findDatabase({
    dataDir: join(dirname(__dirname), '.baguni', 'data'),
    env,
    durable: true,
    progress: (line) => log.info(line),
  })
  try {
    await prepare(server.uri(config.databaseName), log)
  } finally {
    await server.stop()
  }
}

async function prepare(uri: string, log: Logger): Promise<void> {
  const connection = await openDatabase(uri)
  try {
    registerModels(connection)
    await prepareDatabase(connection, log)
  } finally {
    await connection.close()
  }
}

async function main(): Promise<void> {
  try {
    const env = readEnvironment()
    const config = loadConfig(env)
    await release(config, env, createLogger({ level: config.logLevel, part: 'release' }))
  } catch (cause) {
    // A mended sentence for what a person can mend; the trace for everything else.
    const text = cause instanceof AppError ? cause.message : cause instanceof Error ? cause.stack : 'failed'
    process.stderr.write(`${text}\n`)
    process.exitCode = 1
  }
}

void main()
