import type { ClientSession } from 'mongodb'
import type { Connection } from 'mongoose'
import { newSecret } from '../core/ids'
import { serverIdOf, transactorStore } from './transactor-store'

/** A transaction under way, handed from store to store. */
export type Session = ClientSession

/** Runs short transactions; write conflicts are tried again. */
export interface Transactions {
  /**
   * Runs `work` in a transaction; it may run more than once and must do nothing outside the database.
   * Transactions with the same `key` of this process go one after another: they would only conflict on the same budgets.
   */
  run<T>(key: string, work: (session: Session) => Promise<T>): Promise<T>
}

/** Transactions of one process, which also ends what killed processes left open. */
export interface WatchedTransactions extends Transactions {
  /**
   * Says that this process lives, and aborts the transactions of those that have said nothing for ten seconds by our own
   * watch: a server keeps the locks of a killed one for a minute, and the whole mall waits. Tells how many processes.
   */
  endAbandoned(silentMs?: number): Promise<number>
}

// Five beats of a worker that is asked every two seconds; aborting one that lives only makes it try again.
const SILENT_MS = 10_000
// A process without that beat, like the web's, says it before its next transaction.
const BEAT_MS = 4_000

/** Transactions on one connection, acknowledged once they survive a kill. */
export function createTransactions(connection: Connection): WatchedTransactions {
  const tails = new Map<string, Promise<unknown>>()
  const sessions = createSessions(connection)
  return {
    endAbandoned: sessions.endAbandoned,
    run(key, work) {
      const before = tails.get(key) ?? Promise.resolve()
      const mine = before.then(() => sessions.use((session) => runOne(session, work)))
      const tail = mine.then(
        () => undefined,
        () => undefined,
      )
      tails.set(key, tail)
      void tail.then(() => {
        if (tails.get(key) === tail) tails.delete(key)
      })
      return mine
    },
  }
}

async function runOne<T>(session: Session, work: (session: Session) => Promise<T>): Promise<T> {
  // The driver repeats the work on TransientTransactionError, and the commit while its answer is unknown.
  return session.withTransaction(() => work(session), {
    readConcern: { level: 'snapshot' },
    writeConcern: { w: 'majority', journal: true },
  })
}

/** Sessions that are used again and again, written down before their first use. */
function createSessions(connection: Connection) {
  const transactors = transactorStore(connection)
  const id = newSecret(9)
  const own = new Set<Session>()
  const free: Session[] = []
  const seen = new Map<string, { beats: number; since: number }>()
  let beatAt = Number.NEGATIVE_INFINITY
  const beat = async () => {
    beatAt = performance.now()
    await transactors.beat(id, [...own].map(serverIdOf))
  }

  async function open(): Promise<Session> {
    const session = await connection.startSession()
    own.add(session)
    await beat()
    return session
  }

  return {
    async use<T>(work: (session: Session) => Promise<T>): Promise<T> {
      const session = free.pop() ?? (await open())
      if (performance.now() - beatAt > BEAT_MS) await beat()
      try {
        const result = await work(session)
        free.push(session)
        return result
      } catch (cause) {
        // What the server thinks of it is not known.
        own.delete(session)
        await session.endSession()
        throw cause
      }
    },
    async endAbandoned(silentMs = SILENT_MS): Promise<number> {
      if (own.size > 0) await beat()
      const now = performance.now()
      const others = (await transactors.all()).filter((each) => each.id !== id)
      let ended = 0
      for (const other of others) {
        const known = seen.get(other.id)
        if (known?.beats !== other.beats) seen.set(other.id, { beats: other.beats, since: now })
        else if (now - known.since > silentMs) {
          await transactors.end(other)
          ended += 1
        }
      }
      for (const name of seen.keys()) if (!others.some((other) => other.id === name)) seen.delete(name)
      return ended
    },
  }
}
