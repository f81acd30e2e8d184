import { type Connection, Schema } from 'mongoose'
import type { MallId } from '../malls/mall'
import { mallCollection } from '../malls/mall-scope-store'
import type { Decision, DecisionReason } from './run'

/** A decision not to send, as stored; `send` is the send row itself (docs/decisions/0002). */
export interface StoredDecision extends Omit<Decision, 'send' | 'reason'> {
  mallId: MallId
  runId: string
  reason: Exclude<DecisionReason, 'send'>
}

type Row = StoredDecision & { _id: string; attempt?: number }

const CHUNK = 1_000

const schema = new Schema(
  { _id: String, mallId: String, runId: String, reason: String },
  { strict: false, collection: 'decisions' },
).index({ mallId: 1, runId: 1, reason: 1, _id: 1 })

/** Decisions of runs about people who get nothing; at most one a run and member. */
export function decisionStore(connection: Connection) {
  const decisions = mallCollection<Row>(connection, 'decisions', schema)
  return {
    /** Stores those decisions that are not `send`, in chunks of 1,000; throws when one is there already. */
    async insertMany(
      mallId: MallId,
      { runId, attempt }: { runId: string; attempt: number },
      made: readonly Decision[],
    ): Promise<void> {
      const rows = made.flatMap((decision) => rowOf(mallId, runId, decision))
      for (let i = 0; i < rows.length; i += CHUNK)
        await decisions.insertMany(
          mallId,
          rows.slice(i, i + CHUNK).map((row) => ({ ...row, attempt })),
        )
    },

    /** Removes what attempts below `attempt` wrote; tells how many. */
    async wipeRun(mallId: MallId, runId: string, attempt: number): Promise<number> {
      return decisions.deleteMany(mallId, { runId, attempt: { $lt: attempt } })
    },

    /** One page of the people with `reason`, by member id; `after` is the last member of the page before. */
    async page(
      mallId: MallId,
      runId: string,
      reason: StoredDecision['reason'],
      options: { after?: string; limit: number },
    ): Promise<StoredDecision[]> {
      const after = options.after === undefined ? {} : { _id: { $gt: keyOf(runId, options.after) } }
      const found = await decisions
        .find(mallId, { runId, reason, ...after }, { sort: { _id: 1 }, limit: options.limit })
        .toArray()
      return found.map(decisionOf)
    },

    /** What these runs decided about one member, where it was not `send`. */
    async ofMember(mallId: MallId, runIds: readonly string[], memberId: string): Promise<StoredDecision[]> {
      const ids = runIds.map((runId) => keyOf(runId, memberId))
      const found = await decisions.findByIds(mallId, ids)
      return found.map(decisionOf)
    },

    /** Counts by reason from the rows themselves, for checks and reports of small runs; no request path uses it. */
    async countByReason(
      mallId: MallId,
      runId: string,
    ): Promise<Partial<Record<StoredDecision['reason'], number>>> {
      const found = await decisions.aggregate<{ _id: StoredDecision['reason']; people: number }>(mallId, [
        { $match: { runId } },
        { $group: { _id: '$reason', people: { $sum: 1 } } },
      ])
      return Object.fromEntries(found.map(({ _id, people }) => [_id, people]))
    },
  }
}

export type DecisionStore = ReturnType<typeof decisionStore>

function rowOf(mallId: MallId, runId: string, decision: Decision): Row[] {
  const { memberId, reason, phoneKey, detail } = decision
  if (reason === 'send') return []
  return [{ _id: keyOf(runId, memberId), mallId, runId, memberId, reason, phoneKey, detail }]
}

function decisionOf({ _id, attempt: _, ...decision }: Row): StoredDecision {
  return decision
}

function keyOf(runId: string, memberId: string): string {
  return `${runId}:${memberId}`
}
