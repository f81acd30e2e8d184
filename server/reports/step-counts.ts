import type { Won } from '../core/won'
import type { Batch } from '../sends/send'
import type { SendSpend } from '../sends/send-store'

/** What became of one kind of message in a run. */
export interface StepCount {
  /** Handed over, and not refused at intake or taken back. */
  sent: number
  delivered: number
  failed: number
  /** Handed over, no result yet. */
  open: number
  /** Never handed over: it ended before, or it still waits. Of texts only. */
  unsent: number
  chargedWon: Won
}

/** The message and the text that follows it; together their won is the run's charged won. */
export interface StepCounts {
  message: StepCount
  text: StepCount
}

/** Counts before anything left. */
export function noSteps(): StepCounts {
  return { message: emptyCount(), text: emptyCount() }
}

/** Adds what these batches handed over; `rows` are the sends of `spendersOf` by id. */
export function countSteps(
  counts: StepCounts,
  batches: readonly Batch[],
  rows: ReadonlyMap<string, SendSpend>,
): void {
  for (const batch of batches) {
    const leaving = new Set(batch.intent?.sendIds ?? [])
    const ids = batch.step === 2 ? batch.sendIds : leaving
    for (const id of ids) {
      const row = rows.get(id)
      if (!row) continue
      if (batch.step === 1) countMessage(counts, batch, row)
      else if (row.firstFailedAt) countText(counts, row, leaving.has(id))
    }
  }
}

function countMessage({ message }: StepCounts, { number }: Batch, row: SendSpend): void {
  message.sent += 1
  if (row.firstFailedAt && row.firstBatch === number) message.failed += 1
  else countEnd(message, row)
}

function countText(counts: StepCounts, row: SendSpend, hasLeft: boolean): void {
  if (hasLeft) {
    counts.text.sent += 1
    countEnd(counts.text, row)
    return
  }
  counts.text.unsent += 1
  if (row.end !== 'delivered') return
  // The relay took the failure of the first try back before the text left.
  counts.message.failed -= 1
  counts.message.delivered += 1
  counts.message.chargedWon += row.chargedWon
}

function countEnd(count: StepCount, { end, chargedWon }: SendSpend): void {
  count.delivered += end === 'delivered' ? 1 : 0
  count.open += end === null ? 1 : 0
  count.failed += end !== null && end !== 'delivered' ? 1 : 0
  count.chargedWon += chargedWon
}

function emptyCount(): StepCount {
  return { sent: 0, delivered: 0, failed: 0, open: 0, unsent: 0, chargedWon: 0 }
}
