import mongoose, { type Connection, type Model } from 'mongoose'

export type { Connection } from 'mongoose'

// A query for a field that the schema does not have would otherwise lose that condition and match more than was asked.
mongoose.set('strictQuery', 'throw')

const NAMESPACE_EXISTS = 48

/** A collection that no model of ours describes, with its indexes. */
export interface PlainCollection {
  name: string
  indexes: { key: Record<string, 1 | -1>; options: { expireAfterSeconds?: number; unique?: boolean } }[]
}

/** What `prepareDatabase` tells; pino's loggers fit. */
export interface PrepareLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

/** The collection of connect-mongo; its store is made with `autoRemove: 'disabled'`, since this index does the same. */
const SESSIONS: PlainCollection = {
  name: 'sessions',
  indexes: [{ key: { expires: 1 }, options: { expireAfterSeconds: 0 } }],
}

/**
 * Opens a pool to one database whose writes are acknowledged once they survive a kill (majority and journal).
 * Makes nothing by itself: `prepareDatabase` does, before the first query.
 */
export async function openDatabase(uri: string): Promise<Connection> {
  return mongoose
    .createConnection(uri, {
      autoCreate: false,
      autoIndex: false,
      writeConcern: { w: 'majority', journal: true },
      // Every text in it was written by this same driver; looking at each byte again costs a sixth of reading.
      enableUtf8Validation: false,
      maxPoolSize: 50,
      serverSelectionTimeoutMS: 10_000,
      connectTimeoutMS: 10_000,
      waitQueueTimeoutMS: 30_000,
      // A server that hangs must end in an error; nothing we ask takes minutes.
      socketTimeoutMS: 120_000,
    })
    .asPromise()
}

/**
 * Makes the collections of all models on the connection and of `plain`, then all indexes, one after another. Repeating
 * it changes nothing. An index that nothing declares stays and is warned about; one declared differently throws.
 */
export async function prepareDatabase(
  connection: Connection,
  log: PrepareLog,
  plain: PlainCollection[] = [SESSIONS],
): Promise<void> {
  // One after another, and before any write: the Python server hangs when a create meets a first write.
  const models = Object.values(connection.models)
  const collections = await makeCollections(connection, models, plain)
  for (const model of models) await model.createIndexes()
  for (const { name, indexes } of plain) {
    for (const { key, options } of indexes) await connection.collection(name).createIndex(key, options)
  }
  for (const model of models) await warnOfStrayIndexes(model, log)
  log.info({ collections: models.length + plain.length, made: collections }, 'database prepared')
}

async function makeCollections(
  connection: Connection,
  models: Model<unknown>[],
  plain: PlainCollection[],
): Promise<number> {
  const known = new Set((await connection.listCollections()).map(({ name }) => name))
  let made = 0
  for (const model of models) {
    if (known.has(model.collection.collectionName)) continue
    await model.createCollection()
    known.add(model.collection.collectionName)
    made += 1
  }
  for (const { name } of plain) {
    if (known.has(name)) continue
    await connection.createCollection(name).catch(unlessItExists)
    made += 1
  }
  return made
}

function unlessItExists(cause: unknown): void {
  // another process prepares the same database
  if (!(cause instanceof mongoose.mongo.MongoServerError) || cause.code !== NAMESPACE_EXISTS) throw cause
}

async function warnOfStrayIndexes(model: Model<unknown>, log: PrepareLog): Promise<void> {
  const { toDrop } = await model.diffIndexes()
  if (toDrop.length === 0) return
  log.warn(
    { collection: model.collection.collectionName, indexes: toDrop },
    'indexes that no model declares are left in place; drop them by hand when they are not needed',
  )
}
