import type { Connection } from 'mongoose'
import { Schema } from 'mongoose'
import type { Clock } from '../core/clock'
import { newSecret } from '../core/ids'

/** A claim on one piece of work among all processes, with an end by machine time and a fence that rises with each holder. */
export interface Leases {
  /** The fence number, or null while somebody else holds `name`. */
  acquire(name: string, owner: string, ttlMs: number): Promise<number | null>
  /** False when the lease was lost: whoever held it stops. */
  renew(name: string, owner: string, fence: number, ttlMs: number): Promise<boolean>
  release(name: string, owner: string, fence: number): Promise<void>
  /** Does short work under `name` and gives its result; null when somebody else holds it. */
  hold<T>(name: string, ttlMs: number, work: (fence: number) => Promise<T>): Promise<T | null>
}

interface LeaseDoc {
  _id: string
  owner: string
  fence: number
  until: Date
}

const DUPLICATE_KEY = 11_000

const schema = new Schema<LeaseDoc>(
  { _id: String, owner: String, fence: Number, until: Date },
  { versionKey: false },
)

/** Leases in the database, by machine time. */
export function leaseStore(connection: Connection, machine: Clock): Leases {
  const model = connection.models['leases'] ?? connection.model('leases', schema, 'leases')
  const leases = model.collection
  const after = (ttlMs: number) => new Date(machine.now().getTime() + ttlMs)
  const store: Leases = {
    async acquire(name, owner, ttlMs) {
      const filter = { _id: name as never, until: { $lte: machine.now() } }
      try {
        const held = await leases.findOneAndUpdate(
          filter,
          { $set: { owner, until: after(ttlMs) }, $inc: { fence: 1 } },
          { upsert: true, returnDocument: 'after' },
        )
        return Number(held?.['fence'] ?? 1)
      } catch (cause) {
        // The upsert meets a lease that has not ended.
        if (cause instanceof Error && 'code' in cause && cause.code === DUPLICATE_KEY) return null
        throw cause
      }
    },
    async renew(name, owner, fence, ttlMs) {
      const renewed = await leases.updateOne(
        { _id: name as never, owner, fence },
        { $set: { until: after(ttlMs) } },
      )
      return renewed.matchedCount === 1
    },
    async release(name, owner, fence) {
      await leases.updateOne({ _id: name as never, owner, fence }, { $set: { until: new Date(0) } })
    },
    async hold(name, ttlMs, work) {
      const owner = newSecret(9)
      const fence = await store.acquire(name, owner, ttlMs)
      if (fence === null) return null
      try {
        return await work(fence)
      } finally {
        await store.release(name, owner, fence)
      }
    },
  }
  return store
}
