import type { ContactRules, RecentSends } from '../campaigns/contact-rules'
import type { DecisionStore } from '../campaigns/decision-store'
import { planRun } from '../campaigns/plan-rules'
import type { Decision, DecisionReason, Run } from '../campaigns/run'
import { sendIdOf } from '../core/ids'
import type { SegmentContext } from '../segments/condition-kind'
import type { Segment } from '../segments/segment'
import type { Shopper } from '../shoppers/shopper'
import type { BatchStore } from './batch-store'
import { createPhonePrints } from './phone-prints'
import { type Batch, batchIdOf, type Send } from './send'
import type { SendStore } from './send-store'

/** Sends of one batch: a lost answer touches few people (reference §6.3). */
export const SENDS_A_BATCH = 100

/** What a plan came to. */
export interface PlanTotals {
  population: number
  decisions: Partial<Record<DecisionReason, number>>
  sends: number
  batches: number
}

/** Writes a plan chunk by chunk; nothing of it is visible before it is published. */
export interface PlanWriter {
  add(chunk: readonly Shopper[], recent: RecentSends): Promise<void>
  /** Writes the last batch. */
  close(): Promise<PlanTotals>
}

/** A writer for one run; decisions and sends are made in the order of the shoppers, dearest cart first. */
export function createPlanWriter(
  stores: { decisions: DecisionStore; sends: SendStore; batches: BatchStore },
  {
    run,
    attempt,
    segment,
    ctx,
    contact,
  }: { run: Run; attempt: number; segment: Segment; ctx: SegmentContext; contact: ContactRules },
): PlanWriter {
  const { mallId, id: runId } = run
  const totals: PlanTotals = { population: 0, decisions: {}, sends: 0, batches: 0 }
  // Of a million people, too: what it may have met is looked up among the rows that it has written.
  const met = createPhonePrints()
  let filling: string[] = []

  async function writeBatches(all: string[][]): Promise<void> {
    if (all.length === 0) return
    const batches = all.map((sendIds, i) => plannedBatch(run, totals.batches + i + 1, sendIds, attempt))
    totals.batches += all.length
    await stores.batches.insert(mallId, batches)
  }

  return {
    async add(chunk, recent) {
      const again = chunk.flatMap(({ phoneKey }) => (phoneKey && met.mayHave(phoneKey) ? [phoneKey] : []))
      const seenPhones = await stores.sends.membersOf(mallId, runId, again)
      const decisions = [...planRun({ segment, ctx, contact, shoppers: chunk, recent, seenPhones })]
      const sends: Send[] = []
      const full: string[][] = []
      for (const decision of decisions) {
        totals.population += 1
        totals.decisions[decision.reason] = (totals.decisions[decision.reason] ?? 0) + 1
        if (!decision.send || decision.phoneKey === null) continue
        const number = totals.batches + full.length + 1
        const send = plannedSend(run, decision, { index: totals.sends, batch: number, attempt })
        totals.sends += 1
        met.add(send.phoneKey)
        sends.push(send)
        filling.push(send.id)
        if (filling.length < SENDS_A_BATCH) continue
        full.push(filling)
        filling = []
      }
      await stores.decisions.insertMany(mallId, { runId, attempt }, decisions)
      if (sends.length > 0) await stores.sends.insert(mallId, sends)
      await writeBatches(full)
    },
    async close() {
      await writeBatches(filling.length > 0 ? [filling] : [])
      filling = []
      return totals
    },
  }
}

/** A batch as a plan makes it, to be leased from the instant that the run was planned for. */
export function plannedBatch(run: Run, number: number, sendIds: string[], attempt: number): Batch {
  return {
    id: batchIdOf(run.id, number),
    mallId: run.mallId,
    campaignId: run.campaignId,
    revision: run.revision,
    runId: run.id,
    runDay: run.day,
    attempt,
    number,
    step: 1,
    test: run.kind === 'test',
    state: 'planned',
    sendIds,
    open: sendIds.length,
    dueAt: run.plannedFor,
    asked: 0,
    latestAt: run.latestAt,
    lease: null,
    fence: 0,
    intent: null,
    handedOverAt: null,
    acceptedAt: null,
  }
}

/** The `index`-th send of a run as a plan makes it; the decision is one to send. */
export function plannedSend(
  run: Run,
  { memberId, phoneKey, send }: Pick<Decision, 'memberId' | 'phoneKey' | 'send'>,
  { index, batch, attempt }: { index: number; batch: number; attempt: number },
): Send {
  return {
    id: sendIdOf(run.id, index),
    mallId: run.mallId,
    campaignId: run.campaignId,
    revision: run.revision,
    runId: run.id,
    runDay: run.day,
    attempt,
    memberId,
    phoneKey: phoneKey ?? '',
    toSealed: send?.toSealed ?? '',
    nameSealed: send?.nameSealed ?? '',
    facts: send?.facts ?? { productName: null, moreItems: 0, cartWon: 0 },
    test: run.kind === 'test',
    batch,
    step: 1,
    end: null,
    endReason: null,
    endedAt: null,
    chargedWon: 0,
  }
}
