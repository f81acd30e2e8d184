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
export async function readByIds<D>(
  connection: Connection,
  name: string,
  ids: object,
  { session, projection }: ReadOptions,
): Promise<D[]> {
  const { db } = connection
  if (!db) throw new AppError('not-connected', 'The database is not connected')
  const shown = projection ? { projection } : {}
  const within = session ? { session } : {}
  const throughCursor = () =>
    db
      .collection<{ _id: string }>(name)
      .find({ _id: ids }, { ...shown, ...within })
      .toArray() as Promise<unknown[]> as Promise<D[]>
  const command = { find: name, filter: { _id: ids }, ...shown, batchSize: AT_ONCE }
  // Said here, since a command takes nothing over from its connection (config/database.ts).
  const answer = await db.command(command, { enableUtf8Validation: false, ...within }).catch((cause) => {
    // A transaction begins anew as a whole; outside of one the driver's own find knows what is worth asking again.
    if (session) throw cause
    return null
  })
  // Zero: nothing is left to ask for. The server itself closes a cursor that nobody asks on.
  const isWhole = answer !== null && String(answer['cursor'].id) === '0'
  return isWhole ? answer['cursor'].firstBatch : throughCursor()
}
