import { randomBytes } from 'node:crypto'
import type { ForcedFate, RelayGroup, RelayMessage, RelayWebhook } from './relay-types'

/** Everything the relay remembers, in plain arrays; `updates`, `accepted` and `shown` hold message indexes in order. */
export interface RelayState {
  /** Makes ids of two relays differ. */
  tag: string
  groups: RelayGroup[]
  messages: RelayMessage[]
  updates: number[]
  /** The instant of each place in `updates`. */
  updateMs: number[]
  /** True once the clock ran backwards: instants no longer ascend. */
  wentBack: boolean
  accepted: number[]
  shown: number[]
  balanceWon: number
  webhooks: RelayWebhook[]
  /** Phones whose owner blocked the channel by hand. */
  blocked: string[]
  /** Fates that were set by hand: `{phone}:brand` for Kakao messages, `{phone}:text` for texts. */
  forced?: Record<string, ForcedFate>
}

/** The relay's memory with its indexes. */
export interface RelayStore {
  state: RelayState
  group(groupId: string): RelayGroup | undefined
  message(messageId: string): RelayMessage | undefined
  messagesOf(group: RelayGroup): RelayMessage[]
  /** Indexes of all messages to one phone, oldest first. */
  toPhone(digits: string): readonly number[]
  phones(): Iterable<string>
  addGroup(group: Omit<RelayGroup, 'groupId' | 'number'>): RelayGroup
  addMessage(message: Omit<RelayMessage, 'index' | 'messageId' | 'updateSeq'>): RelayMessage
  /** Moves a message to the end of the update log. */
  touch(message: RelayMessage, atMs: number): void
  isBlocked(digits: string): boolean
  setBlocked(digits: string, blocked: boolean): void
  replace(state: RelayState): void
}

/** An empty memory with the starting balance. */
export function createRelayStore(balanceWon: number): RelayStore {
  let state = emptyState(balanceWon)
  let index = indexOf(state)
  return {
    get state() {
      return state
    },
    group: (groupId) => index.groups.get(groupId),
    message: (messageId) => index.messages.get(messageId),
    messagesOf: (group) => pick(state.messages, group.messageIndexes),
    toPhone: (digits) => index.phones.get(digits) ?? [],
    phones: () => index.phones.keys(),
    addGroup(fields) {
      const number = state.groups.length
      const group = { ...fields, number, groupId: makeId('G4V', state.tag, number) }
      state.groups.push(group)
      index.groups.set(group.groupId, group)
      return group
    },
    addMessage(fields) {
      const position = state.messages.length
      const message = {
        ...fields,
        index: position,
        messageId: makeId('M4V', state.tag, position),
        updateSeq: state.updates.length,
      }
      state.messages.push(message)
      log(state, message)
      remember(index, message)
      return message
    },
    touch(message, atMs) {
      message.updatedMs = atMs
      message.updateSeq = state.updates.length
      log(state, message)
    },
    isBlocked: (digits) => index.blocked.has(digits),
    setBlocked(digits, blocked) {
      if (blocked) index.blocked.add(digits)
      else index.blocked.delete(digits)
      state.blocked = [...index.blocked]
    },
    replace(next) {
      state = next
      index = indexOf(state)
    },
  }
}

function log(state: RelayState, message: RelayMessage): void {
  if (message.updatedMs < (state.updateMs.at(-1) ?? 0)) state.wentBack = true
  state.updates.push(message.index)
  state.updateMs.push(message.updatedMs)
}

/** The objects at `positions`, in that order. */
export function pick<T>(list: readonly T[], positions: readonly number[]): T[] {
  return positions.flatMap((position) => list[position] ?? [])
}

function emptyState(balanceWon: number): RelayState {
  return {
    tag: randomBytes(5).toString('hex').toUpperCase(),
    groups: [],
    messages: [],
    updates: [],
    updateMs: [],
    wentBack: false,
    accepted: [],
    shown: [],
    balanceWon,
    webhooks: [],
    blocked: [],
  }
}

interface RelayIndex {
  groups: Map<string, RelayGroup>
  messages: Map<string, RelayMessage>
  phones: Map<string, number[]>
  blocked: Set<string>
}

function indexOf(state: RelayState): RelayIndex {
  const index: RelayIndex = {
    groups: new Map(state.groups.map((group) => [group.groupId, group])),
    messages: new Map(),
    phones: new Map(),
    blocked: new Set(state.blocked),
  }
  for (const message of state.messages) remember(index, message)
  return index
}

function remember(index: RelayIndex, message: RelayMessage): void {
  index.messages.set(message.messageId, message)
  const known = index.phones.get(message.to)
  if (known) known.push(message.index)
  else index.phones.set(message.to, [message.index])
}

function makeId(kind: string, tag: string, number: number): string {
  return `${kind}${tag}${number.toString(36).toUpperCase().padStart(8, '0')}`
}
