import { pick, type RelayStore } from './relay-store'
import type { RelayMessage } from './relay-types'

/** One step of a message: status code, business instant and machine instant in ISO 8601. */
interface JournalStep {
  code: string
  at: string
  machineAt: string
}

/** One message as the relay itself saw it, for a test that judges without asking Baguni. */
export interface JournalEntry {
  /** Position in its list, from 0. */
  seq: number
  messageId: string
  groupId: string
  to: string
  from: string
  type: string
  subject: string | null
  text: string
  /** Of its buttons; of a text message, those in its text. */
  links: string[]
  customFields: Record<string, string>
  /** When the relay took it to send (business time, machine time); null when it was refused or never sent. */
  acceptedAt: string | null
  acceptedMachineAt: string | null
  statusCode: string
  final: boolean
  /** True when the phone shows it. */
  shown: boolean
  /** Won the relay keeps for it now. */
  chargedWon: number
  history: JournalStep[]
}

/** `accepted` = left the relay, in order of leaving; `refused` = turned down at intake; `all` = also never sent. */
export type JournalOutcome = 'accepted' | 'refused' | 'all'

/** One page from position `since`; `next` is the position to go on from, `more` whether something is there already. */
export interface JournalPage {
  entries: JournalEntry[]
  next: number
  more: boolean
}

/** Figures over everything the relay took. */
export interface JournalCount {
  accepted: number
  refused: number
  delivered: number
  failed: number
  uncertain: number
  pending: number
  chargedWon: number
  byCode: Record<string, number>
}

/** A page of the journal, at most `limit` entries. */
export function journalPage(
  { state }: RelayStore,
  { since, limit, outcome }: { since: number; limit: number; outcome: JournalOutcome },
): JournalPage {
  if (outcome === 'accepted') {
    const entries = pick(state.messages, state.accepted.slice(since, since + limit)).map((message, i) =>
      entryOf(message, since + i),
    )
    const next = since + entries.length
    return { entries, next, more: next < state.accepted.length }
  }
  const entries: JournalEntry[] = []
  let position = since
  for (; position < state.messages.length && entries.length < limit; position++) {
    const message = state.messages[position]
    if (message && (outcome === 'all' || isRefused(message))) entries.push(entryOf(message, position))
  }
  return { entries, next: position, more: position < state.messages.length }
}

/** Counts all messages. */
export function journalCount({ state }: RelayStore): JournalCount {
  const count: JournalCount = {
    accepted: state.accepted.length,
    refused: 0,
    delivered: 0,
    failed: 0,
    uncertain: 0,
    pending: 0,
    chargedWon: 0,
    byCode: {},
  }
  for (const message of state.messages) {
    if (isRefused(message)) count.refused += 1
    else if (message.acceptedMs === null) continue
    else if (message.status !== 'COMPLETE') count.pending += 1
    else if (message.statusCode === '4000') count.delivered += 1
    else if (message.statusCode === '3040') count.uncertain += 1
    else count.failed += 1
    count.chargedWon += message.chargedWon
    count.byCode[message.statusCode] = (count.byCode[message.statusCode] ?? 0) + 1
  }
  return count
}

function isRefused(message: RelayMessage): boolean {
  return message.acceptedMs === null && message.status === 'COMPLETE'
}

function entryOf(message: RelayMessage, seq: number): JournalEntry {
  const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())
  return {
    seq,
    messageId: message.messageId,
    groupId: message.groupId,
    to: message.to,
    from: message.from,
    type: message.type,
    subject: message.subject,
    text: message.text,
    links:
      message.type === 'BMS_FREE'
        ? message.buttons.map(({ url }) => url)
        : (message.text.match(/https?:\/\/\S+/g) ?? []),
    customFields: message.customFields ?? {},
    acceptedAt: iso(message.acceptedMs),
    acceptedMachineAt: iso(message.acceptedMachineMs),
    statusCode: message.statusCode,
    final: message.status === 'COMPLETE',
    shown: message.shownMs !== null,
    chargedWon: message.chargedWon,
    history: stepsOf(message.history),
  }
}

function stepsOf(flat: readonly number[]): JournalStep[] {
  const steps: JournalStep[] = []
  for (let i = 0; i + 2 < flat.length; i += 3) {
    const [code = 0, businessMs = 0, machineMs = 0] = flat.slice(i, i + 3)
    steps.push({
      code: String(code),
      at: new Date(businessMs).toISOString(),
      machineAt: new Date(machineMs).toISOString(),
    })
  }
  return steps
}
