import type { ClientSession, Document } from 'mongodb'
import type { Connection } from 'mongoose'
import { AppError } from '../core/errors'

/** How documents are read by their ids. */
export interface ReadOptions {
  session?: ClientSession
  projection?: Document
}

// A server stops an answer at 16 MB by itself.
const AT_ONCE = 10_000

/**
 * The documents of the collection `name` whose `_id` is in `ids` (a list or a range), in no order. The answer is decoded as a whole: a
 * cursor of the driver walks over each document before it decodes it, which was a fifth of the workers' CPU in dispatch
 * (docs/decisions/0008).
 */
export async function readByIds<D extends Document>(
  connection: Connection,
  name: string,
  ids: object,
  options: ReadOptions,
): Promise<D[]> {
  const { db } = connection
  if (!db) throw new AppError('not-connected', 'The database is not connected')
  const { session, ...shown } = options
  const throughCursor = () => db.collection<{ _id: string }>(name).find<D>({ _id: ids }, options).toArray()
  const command = { find: name, filter: { _id: ids }, ...shown, batchSize: AT_ONCE }
  // A command takes nothing over from its connection by itself.
  const how = { ...db.bsonOptions, ...(session ? { session } : {}) }
  const answer = await db.command(command, how).catch((cause) => {
    // A transaction begins anew as a whole; outside of one the driver's own find knows what is worth asking again.
    if (session) throw cause
    return null
  })
  // Zero: nothing is left to ask for. The server itself closes a cursor that nobody asks on.
  const isWhole = answer !== null && String(answer['cursor'].id) === '0'
  return isWhole ? answer['cursor'].firstBatch : throughCursor()
}
