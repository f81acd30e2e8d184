import type { Campaign, CampaignSpec } from '../campaigns/campaign'
import type { CampaignStore } from '../campaigns/campaign-store'
import { readMallContact } from '../campaigns/contact-reader'
import { recentFrom } from '../campaigns/contact-rules'
import type { DecisionStore } from '../campaigns/decision-store'
import type { RevisionStore } from '../campaigns/revision-store'
import type { Run } from '../campaigns/run'
import type { RunStore } from '../campaigns/run-store'
import type { Keyring } from '../core/crypto'
import { kstDay } from '../core/seoul'
import type { ShopEvent } from '../events/event'
import type { EventStore } from '../events/event-store'
import type { MallId } from '../malls/mall'
import type { MallStore } from '../malls/mall-store'
import { countsForRepeat } from '../sends/batch-rules'
import type { BatchStore } from '../sends/batch-store'
import type { LaneStore } from '../sends/lane-store'
import { batchIdOf, type Send } from '../sends/send'
import type { SendStore } from '../sends/send-store'
import type { Shopper } from '../shoppers/shopper'
import type { ShopperStore } from '../shoppers/shopper-store'
import type { ClickStore } from '../tracking/click-store'
import { type OrderStore, orderKey } from '../tracking/order-store'
import type { Order } from '../tracking/tracking'
import type { AuditStore } from './audit-store'
import type { CampaignVerdict, PersonStory, RunAnswer, SentMessage } from './story'
import { judgeShopper, NO_HISTORY } from './verdict-rules'

/** Where a person's story is read. */
export interface StoryParts {
  shoppers: Pick<ShopperStore, 'byMemberIds' | 'byPhoneKeys'>
  events: Pick<EventStore, 'ofMembers'>
  campaigns: Pick<CampaignStore, 'list'>
  revisions: Pick<RevisionStore, 'find'>
  runs: Pick<RunStore, 'find' | 'list'>
  lanes: Pick<LaneStore, 'byRun'>
  decisions: Pick<DecisionStore, 'ofMember'>
  malls: Pick<MallStore, 'find'>
  sends: Pick<SendStore, 'ofPerson' | 'recentSends'>
  batches: Pick<BatchStore, 'byId'>
  clicks: Pick<ClickStore, 'ofSends'>
  orders: Pick<OrderStore, 'byIds'>
  audit: Pick<AuditStore, 'ofMember' | 'ofBatches'>
  keyring: Pick<Keyring, 'forMall'>
}

/** What all parts of one story share. */
interface Reading {
  mallId: MallId
  shopper: Shopper
  now: Date
  campaigns: Map<string, Campaign>
  /** Each revision is read once a story. */
  specOf(campaignId: string, revision: number): Promise<CampaignSpec | null>
}

const RUNS_SHOWN = 14
const MESSAGES_SHOWN = 20
const ORDERS_SHOWN = 20

/** Reads the whole story of one member as it stands at `now`; null when the mall has no such member. */
export function createStoryReader(
  parts: StoryParts,
): (mallId: MallId, memberId: string, now: Date) => Promise<PersonStory | null> {
  return async (mallId, memberId, now) => {
    const [shopper] = await parts.shoppers.byMemberIds(mallId, [memberId])
    if (!shopper) return null
    const keys = parts.keyring.forMall(mallId)
    const { phoneKey } = shopper
    const [all, runs, sends, samePhone, events, audit] = await Promise.all([
      parts.campaigns.list(mallId),
      parts.runs.list(mallId, { limit: RUNS_SHOWN }),
      phoneKey ? parts.sends.ofPerson(mallId, phoneKey) : [],
      phoneKey ? parts.shoppers.byPhoneKeys(mallId, [phoneKey]) : [],
      parts.events.ofMembers(mallId, [memberId]),
      parts.audit.ofMember(mallId, memberId),
    ])
    const campaigns = new Map(all.map((campaign) => [campaign.id, campaign]))
    const reading: Reading = { mallId, shopper, now, campaigns, specOf: specReader(parts, mallId) }
    const own = sends.filter((send) => send.memberId === memberId)
    const history = [...(events.get(memberId) ?? [])].reverse()
    const orderIds = history.flatMap((event) => (event.kind === 'ordered' ? [event.orderId] : []))
    const [verdicts, answers, messages, orders] = await Promise.all([
      verdictsOf(parts, reading),
      answersOf(parts, reading, { runs, sends: own }),
      messagesOf(parts, reading, { sends: own.slice(0, MESSAGES_SHOWN), runs }),
      parts.orders.byIds(mallId, orderIds.slice(0, ORDERS_SHOWN)),
    ])
    return {
      shopper,
      name: keys.openOrNull(shopper.nameSealed) ?? '',
      phone: shopper.phoneSealed && keys.openOrNull(shopper.phoneSealed),
      samePhone: samePhone.map((other) => other.memberId).filter((id) => id !== memberId),
      verdicts,
      runs: answers,
      messages,
      orders: allOrders(history, orders),
      events: history,
      audit,
    }
  }
}

