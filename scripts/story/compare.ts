import type { Send } from '../../server/sends/send'
import type { JournalEntry } from './sandbox-control'

/** Every difference between our rows and the relay's own journal, message by message. */
export interface Comparison {
  reconciled: boolean
  doubles: number
  /** Left the relay, unknown to us. */
  strangers: number
  /** We say that it left, the relay does not. */
  lost: number
  /** Delivered here and failed there, or the reverse. */
  otherFate: number
  wonDifference: number
}

const DELIVERED = '4000'

/** Compares the sends of one run with what the relay accepted and refused. */
export function compare(sends: Send[], accepted: JournalEntry[], refused: JournalEntry[]): Comparison {
  const rows = new Map(sends.map((send) => [send.id, send]))
  const left = new Map(accepted.map((entry) => [idOf(entry), entry]))
  const refusedIds = new Set(refused.map(idOf))
  const phones = new Set(accepted.map((entry) => entry.to))
  const doubles = accepted.length - Math.min(left.size, phones.size)
  const strangers = [...left.keys()].filter((id) => !rows.has(id)).length
  const lost = sends.filter(
    (send) => weSayItLeft(send) && !left.has(send.id) && !refusedIds.has(send.id),
  ).length
  const otherFate = accepted.filter((entry) => !agrees(rows.get(idOf(entry)), entry)).length
  const ours = sends.reduce((sum, send) => sum + send.chargedWon, 0)
  const theirs = accepted.reduce((sum, entry) => sum + entry.chargedWon, 0)
  const wonDifference = ours - theirs
  const differences = [doubles, strangers, lost, otherFate, Math.abs(wonDifference)]
  return {
    reconciled: differences.every((count) => count === 0),
    doubles,
    strangers,
    lost,
    otherFate,
    wonDifference,
  }
}

function weSayItLeft(send: Send): boolean {
  return send.end === 'delivered' || send.end === 'failed'
}

function agrees(send: Send | undefined, entry: JournalEntry): boolean {
  if (!send || !entry.final) return send !== undefined && send.end === null
  return entry.statusCode === DELIVERED ? send.end === 'delivered' : send.end === 'failed'
}

function idOf(entry: JournalEntry): string {
  return entry.customFields['k'] ?? ''
}
