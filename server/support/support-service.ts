import type { Keyring } from '../core/crypto'
import { newId } from '../core/ids'
import { parseMobile } from '../core/phone'
import type { EventStore } from '../events/event-store'
import type { MallId } from '../malls/mall'
import type { ShopperStore } from '../shoppers/shopper-store'
import type { OrderStore } from '../tracking/order-store'
import type { AuditEntry } from './audit'
import type { AuditStore } from './audit-store'
import type { PersonStory } from './story'
import { createStoryReader, type StoryParts } from './story-reader'

/** What support is built from. */
export interface SupportParts extends StoryParts {
  shoppers: Pick<ShopperStore, 'byMemberIds' | 'byPhoneKeys'>
  events: Pick<EventStore, 'ofMembers' | 'memberOfOrder'>
  orders: Pick<OrderStore, 'byIds'>
  audit: AuditStore
  keyring: Pick<Keyring, 'forMall'>
  /** Ends what an unknown batch has open as uncertain; tells how many, throws UserError `not-unknown` when it is not unknown. */
  closeUnknown(mallId: MallId, batchId: string): Promise<number>
  /** Records a refusal of this phone: it beats every consent, at once and for every member with it. */
  optOut(mallId: MallId, phoneKey: string, at: Date): Promise<void>
}

/** One person of a search result, in clear. */
export interface FoundPerson {
  memberId: string
  name: string
  phone: string | null
}

/** Who does something with a person's data, when and why. */
export type AuditedAct = Pick<AuditEntry, 'by' | 'reason' | 'at'>

/** Look-up, explanation, unmasking and refusals; null where the mall has no such member. */
export interface SupportService {
  /** By phone in any spelling, member id, or order number; at most 20 people. */
  search(mallId: MallId, text: string): Promise<FoundPerson[]>
  story(mallId: MallId, memberId: string, now: Date): Promise<PersonStory | null>
  /** The story for unmasked eyes; recorded before anything is shown. */
  unmask(mallId: MallId, memberId: string, act: AuditedAct): Promise<PersonStory | null>
  /** `no-phone` when there is no number to refuse for. */
  optOut(mallId: MallId, memberId: string, act: AuditedAct): Promise<'done' | 'no-phone' | null>
  /** Closes the batch of one of this member's messages that the relay never told about, for everybody in it; tells how many. */
  closeUnknown(mallId: MallId, memberId: string, batchId: string, act: AuditedAct): Promise<number | null>
}

const MOST_FOUND = 20

/** Builds the support service. */
export function createSupportService(parts: SupportParts): SupportService {
  const { shoppers, audit, keyring } = parts
  const readStory = createStoryReader(parts)
  const record = (mallId: MallId, memberId: string, action: AuditEntry['action'], act: AuditedAct) =>
    audit.add({ id: newId(act.at), mallId, memberId, action, ...act })

  return {
    async search(mallId, text) {
      const typed = text.trim()
      const phone = parseMobile(typed)
      const keys = keyring.forMall(mallId)
      const orderer = await ordererOf(parts, mallId, typed)
      const [byId, byPhone] = await Promise.all([
        shoppers.byMemberIds(mallId, [
          ...new Set([typed, typed.toLowerCase(), ...(orderer ? [orderer] : [])]),
        ]),
        phone ? shoppers.byPhoneKeys(mallId, [keys.phoneKey(phone)]) : [],
      ])
      const found = new Map([...byId, ...byPhone].map((shopper) => [shopper.memberId, shopper]))
      return [...found.values()].slice(0, MOST_FOUND).map(({ memberId, nameSealed, phoneSealed }) => ({
        memberId,
        name: keys.openOrNull(nameSealed) ?? '',
        phone: phoneSealed && keys.openOrNull(phoneSealed),
      }))
    },
    story: readStory,
    async unmask(mallId, memberId, act) {
      const [shopper] = await shoppers.byMemberIds(mallId, [memberId])
      if (!shopper) return null
      await record(mallId, memberId, 'unmask', act)
      return readStory(mallId, memberId, act.at)
    },
    async optOut(mallId, memberId, act) {
      const [shopper] = await shoppers.byMemberIds(mallId, [memberId])
      if (!shopper) return null
      if (shopper.phoneKey === null) return 'no-phone'
      await parts.optOut(mallId, shopper.phoneKey, act.at)
      await record(mallId, memberId, 'opt-out', act)
      return 'done'
    },
    async closeUnknown(mallId, memberId, batchId, act) {
      const story = await readStory(mallId, memberId, act.at)
      if (!story?.messages.some(({ send, batch }) => send.end === null && batch?.id === batchId)) return null
      const closed = await parts.closeUnknown(mallId, batchId)
      await audit.add({ id: newId(act.at), mallId, memberId, action: 'close-unknown', batchId, ...act })
      return closed
    },
  }
}

async function ordererOf(parts: SupportParts, mallId: MallId, orderId: string): Promise<string | null> {
  const known = await parts.events.memberOfOrder(mallId, orderId)
  if (known) return known
  const [order] = await parts.orders.byIds(mallId, [orderId])
  return order?.memberId ?? null
}
