import { type Connection, Schema } from 'mongoose'
import type { RecentSend, RecentSends } from '../campaigns/contact-rules'
import { runIdOf, sendIdOf, sendIndexOf } from '../core/ids'
import type { KstDay } from '../core/seoul'
import type { Won } from '../core/won'
import type { ReadOptions } from '../malls/id-read-store'
import type { MallId } from '../malls/mall'
import { fromStored, mallCollection, type Stored, toStored } from '../malls/mall-scope-store'
import type { Session } from '../spend/transaction-store'
import { countsForRepeat } from './batch-rules'
import type { OpenSend, Send, SendEnd } from './send'

const schema = new Schema({ _id: String, mallId: String, runId: String, phoneKey: String, runDay: String })
// A run's person, and a person's sends; every further index would cost each message a write.
schema.index({ mallId: 1, runId: 1, phoneKey: 1 }, { unique: true })
schema.index({ mallId: 1, phoneKey: 1, runDay: 1 })

const INSERT_AT_ONCE = 1_000

// Half of a row: reading all of it costs a quarter more (2026-11-28).
const OPEN_FIELDS = {
  memberId: 1,
  phoneKey: 1,
  toSealed: 1,
  nameSealed: 1,
  facts: 1,
  test: 1,
  batch: 1,
  end: 1,
}

/** How sends that end alike end. */
export interface Ending {
  end: SendEnd
  reason: Send['endReason']
  chargedWon: Won
  at: Date
}

/** Which batch an open send is in, and by which try. */
export interface OpenPlace {
  batch: number
  step: 1 | 2
}

/** A first try that failed and goes on as a text in `batch`. */
export interface TextMove {
  batch: number
  reason: NonNullable<Send['firstReason']>
  at: Date
}

/** Which sends of a run a list shows; `after` is the phoneKey of the row before. */
export interface SendQuery {
  end?: SendEnd | null
  endReason?: NonNullable<Send['endReason']>
  after?: string
  limit: number
}

/** A send's money: when its first try failed, when it ended, what was charged. */
export type SendSpend = Pick<Send, 'id' | 'firstBatch' | 'firstFailedAt' | 'end' | 'endedAt' | 'chargedWon'>

/** The rows of all sends. */
export interface SendStore {
  insert(mallId: MallId, sends: Send[]): Promise<void>
  /** Removes the rows of a plan that was never published. */
  /** Removes what planning attempts below `attempt` wrote. */
  wipeRun(mallId: MallId, runId: string, attempt: number): Promise<void>
  /** The members to whom a run has sends for these phones, by phone key. */
  membersOf(mallId: MallId, runId: string, phoneKeys: string[]): Promise<Map<string, string>>
  /** Those of `ids` that have not ended, in plan order. */
  openOf(mallId: MallId, ids: string[]): Promise<OpenSend[]>
  /** Where those of `ids` stand that have not ended, by send id. */
  openPlacesOf(session: Session, mallId: MallId, ids: string[]): Promise<Map<string, OpenPlace>>
  /** Ends those of `ids` that have not ended; tells how many. */
  end(session: Session, mallId: MallId, ids: string[], ending: Ending): Promise<number>
  moveToBatch(session: Session, mallId: MallId, ids: string[], batch: number): Promise<void>
  /** Makes open first tries among `ids` a second try in `move.batch`; tells how many. */
  moveToText(session: Session, mallId: MallId, ids: string[], move: TextMove): Promise<number>
  /** Remembers of open second tries that the first one arrived after all; tells for how many this is news. */
  markContradicted(session: Session, mallId: MallId, ids: string[], at: Date): Promise<number>
  /** The sends to `phoneKeys` in runs of `fromDay` or later that count (law 1), of all campaigns, without those of `exceptRun`. */
  recentSends(
    mallId: MallId,
    fromDay: KstDay,
    phoneKeys: string[],
    options?: { exceptRun?: string },
  ): Promise<RecentSends>
  byId(mallId: MallId, id: string): Promise<Send | null>
  byIds(mallId: MallId, ids: string[]): Promise<Send[]>
  /** What the won of these sends did, without the rest of their rows. */
  spendOf(mallId: MallId, ids: string[]): Promise<SendSpend[]>
  /** Sends to these phones in runs of `fromDay` or later. */
  toPhones(mallId: MallId, phoneKeys: string[], fromDay: KstDay): Promise<Send[]>
  /** All sends to one person, newest run day first. */
  ofPerson(mallId: MallId, phoneKey: string): Promise<Send[]>
  /** Sends of one run in the order of their phoneKey. */
  ofRun(mallId: MallId, runId: string, query: SendQuery): Promise<Send[]>
  /** Every send of one run, streamed. */
  stream(mallId: MallId, runId: string): AsyncIterable<Send>
}

