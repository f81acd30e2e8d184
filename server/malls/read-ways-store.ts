import type { Connection } from 'mongoose'

/** How a server is best asked for many documents by their ids. */
export interface ReadWays {
  /** Keys in one list. */
  keysAtOnce: number
  /** True when ids that stand in a row are read faster as a range than one by one. */
  ranges: boolean
}

// Milliseconds of the database for 100 of 20,000 sends, 2026-11-28: secantusd-rs 0.5 as a range, 1.6 by 100 keys; secantusd-py, which
// walks the collection for a range and the whole list for each hit, 56 as a range; 100 of 20,000 shoppers 27 by 100 keys, 21 by 50,
// 18.5 by 20 to 34, 20 by 14, 26 by 10.
const USUAL: ReadWays = { keysAtOnce: 300, ranges: true }
const CAREFUL: ReadWays = { keysAtOnce: 25, ranges: false }

const known = new WeakMap<Connection, ReadWays>()

/** The ways of the server behind a connection; careful ones while it does not say what it is. */
export async function readWays(connection: Connection): Promise<ReadWays> {
  const ways = known.get(connection)
  if (ways) return ways
  const info = await connection.db
    ?.admin()
    .command({ buildInfo: 1 })
    .catch(() => null)
  if (!info) return CAREFUL
  // secantusd-py names its version and no storage engine.
  const found = 'secantusVersion' in info && !('storageEngines' in info) ? CAREFUL : USUAL
  known.set(connection, found)
  return found
}
