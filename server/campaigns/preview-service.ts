import type { Clock } from '../core/clock'
import type { MallKeys } from '../core/crypto'
import { maskName, maskPhone } from '../core/phone'
import { type KstDay, kstDay } from '../core/seoul'
import type { Won } from '../core/won'
import type { MallId } from '../malls/mall'
import type { MessageFacts } from '../messages/message'
import { compileSegment } from '../segments/compile-segment'
import type { SegmentContext } from '../segments/condition-kind'
import type { Shopper } from '../shoppers/shopper'
import type { PriceList } from '../spend/spend'
import { worstCaseWon } from '../spend/spend-rules'
import type { CampaignSpec } from './campaign'
import type { MallContact } from './contact-reader'
import { type RecentSends, recentFrom } from './contact-rules'
import { messageFacts } from './message-facts'
import { DECISION_ORDER, planCounts, planRun, populationOf } from './plan-rules'
import type { Decision, DecisionReason } from './run'

/** What previews are built from. */
export interface PreviewParts {
  shoppers: {
    population(mallId: MallId, filter: object, options: { dearestFirst: boolean }): AsyncIterable<Shopper[]>
  }
  /** The sends to `phoneKeys` since `fromDay` that count (law 1), of all campaigns. */
  recentSends(mallId: MallId, fromDay: KstDay, phoneKeys: string[]): Promise<RecentSends>
  /** What holds for every campaign of the mall. */
  contact(mallId: MallId): Promise<MallContact>
  /** Null while the mall has no sending account. */
  price(mallId: MallId): Promise<PriceList | null>
  keys: { forMall(mallId: MallId): MallKeys }
  clock: Clock
}

/** Whose plan is previewed. */
export interface PreviewSubject {
  mallId: MallId
  campaignId: string
  spec: CampaignSpec
}

/** What a run planned now would do. Σ counts = population; `sendable` is what the daily cap lets leave at once. */
export interface Preview {
  ctx: SegmentContext
  population: number
  counts: Partial<Record<DecisionReason, number>>
  send: number
  prices: PriceList | null
  priceWon: Won | null
  /** When every message arrives by KakaoTalk. */
  expectedWon: Won | null
  /** The dearest way that one send, and all of them, can end: with a fallback text where the campaign has one. */
  worstEachWon: Won | null
  worstWon: Won | null
  sendable: number | null
  /** The first people who would get it, dearest cart first, names masked. */
  samples: SamplePerson[]
}

export interface SamplePerson {
  memberId: string
  maskedName: string
  facts: MessageFacts
}

/** One person behind a figure of the preview. */
export interface PreviewPerson extends SamplePerson {
  maskedPhone: string | null
  reason: DecisionReason
  detail: string | null
}

const SHOWN = 50

export type PreviewService = ReturnType<typeof createPreviewService>

/** The plan of a campaign as it would be made now, by the function that makes runs. Nothing is stored. */
export function createPreviewService(parts: PreviewParts) {
  return {
    async preview(subject: PreviewSubject): Promise<Preview> {
      const ctx = contextOf(subject, parts.clock)
      const [judged, price] = await Promise.all([judge(parts, subject, ctx), parts.price(subject.mallId)])
      const send = judged.counts.send ?? 0
      const priceWon = price?.brandTextWon ?? null
      const worstEachWon = price && worstEach(price, subject.spec)
      const keys = parts.keys.forMall(subject.mallId)
      return {
        ctx,
        population: judged.population,
        counts: judged.counts,
        send,
        prices: price,
        priceWon,
        expectedWon: priceWon === null ? null : send * priceWon,
        worstEachWon,
        worstWon: worstEachWon === null ? null : send * worstEachWon,
        sendable: sendableOf(send, worstEachWon, subject.spec.dailyCapWon),
        samples: (judged.people.get('send') ?? []).map(({ shopper }) => sampleOf(shopper, keys)),
      }
    },

    /** At most 50 people with `reason`, dearest cart first, masked; `population` takes everybody. */
    async people(
      subject: PreviewSubject,
      reason: DecisionReason | 'population',
    ): Promise<{ total: number; people: PreviewPerson[] }> {
      const judged = await judge(parts, subject, contextOf(subject, parts.clock))
      const keys = parts.keys.forMall(subject.mallId)
      const total = reason === 'population' ? judged.population : (judged.counts[reason] ?? 0)
      return {
        total,
        people: (judged.people.get(reason) ?? []).map(({ shopper, decision }) => ({
          ...sampleOf(shopper, keys),
          maskedPhone: phoneOf(shopper, keys),
          reason: decision.reason,
          detail: decision.detail,
        })),
      }
    },
  }
}

