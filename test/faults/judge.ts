import { isQuiet } from '../../server/core/quiet-hours'
import { daysBetween } from '../../server/core/seoul'
import {
  type Evidence,
  type Find,
  type Finding,
  type JudgedMessage,
  type JudgedSend,
  sendOf,
} from './evidence'
import { judgeWon } from './judge-won'
import { type Breach, type Figures, noFigures } from './suite'

/** What the judge says. */
export type Verdict = { figures: Figures; findings: Finding[] }

const DELIVERED = '4000'
const UNCERTAIN = '3040'
/** Reasons for which we let nothing go to the relay ourselves. */
const OURS = ['content', 'invalid-number']
const IN_THE_OPEN = ['cancelled', 'capped', 'expired', 'failed']

/** Judges by the relay's journal first, then our ledger against it. `hits` and `faults` are the suite's to add. */
export function judge(evidence: Evidence): Verdict {
  const findings: Finding[] = []
  const find = (breach: Breach, what: string, id: string, count = 1) => {
    if (count > 0) findings.push({ breach, what, id, count })
  }
  const rows = new Map(evidence.sends.map((send) => [send.id, send]))
  const messages = groupBySend(evidence.accepted)
  judgeJournal(evidence, rows, find)
  judgeRows(evidence, messages, find)
  judgeRuns(evidence, find)
  judgeWon(evidence, find)
  for (const { id, state } of evidence.batches ?? [])
    if (state === 'unknown') find('unknownLeft', 'the relay was not asked, or not understood', id)
  const figures = noFigures()
  figures.runs = new Set([
    ...(evidence.runs ?? []).map(({ id }) => id),
    ...evidence.sends.map(({ runId }) => runId),
  ]).size
  for (const { breach, count } of findings) figures[breach] += count
  return { figures, findings }
}

function groupBySend(accepted: readonly JudgedMessage[]): Map<string, JudgedMessage[]> {
  const groups = new Map<string, JudgedMessage[]>()
  for (const entry of accepted) groups.set(sendOf(entry), [...(groups.get(sendOf(entry)) ?? []), entry])
  return groups
}

/** What the journal alone shows: doubles, the night, barred phones, strangers. */
function judgeJournal(
  { accepted, quietHours, barred, repeatDays = 7 }: Evidence,
  rows: ReadonlyMap<string, JudgedSend>,
  find: Find,
): void {
  const toPhone = new Map<string, { entry: JudgedMessage; row: JudgedSend | undefined }[]>()
  for (const entry of accepted) {
    const id = sendOf(entry)
    const row = rows.get(id)
    if (!row) find('mismatches', 'the relay accepted a send that we do not have', id)
    if (entry.acceptedAt && !row?.test && isQuiet(new Date(entry.acceptedAt), quietHours))
      find('atNight', `accepted at ${entry.acceptedAt}`, id)
    if (barred?.has(entry.to)) find('mismatches', 'a message to somebody who was called off', id)
    if (row?.test) continue
    const earlier = toPhone.get(entry.to) ?? []
    if (earlier.some((before) => forbids(before, { entry, row }, repeatDays)))
      find('doubles', `another ${entry.type} to the same phone`, id)
    toPhone.set(entry.to, [...earlier, { entry, row }])
  }
}

interface Left {
  entry: JudgedMessage
  row: JudgedSend | undefined
}

/** True when `before` must have kept `after` from leaving (law 1; a text may follow a definite failure of its own run). */
function forbids(before: Left, after: Left, repeatDays: number): boolean {
  if (before.row && after.row) {
    if (before.row.campaignId !== after.row.campaignId) return false
    if (before.row.runId !== after.row.runId) {
      if (definitelyFailed(before.entry)) return false
      return Math.abs(daysBetween(before.row.runDay, after.row.runDay)) < repeatDays
    }
  }
  const isSecondStep = after.entry.type !== 'BMS_FREE' && before.entry.type === 'BMS_FREE'
  const failedAt = before.entry.history.at(-1)?.at ?? ''
  return !(isSecondStep && definitelyFailed(before.entry) && failedAt <= (after.entry.acceptedAt ?? ''))
}

