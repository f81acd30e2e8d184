import type { ClientSession, ServerSessionId } from 'mongodb'
import { type Connection, Schema } from 'mongoose'

/** The database sessions in which one process makes its transactions; `beats` rises while it lives. */
export interface Transactor {
  id: string
  beats: number
  sessions: ServerSessionId[]
}

/** Who makes transactions, so that what a killed process left open can be ended by another. */
export interface TransactorStore {
  /** Says that process `id` lives, and which sessions are its own. */
  beat(id: string, sessions: readonly ServerSessionId[]): Promise<void>
  all(): Promise<Transactor[]>
  /** Aborts what a process left open and forgets it; one that lives after all makes its transaction again. */
  end(transactor: Transactor): Promise<void>
}

interface TransactorDoc {
  _id: string
  beats: number
  sessions: ServerSessionId[]
}

const schema = new Schema<TransactorDoc>(
  { _id: String, beats: Number, sessions: [Schema.Types.Mixed] },
  { versionKey: false },
)

/** Transactors in the collection `transactors`, of no mall: they are processes. */
export function transactorStore(connection: Connection): TransactorStore {
  const model = connection.models['transactors'] ?? connection.model('transactors', schema, 'transactors')
  const transactors = model.collection
  return {
    async beat(id, sessions) {
      const change = { $set: { sessions }, $inc: { beats: 1 } }
      await transactors.updateOne({ _id: id as never }, change, { upsert: true })
    },
    async all() {
      const docs = await transactors.find().toArray()
      return docs.map((doc) => ({ id: String(doc._id), beats: doc['beats'], sessions: doc['sessions'] }))
    },
    async end({ id, beats, sessions }) {
      if (sessions.length > 0) await connection.getClient().db('admin').command({ killSessions: sessions })
      await transactors.deleteOne({ _id: id as never, beats })
    },
  }
}

/** The id under which the database knows a session. */
export function serverIdOf(session: ClientSession): ServerSessionId {
  if (!session.id) throw new TypeError('a session without an id')
  return session.id
}
