import MongoStore from 'connect-mongo'
import type { Store } from 'express-session'
import type { Connection } from 'mongoose'

/** Sessions in the collection `sessions`, which config/database.ts makes with its TTL index. */
export function sessionStore(connection: Connection): Store {
  return MongoStore.create({
    client: connection.getClient() as never,
    dbName: connection.name,
    collectionName: 'sessions',
    autoRemove: 'disabled',
    // A session is written again at most every five minutes when nothing in it changed.
    touchAfter: 300,
  })
}
