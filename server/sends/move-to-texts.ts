import { AppError } from '../core/errors'
import type { MallId } from '../malls/mall'
import type { Session } from '../spend/transaction-store'
import type { BatchStore } from './batch-store'
import { TEXTS_A_BATCH } from './fallback-rules'
import type { MoveGroup } from './ledger-rules'
import { type Batch, batchIdOf } from './send'
import type { SendStore } from './send-store'

/** Where first tries go that failed and may be followed by a text. */
export interface TextFallback {
  /** From when the texts may be leased. */
  dueAt: Date
  /** A number for one more batch of the run; called inside a transaction that may be repeated, so numbers may be left out. */
  nextNumber(): Promise<number>
  /** A batch of texts that may have room; only to make fewer batches. */
  gathering: number | null
}

/** Whether the failures of a run may be followed by a text now. */
export interface TextGate {
  /** Null when its campaign has no fallback, the account cannot send texts, it is a test, stopped, or its latest time is over. */
  open(mallId: MallId, runId: string): Promise<TextFallback | null>
  /** Sends moved: workers look when their batch is due, and what fails next joins it while it has room. */
  moved(mallId: MallId, runId: string, fallback: TextFallback, gathering: number | null): Promise<void>
}

/** The moves of one transaction: `like` is any batch of the run, `room` the gathering batch as read in it. */
export interface TextMoves {
  like: Batch
  moves: readonly MoveGroup[]
  texts: TextFallback & { room: Batch | null }
  at: Date
}

/** Sends that keep the same won, which is what a batch has one figure for. */
interface Kept {
  keptEachWon: number
  firstWon: number
  sends: { id: string; reason: MoveGroup['reason'] }[]
}

/** Makes first tries second tries, in the gathering batch while it has room, then in new ones; tells how many are new and which has room now. */
export async function moveToTexts(
  parts: { sends: Pick<SendStore, 'moveToText'>; batches: Pick<BatchStore, 'append' | 'insert'> },
  session: Session,
  { like, moves, texts, at }: TextMoves,
): Promise<{ batches: number; gathering: number | null }> {
  let room = texts.room
  let made = 0
  let gathering: number | null = null
  for (const kept of byKept(moves)) {
    const { sends } = kept
    while (sends.length > 0) {
      const joins = room !== null && fits(room, kept)
      const free = joins && room ? TEXTS_A_BATCH - room.sendIds.length : TEXTS_A_BATCH
      const moving = sends.splice(0, free)
      const ids = moving.map(({ id }) => id)
      if (joins && room) {
        if (!(await parts.batches.append(session, room, ids)))
          throw new AppError('batch-gone', 'A batch changed within a snapshot', { batch: room.number })
        gathering = room.number
      } else {
        gathering = await texts.nextNumber()
        const batch = textBatch(like, gathering, { ids, kept, dueAt: texts.dueAt })
        await parts.batches.insert(like.mallId, [batch], session)
        made += 1
      }
      await moveRows(parts.sends, session, { like, moving, batch: gathering, at })
      room = null
    }
  }
  return { batches: made, gathering }
}

async function moveRows(
  sends: Pick<SendStore, 'moveToText'>,
  session: Session,
  { like, moving, batch, at }: { like: Batch; moving: Kept['sends']; batch: number; at: Date },
): Promise<void> {
  for (const reason of new Set(moving.map((each) => each.reason))) {
    const ids = moving.filter((each) => each.reason === reason).map(({ id }) => id)
    const moved = await sends.moveToText(session, like.mallId, ids, { batch, reason, at })
    if (moved !== ids.length)
      throw new AppError('ends-differ', 'Sends moved beside the ledger', { runId: like.runId })
  }
}

function byKept(moves: readonly MoveGroup[]): Kept[] {
  const all = new Map<string, Kept>()
  for (const { ids, reason, keptEachWon, firstWon } of moves) {
    const key = `${keptEachWon}:${firstWon}`
    const kept = all.get(key) ?? { keptEachWon, firstWon, sends: [] }
    kept.sends.push(...ids.map((id) => ({ id, reason })))
    all.set(key, kept)
  }
  return [...all.values()]
}

function fits(room: Batch, { keptEachWon, firstWon }: Kept): boolean {
  return (
    room.state === 'planned' &&
    room.step === 2 &&
    room.sendIds.length < TEXTS_A_BATCH &&
    room.keptEachWon === keptEachWon &&
    room.firstWon === firstWon
  )
}

function textBatch(
  like: Batch,
  number: number,
  { ids, kept, dueAt }: { ids: string[]; kept: Kept; dueAt: Date },
): Batch {
  const { mallId, campaignId, revision, runId, runDay, test, latestAt } = like
  return {
    id: batchIdOf(runId, number),
    ...{ mallId, campaignId, revision, runId, runDay, number, test, latestAt, dueAt },
    step: 2,
    keptEachWon: kept.keptEachWon,
    firstWon: kept.firstWon,
    state: 'planned',
    sendIds: ids,
    open: ids.length,
    asked: 0,
    lease: null,
    fence: 0,
    intent: null,
    handedOverAt: null,
    acceptedAt: null,
  }
}