/** Orders newest first, at most 20: as kept for attribution, else as history has them. */
function allOrders(history: readonly ShopEvent[], kept: readonly Order[]): Order[] {
  const byId = new Map(kept.map((order) => [order.orderId, order]))
  const cancelled = new Set(
    history.flatMap((event) => (event.kind === 'order-cancelled' ? [event.orderId] : [])),
  )
  const all = history.flatMap((event): Order[] => {
    if (event.kind !== 'ordered') return []
    const { mallId, memberId, orderId, at: orderedAt, paid, amountWon } = event
    const isOff = cancelled.has(orderId)
    const told = { id: orderKey(mallId, orderId), mallId, orderId, memberId, orderedAt, paid, amountWon }
    return [
      byId.get(orderId) ?? { ...told, netWon: isOff ? 0 : amountWon, cancelled: isOff, attribution: null },
    ]
  })
  return all.slice(0, ORDERS_SHOWN)
}

function specReader(parts: StoryParts, mallId: MallId): Reading['specOf'] {
  const read = new Map<string, Promise<CampaignSpec | null>>()
  return (campaignId, revision) => {
    const key = `${campaignId}:${revision}`
    const known = read.get(key)
    if (known) return known
    const spec = parts.revisions.find(mallId, campaignId, revision).then((found) => found?.spec ?? null)
    read.set(key, spec)
    return spec
  }
}

async function verdictsOf(parts: StoryParts, reading: Reading): Promise<CampaignVerdict[]> {
  const { mallId, shopper, now } = reading
  const running = [...reading.campaigns.values()].filter(
    ({ state }) => state === 'running' || state === 'paused',
  )
  const day = kstDay(now)
  const rules = await readMallContact(parts, mallId)
  const found = await Promise.all(
    running.map(async (campaign) => {
      const spec = await reading.specOf(campaign.id, campaign.revision)
      if (!spec) return []
      const contact = { ...rules, repeatDays: spec.repeatDays }
      const phones = shopper.phoneKey ? [shopper.phoneKey] : []
      const recent = await parts.sends.recentSends(mallId, recentFrom(day, contact, spec.segment), phones)
      const ctx = { day, now, campaignId: campaign.id }
      return [{ campaign, verdict: judgeShopper(spec.segment, shopper, ctx, { recent, contact }) }]
    }),
  )
  return found.flat()
}

async function answersOf(
  parts: StoryParts,
  reading: Reading,
  { runs, sends }: { runs: readonly Run[]; sends: readonly Send[] },
): Promise<RunAnswer[]> {
  const { mallId, shopper } = reading
  const scheduled = runs.filter(({ kind, state }) => kind === 'scheduled' && state !== 'planning')
  const ids = scheduled.map(({ id }) => id)
  const decisions = new Map(
    (await parts.decisions.ofMember(mallId, ids, shopper.memberId)).map((each) => [each.runId, each]),
  )
  const sendOf = new Map(sends.map((send) => [send.runId, send]))
  return Promise.all(
    scheduled.map(async (run): Promise<RunAnswer> => {
      const campaignName = nameOf(reading, run.campaignId)
      const send = sendOf.get(run.id)
      if (send) return { run, campaignName, answer: { as: 'sent', send } }
      const decision = decisions.get(run.id)
      if (decision) {
        const { reason, detail } = decision
        return { run, campaignName, answer: { as: 'decided', reason, detail } }
      }
      return { run, campaignName, answer: await outsideOf(reading, run, sends) }
    }),
  )
}

async function outsideOf(reading: Reading, run: Run, sends: readonly Send[]): Promise<RunAnswer['answer']> {
  const spec = await reading.specOf(run.campaignId, run.revision)
  if (!spec) return { as: 'outside', conditions: [], matchesNow: false }
  const ctx = { day: run.day, now: run.plannedFor, campaignId: run.campaignId }
  const { phoneKey } = reading.shopper
  // What the plan knew: nothing of its own day and later.
  const earlier = sends.filter((send) => countsForRepeat(send) && send.runDay < run.day)
  const history = { ...NO_HISTORY, recent: new Map(phoneKey ? [[phoneKey, earlier]] : []) }
  const { conditions, outcome } = judgeShopper(spec.segment, reading.shopper, ctx, history)
  return { as: 'outside', conditions, matchesNow: outcome !== 'outside' }
}

async function messagesOf(
  parts: StoryParts,
  reading: Reading,
  { sends, runs }: { sends: readonly Send[]; runs: readonly Run[] },
): Promise<SentMessage[]> {
  const { mallId } = reading
  const [clicks, closed] = await Promise.all([
    parts.clicks.ofSends(
      mallId,
      sends.map(({ id }) => id),
    ),
    parts.audit.ofBatches(mallId, [...new Set(sends.map(({ runId, batch }) => batchIdOf(runId, batch)))]),
  ])
  return Promise.all(
    sends.map(async (send) => {
      const { runId, campaignId, revision, end, firstBatch } = send
      const batchId = batchIdOf(runId, send.batch)
      const [spec, run, lane, batch, first] = await Promise.all([
        reading.specOf(campaignId, revision),
        runs.find(({ id }) => id === runId) ?? parts.runs.find(mallId, runId),
        end === null ? parts.lanes.byRun(mallId, runId) : null,
        parts.batches.byId(mallId, batchId),
        firstBatch ? parts.batches.byId(mallId, batchIdOf(runId, firstBatch)) : null,
      ])
      return {
        send,
        campaignName: nameOf(reading, campaignId),
        spec,
        run,
        lane,
        batch,
        firstBatch: first,
        closedBy: closed.find((entry) => entry.batchId === batchId) ?? null,
        clicks: clicks.filter(({ sendId }) => sendId === send.id),
      }
    }),
  )
}

function nameOf(reading: Reading, campaignId: string): string {
  return reading.campaigns.get(campaignId)?.name ?? '캠페인'
}
