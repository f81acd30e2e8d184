import type { DecisionStore } from '../campaigns/decision-store'
import type { Keyring } from '../core/crypto'
import type { MallId } from '../malls/mall'
import type { Batch, Send } from '../sends/send'
import type { ShopperStore } from '../shoppers/shopper-store'
import type { Order } from '../tracking/tracking'
import type { PeopleQuery, PeopleSource, RunPerson, SendPick, SendRow } from './people'
import { sourcesOf } from './people-rules'
import { readSendRows, type SendRowParts, WINDOW } from './send-rows'

/** What lists of people are read from. */
export interface PeopleServiceParts extends SendRowParts {
  decisions: Pick<DecisionStore, 'page'>
  shoppers: Pick<ShopperStore, 'byMemberIds'>
  keyring: Pick<Keyring, 'forMall'>
}

/** A place in a list: the source, and where in it: behind a member id, or at a send's number. */
export interface PeoplePlace {
  source: number
  at: string | number | null
}

/** One page of people, in clear; short, even empty, with a `next` when a large run had to be searched for long. */
export interface PeoplePage {
  people: RunPerson[]
  next: PeoplePlace | null
}

/** Lists of the people behind the figures of a run. */
export interface PeopleService {
  page(
    mallId: MallId,
    runId: string,
    query: PeopleQuery,
    options: { place?: PeoplePlace; limit: number },
  ): Promise<PeoplePage>
  /** Everybody, page by page, for a file. */
  stream(mallId: MallId, runId: string, query: PeopleQuery): AsyncIterable<RunPerson>
}

const STREAM_SIZE = 500
// What one page may search: some tenths of a second on the default database, nothing to notice on a large one.
const WINDOWS_A_PAGE = 30
const FIRST: PeoplePlace = { source: 0, at: null }

/** Builds the people service. */
export function createPeopleService(parts: PeopleServiceParts): PeopleService {
  const service: PeopleService = {
    async page(mallId, runId, query, { place = FIRST, limit }) {
      const sources = sourcesOf(query)
      const people: RunPerson[] = []
      let { at } = place
      for (let number = place.source; number < sources.length; number += 1, at = null) {
        const source = sources[number]
        if (!source) break
        const part = await readPart(parts, source, { mallId, runId, at, limit: limit - people.length })
        people.push(...part.people)
        if (part.next !== null) return { people, next: { source: number, at: part.next } }
        // The page is full exactly at the end of a source: the next one begins it.
        if (people.length >= limit && number + 1 < sources.length) {
          return { people, next: { source: number + 1, at: null } }
        }
      }
      return { people, next: null }
    },
    async *stream(mallId, runId, query) {
      let place: PeoplePlace | null = FIRST
      while (place) {
        const page: PeoplePage = await service.page(mallId, runId, query, { place, limit: STREAM_SIZE })
        yield* page.people
        place = page.next
      }
    },
  }
  return service
}

interface PartRead {
  mallId: MallId
  runId: string
  at: PeoplePlace['at']
  limit: number
}

/** People of one source; `next` is where the rest of it begins. */
interface Part {
  people: RunPerson[]
  next: string | number | null
}

function readPart(parts: PeopleServiceParts, source: PeopleSource, read: PartRead): Promise<Part> {
  return source.from === 'decisions'
    ? decidedPart(parts, source.reason, read)
    : sentPart(parts, source.pick, read)
}

async function decidedPart(
  parts: PeopleServiceParts,
  reason: (PeopleSource & { from: 'decisions' })['reason'],
  { mallId, runId, at, limit }: PartRead,
): Promise<Part> {
  const after = typeof at === 'string' ? { after: at } : {}
  const found = await parts.decisions.page(mallId, runId, reason, { ...after, limit: limit + 1 })
  const decisions = found.slice(0, limit)
  const memberIds = decisions.map(({ memberId }) => memberId)
  const shoppers = await parts.shoppers.byMemberIds(mallId, memberIds)
  const byMember = new Map(shoppers.map((shopper) => [shopper.memberId, shopper]))
  const keys = parts.keyring.forMall(mallId)
  const people = decisions.map(({ memberId, detail }): RunPerson => {
    const shopper = byMember.get(memberId)
    return {
      memberId,
      name: shopper ? keys.openOrNull(shopper.nameSealed) : null,
      phone: shopper?.phoneSealed ? keys.openOrNull(shopper.phoneSealed) : null,
      stands: { as: 'decided', reason, detail },
      way: null,
      clickedAt: null,
      order: null,
    }
  })
  return { people, next: found.length > limit ? (memberIds.at(-1) ?? null) : null }
}

async function sentPart(
  parts: PeopleServiceParts,
  pick: SendPick,
  { mallId, runId, at, limit }: PartRead,
): Promise<Part> {
  const people: RunPerson[] = []
  let from = typeof at === 'number' ? at : 0
  for (let windows = 0; windows < WINDOWS_A_PAGE; windows += 1) {
    const rows = await readSendRows(parts, { mallId, runId, from })
    for (const [i, row] of rows.entries()) {
      if (people.length >= limit) return { people, next: from + i }
      people.push(...pick(row).map((order) => personOf(parts, row, order)))
    }
    if (rows.length < WINDOW) return { people, next: null }
    from += WINDOW
  }
  return { people, next: from }
}

function personOf(
  parts: PeopleServiceParts,
  { send, batch, clicks }: SendRow,
  order: Order | null,
): RunPerson {
  const keys = parts.keyring.forMall(send.mallId)
  const { memberId, end, endReason, endedAt } = send
  return {
    memberId,
    name: keys.openOrNull(send.nameSealed),
    phone: keys.openOrNull(send.toSealed),
    stands:
      end === null
        ? { as: 'open', batch: batch?.state ?? 'planned' }
        : { as: 'ended', end, reason: endReason, at: endedAt },
    way: wayOf(send, batch),
    clickedAt: clicks[0]?.at ?? null,
    order: order && orderView(order),
  }
}

function wayOf({ id, step, firstReason, endedAt, chargedWon }: Send, batch: Batch | null): RunPerson['way'] {
  const hasLeft = batch?.intent?.sendIds.includes(id) ?? false
  return {
    by: step === 2 ? 'text' : 'message',
    firstReason: firstReason ?? null,
    leftAt: hasLeft ? (batch?.handedOverAt ?? null) : null,
    endedAt,
    chargedWon,
  }
}

function orderView({ orderId, orderedAt, netWon, cancelled, paid }: Order): RunPerson['order'] {
  return { orderId, at: orderedAt, netWon, cancelled, paid }
}