/** Sends in the collection `sends`. */
export function sendStore(connection: Connection): SendStore {
  const sends = mallCollection<Stored<Send>>(connection, 'sends', schema)
  const rowsOf = async (mallId: MallId, ids: readonly string[], options?: ReadOptions) => {
    const span = spanOf(ids)
    if (!span) return sends.findByIds(mallId, ids, options)
    const wanted = new Set(ids)
    const rows = await sends.findByIdRange(mallId, { ids, ...span }, options)
    return rows.filter(({ _id }) => wanted.has(_id))
  }

  return {
    async insert(mallId, rows) {
      for (let i = 0; i < rows.length; i += INSERT_AT_ONCE)
        await sends.insertMany(mallId, rows.slice(i, i + INSERT_AT_ONCE).map(toStored<Send>))
    },
    async wipeRun(mallId, runId, attempt) {
      await sends.deleteMany(mallId, { runId, attempt: { $lt: attempt } })
    },
    async membersOf(mallId, runId, phoneKeys) {
      const projection = { runId: 1, phoneKey: 1, memberId: 1 }
      const rows = await sends.findByKeys(mallId, 'phoneKey', phoneKeys, { projection })
      return new Map(
        rows.filter((row) => row.runId === runId).map(({ phoneKey, memberId }) => [phoneKey, memberId]),
      )
    },
    async openOf(mallId, ids) {
      const rows = await rowsOf(mallId, ids, { projection: OPEN_FIELDS })
      return rows
        .filter(({ end }) => end === null)
        .map((row) => fromStored<OpenSend>(row))
        .sort((a, b) => (a.id < b.id ? -1 : 1))
    },
    async openPlacesOf(session, mallId, ids) {
      const rows = await rowsOf(mallId, ids, { session, projection: { batch: 1, step: 1, end: 1 } })
      const open = rows.filter(({ end }) => end === null)
      return new Map(open.map(({ _id, batch, step }) => [_id, { batch, step }]))
    },
    async end(session, mallId, ids, { end, reason, chargedWon, at }) {
      const { modifiedCount } = await sends.updateMany(
        mallId,
        { _id: { $in: ids }, end: null },
        { $set: { end, endReason: reason, endedAt: at, chargedWon } },
        { session },
      )
      return modifiedCount
    },
    async moveToBatch(session, mallId, ids, batch) {
      await sends.updateMany(mallId, { _id: { $in: ids } }, { $set: { batch } }, { session })
    },
    async moveToText(session, mallId, ids, { batch, reason, at }) {
      const { modifiedCount } = await sends.updateMany(
        mallId,
        { _id: { $in: ids }, end: null, step: 1 },
        [{ $set: { firstBatch: '$batch', firstReason: reason, firstFailedAt: at, batch, step: 2 } }],
        { session },
      )
      return modifiedCount
    },
    async markContradicted(session, mallId, ids, at) {
      const { modifiedCount } = await sends.updateMany(
        mallId,
        { _id: { $in: ids }, end: null, step: 2, firstDeliveredAt: null },
        { $set: { firstDeliveredAt: at } },
        { session },
      )
      return modifiedCount
    },
    async recentSends(mallId, fromDay, phoneKeys, { exceptRun } = {}) {
      const recent = new Map<string, RecentSend[]>()
      const projection = { phoneKey: 1, runId: 1, runDay: 1, campaignId: 1, end: 1, endReason: 1, test: 1 }
      for (const row of await sends.findByKeys(mallId, 'phoneKey', phoneKeys, { projection })) {
        const { phoneKey, runId, runDay, campaignId } = row
        if (runDay < fromDay || runId === exceptRun || !countsForRepeat(row)) continue
        const known = recent.get(phoneKey)
        if (known) known.push({ campaignId, runDay })
        else recent.set(phoneKey, [{ campaignId, runDay }])
      }
      return recent
    },
    async byId(mallId, id) {
      const row = await sends.findOne(mallId, { _id: id })
      return row ? fromStored<Send>(row) : null
    },
    async byIds(mallId, ids) {
      return (await rowsOf(mallId, ids)).map((row) => fromStored<Send>(row))
    },
    async spendOf(mallId, ids) {
      const projection = { firstBatch: 1, firstFailedAt: 1, end: 1, endedAt: 1, chargedWon: 1 }
      return (await rowsOf(mallId, ids, { projection })).map((row) => fromStored<SendSpend>(row))
    },
    async toPhones(mallId, phoneKeys, fromDay) {
      const rows = await sends.findByKeys(mallId, 'phoneKey', phoneKeys)
      return rows.filter(({ runDay }) => runDay >= fromDay).map((row) => fromStored<Send>(row))
    },
    async ofPerson(mallId, phoneKey) {
      const rows = await sends.find(mallId, { phoneKey }).sort({ runDay: -1, _id: -1 }).limit(200).toArray()
      return rows.map((row) => fromStored<Send>(row))
    },
    async ofRun(mallId, runId, { end, endReason, after, limit }) {
      const rows = await sends
        .find(mallId, {
          runId,
          ...(after === undefined ? {} : { phoneKey: { $gt: after } }),
          ...(end === undefined ? {} : { end }),
          ...(endReason === undefined ? {} : { endReason }),
        })
        .sort({ phoneKey: 1 })
        .limit(limit)
        .toArray()
      return rows.map((row) => fromStored<Send>(row))
    },
    async *stream(mallId, runId) {
      for await (const row of sends.find(mallId, { runId })) yield fromStored<Send>(row)
    },
  }
}

// Of a range at least every other row must be wanted, else naming the ids reads less.
const WANTED_OF_A_RANGE = 0.5

/** The range of ids that holds all of `ids`, where reading it is the cheapest way to them: batches are cut from a run in a row. */
function spanOf(ids: readonly string[]): { first: string; last: string } | null {
  const [any] = ids
  if (any === undefined || ids.some((id) => runIdOf(id) !== runIdOf(any))) return null
  const places = ids.map(sendIndexOf)
  const [from, to] = [Math.min(...places), Math.max(...places)]
  if (ids.length < (to - from + 1) * WANTED_OF_A_RANGE) return null
  return { first: sendIdOf(runIdOf(any), from), last: sendIdOf(runIdOf(any), to) }
}
