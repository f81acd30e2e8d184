import { z } from 'zod'
import { RelayRefusal } from './relay-errors'
import type { RelayStore } from './relay-store'
import type { RelayMessage } from './relay-types'

const Instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))
const Limit = z.coerce.number().int().min(1).max(500).default(20)

/** Query of `GET /messages/v4/list`; dates are ISO 8601, both ends included. */
export const MessageListQuery = z.object({
  messageId: z.string().optional(),
  messageIds: z.union([z.string(), z.array(z.string())]).optional(),
  groupId: z.string().optional(),
  to: z.string().optional(),
  from: z.string().optional(),
  type: z.string().optional(),
  statusCode: z.string().optional(),
  dateType: z.enum(['CREATED', 'UPDATED']).default('CREATED'),
  startDate: Instant.optional(),
  endDate: Instant.optional(),
  startKey: z.string().optional(),
  limit: Limit,
})
export type MessageListQuery = z.infer<typeof MessageListQuery>

/** Query of `GET /messages/v4/groups`; of `criteria` only `groupId` and `status` with `cond=eq` are known. */
export const GroupListQuery = z.object({
  criteria: z.enum(['groupId', 'status']).optional(),
  cond: z.literal('eq').optional(),
  value: z.string().optional(),
  startDate: Instant.optional(),
  endDate: Instant.optional(),
  startKey: z.string().optional(),
  limit: Limit,
})
export type GroupListQuery = z.infer<typeof GroupListQuery>

/** One page; `nextKey` null when it is the last. */
export interface ListPage<T> {
  items: T[]
  nextKey: string | null
}

/** Messages in the order in which they were registered, or last changed with `dateType=UPDATED`. */
export function listMessages(store: RelayStore, query: MessageListQuery): ListPage<RelayMessage> {
  const candidates = candidatesOf(store, query)
  const isWanted = filterOf(query)
  const items: RelayMessage[] = []
  for (let at = startOf(query.startKey) ?? candidates.first; at < candidates.length; at++) {
    const message = candidates.at(at)
    if (!message || !isWanted(message)) continue
    if (items.length === query.limit) return { items, nextKey: `K${at}` }
    items.push(message)
  }
  return { items, nextKey: null }
}

/** The groups of the account in order of their making. */
export function listGroups(store: RelayStore, query: GroupListQuery) {
  const { groups } = store.state
  const wanted = query.value
  const items: typeof groups = []
  for (let at = startOf(query.startKey) ?? 0; at < groups.length; at++) {
    const group = groups[at]
    if (!group || !isWithin(group.createdMs, query)) continue
    if (query.criteria && group[query.criteria] !== wanted) continue
    if (items.length === query.limit) return { items, nextKey: `K${at}` }
    items.push(group)
  }
  return { items, nextKey: null }
}

interface Candidates {
  length: number
  /** Where to begin without a startKey. */
  first: number
  at(position: number): RelayMessage | undefined
}

function candidatesOf(store: RelayStore, query: MessageListQuery): Candidates {
  const ids = query.messageId ? [query.messageId] : [query.messageIds ?? []].flat()
  if (ids.length > 0) return { length: ids.length, first: 0, at: (i) => store.message(ids[i] ?? '') }
  if (query.groupId) return byPosition(store, store.group(query.groupId)?.messageIndexes ?? [])
  if (query.to) return byPosition(store, store.toPhone(query.to))
  const { messages, updates, updateMs } = store.state
  const startMs = store.state.wentBack ? undefined : query.startDate
  if (query.dateType === 'CREATED') {
    const length = messages.length
    const first = firstAtLeast(length, (i) => messages[i]?.createdMs ?? 0, startMs)
    return { length, first, at: (i) => messages[i] }
  }
  return {
    length: updates.length,
    first: firstAtLeast(updates.length, (i) => updateMs[i] ?? 0, startMs),
    at(i) {
      const message = messages[updates[i] ?? -1]
      // A message changed twice stands twice in the update log; only its last place counts.
      return message?.updateSeq === i ? message : undefined
    },
  }
}

function byPosition({ state }: RelayStore, positions: readonly number[]): Candidates {
  return { length: positions.length, first: 0, at: (i) => state.messages[positions[i] ?? -1] }
}

/** The first of `length` ascending instants that is not before `startMs`: a poll must not walk over a million old ones. */
function firstAtLeast(length: number, instantAt: (i: number) => number, startMs: number | undefined): number {
  if (startMs === undefined) return 0
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >> 1
    if (instantAt(middle) < startMs) low = middle + 1
    else high = middle
  }
  return low
}

function filterOf(query: MessageListQuery): (message: RelayMessage) => boolean {
  return (message) =>
    (query.groupId === undefined || message.groupId === query.groupId) &&
    (query.to === undefined || message.to === query.to) &&
    (query.from === undefined || message.from === query.from) &&
    (query.type === undefined || message.type === query.type) &&
    (query.statusCode === undefined || message.statusCode === query.statusCode) &&
    isWithin(query.dateType === 'UPDATED' ? message.updatedMs : message.createdMs, query)
}

function isWithin(
  ms: number,
  { startDate, endDate }: { startDate?: number | undefined; endDate?: number | undefined },
): boolean {
  return (startDate === undefined || ms >= startDate) && (endDate === undefined || ms <= endDate)
}

function startOf(startKey: string | undefined): number | null {
  if (startKey === undefined) return null
  const position = /^K(\d+)$/.exec(startKey)?.[1]
  if (position === undefined) throw new RelayRefusal(400, 'ValidationError', 'startKey가 올바르지 않습니다.')
  return Number(position)
}