interface Judged {
  population: number
  counts: Partial<Record<DecisionReason, number>>
  /** The first people of each reason, and of all. */
  people: Map<DecisionReason | 'population', { shopper: Shopper; decision: Decision }[]>
}

async function judge(
  parts: PreviewParts,
  { mallId, spec }: PreviewSubject,
  ctx: SegmentContext,
): Promise<Judged> {
  const people: Judged['people'] = new Map()
  const seenPhones = new Map<string, string>()
  const contact = { ...(await parts.contact(mallId)), repeatDays: spec.repeatDays }
  const { segment } = spec
  const fromDay = recentFrom(ctx.day, contact, segment)
  const filter = compileSegment(segment, ctx)
  const totals: Judged = { population: 0, counts: {}, people }
  for await (const found of parts.shoppers.population(mallId, filter, { dearestFirst: true })) {
    const phoneKeys = found.flatMap(({ phoneKey }) => phoneKey ?? [])
    const recent = await parts.recentSends(mallId, fromDay, phoneKeys)
    const shoppers = populationOf(segment, ctx, found, recent)
    const decisions = [...planRun({ segment, ctx, contact, shoppers, recent, seenPhones })]
    add(totals, decisions)
    shoppers.forEach((shopper, i) => {
      const decision = decisions[i]
      if (!decision) return
      keep(people, decision.reason, { shopper, decision })
      keep(people, 'population', { shopper, decision })
    })
  }
  return totals
}

function add(totals: Judged, decisions: readonly Decision[]): void {
  const { population, counts } = planCounts(decisions)
  totals.population += population
  for (const reason of DECISION_ORDER) {
    const people = counts[reason]
    if (people !== undefined) totals.counts[reason] = (totals.counts[reason] ?? 0) + people
  }
}

function keep(
  people: Judged['people'],
  reason: DecisionReason | 'population',
  person: { shopper: Shopper; decision: Decision },
): void {
  const kept = people.get(reason) ?? []
  if (kept.length < SHOWN) people.set(reason, [...kept, person])
}

function contextOf({ campaignId }: PreviewSubject, clock: Clock): SegmentContext {
  const now = clock.now()
  return { day: kstDay(now), now, campaignId }
}

/** SOLAPI keeps nothing for a Kakao message that failed; a text is an SMS or an LMS, whichever is dearer. */
function worstEach({ brandTextWon, smsWon, lmsWon }: PriceList, { fallback }: CampaignSpec): Won {
  const fallbackWon = fallback === null ? null : Math.max(smsWon, lmsWon)
  return worstCaseWon({ firstWon: brandTextWon, firstChargedOnFailure: false, fallbackWon })
}

function sendableOf(send: number, eachWon: Won | null, capWon: Won | null): number | null {
  if (eachWon === null) return null
  if (capWon === null || eachWon === 0) return send
  return Math.min(send, Math.floor(capWon / eachWon))
}

function phoneOf({ phoneSealed }: Shopper, keys: MallKeys): string | null {
  const e164 = phoneSealed && keys.openOrNull(phoneSealed)
  return e164 && maskPhone(e164)
}

function sampleOf(shopper: Shopper, keys: MallKeys): SamplePerson {
  return {
    memberId: shopper.memberId,
    maskedName: maskName(keys.openOrNull(shopper.nameSealed) ?? ''),
    facts: messageFacts(shopper),
  }
}