function definitelyFailed({ final, statusCode }: JudgedMessage): boolean {
  return final && statusCode !== DELIVERED && statusCode !== UNCERTAIN
}

/** Our rows against the journal, send by send. */
function judgeRows(
  { sends, refused, fallback = false }: Evidence,
  messages: ReadonlyMap<string, JudgedMessage[]>,
  find: Find,
): void {
  const refusedIds = new Set(refused.map(sendOf))
  for (const send of sends) {
    const left = messages.get(send.id) ?? []
    const last = left.at(-1)
    if (!last) judgeUnsent(send, refusedIds.has(send.id), find)
    else if (!agrees(send, last, fallback))
      find('mismatches', `${send.end} (${send.endReason}) here, ${last.statusCode} at the relay`, send.id)
    const theirs = left.reduce((sum, { chargedWon }) => sum + chargedWon, 0)
    if (last?.final && send.end !== null && send.chargedWon !== theirs)
      find('mismatches', `${send.chargedWon} won here, ${theirs} won at the relay`, send.id)
  }
}

function judgeUnsent(send: JudgedSend, isRefused: boolean, find: Find): void {
  if (send.end === 'delivered') find('lost', 'delivered here, unknown to the relay', send.id)
  else if (send.end === null) find('lost', 'no end, and nothing at the relay', send.id)
  else if (send.end === 'failed' && !isRefused && !OURS.includes(send.endReason ?? ''))
    find('mismatches', `failed (${send.endReason}) here, unknown to the relay`, send.id)
  if (send.chargedWon > 0 && send.end !== 'failed')
    find('mismatches', `${send.chargedWon} won for nothing`, send.id)
}

function agrees({ end, endReason }: JudgedSend, last: JudgedMessage, fallback: boolean): boolean {
  // A result that the relay never tells leaves the send open for days, and then `uncertain`.
  if (!last.final) return end === null || (end === 'failed' && endReason === 'uncertain')
  if (last.statusCode === DELIVERED) return end === 'delivered'
  // Its text may have been called off, capped or too late.
  return end === 'failed' || (fallback && end !== null && IN_THE_OPEN.includes(end))
}

/** Every person has one decision, every decision to send one row; the stored figures are those of the rows. */
function judgeRuns({ runs = [], tallies = [], sends, mayMiss = false }: Evidence, find: Find): void {
  for (const { id, state, population, decisions } of runs) {
    const rows = sends.filter(({ runId }) => runId === id)
    const decided = decisions.send ?? 0
    const total = Object.values(decisions).reduce((sum, count) => sum + count, 0)
    if (state === 'planning' || state === 'published') find('lost', `the run is still ${state}`, id)
    if (state === 'missed') {
      // A run that was never sent proves nothing about those that are.
      if (!mayMiss) find('lost', 'the run missed its day', id)
      continue
    }
    if (total !== population) find('mismatches', `${total} decisions about ${population} people`, id)
    if (decided > rows.length) find('lost', 'decided `send`, and no row', id, decided - rows.length)
    if (decided < rows.length) find('mismatches', `${rows.length} rows for ${decided} decisions`, id)
  }
  for (const { id, waiting, out, ended } of tallies) {
    const rows = sends.filter(({ runId }) => runId === id)
    const open = rows.filter(({ end }) => end === null).length
    if (waiting + out !== open) find('mismatches', `tally: ${waiting} waiting and ${out} out of ${open}`, id)
    for (const [end, count] of Object.entries(ended)) {
      const real = rows.filter((row) => row.end === end).length
      if (real !== count) find('mismatches', `tally: ${count} ${end}, rows: ${real}`, id)
    }
  }
}
