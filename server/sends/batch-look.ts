import type { CampaignSpec } from '../campaigns/campaign'
import type { Mall } from '../malls/mall'
import type { DispatchParts } from './dispatch-parts'
import { type BatchVerdict, judgeBatch, judgeSend } from './last-look'
import type { EndGroup } from './ledger-rules'
import type { Batch, Send } from './send'

/** What the last look found for a batch and its people. */
export interface BatchLook {
  verdict: BatchVerdict
  spec: CampaignSpec | null
  mall: Mall | null
  /** Who may leave, dearest first; empty unless the verdict is `go`. */
  go: Send[]
  /** Who is called off, by reason. */
  off: EndGroup[]
}

type LookParts = Pick<
  DispatchParts,
  'clock' | 'sends' | 'shoppers' | 'optOuts' | 'campaigns' | 'malls' | 'revisions'
>

/** The last look at a batch (law 5): its rows and the state of campaign and mall, then two reads of our own facts about its people. */
export async function lookAtBatch(parts: LookParts, batch: Batch): Promise<BatchLook> {
  const { mallId, campaignId, revision } = batch
  const [campaign, mall, stored, open] = await Promise.all([
    parts.campaigns.find(mallId, campaignId),
    parts.malls.find(mallId),
    parts.revisions.find(mallId, campaignId, revision),
    parts.sends.openOf(mallId, batch.sendIds),
  ])
  // Its row says where a send is: one that went on to a text is still among the ids of its first batch.
  const rows = open.filter(({ batch: number }) => number === batch.number)
  if (!stored)
    return { verdict: { kind: 'cancel', reason: 'campaign-stopped' }, spec: null, mall, go: [], off: [] }
  const { spec } = stored
  const verdict = judgeBatch({ batch, spec, campaign, mall }, parts.clock.now())
  if (verdict.kind !== 'go') return { verdict, spec, mall, go: [], off: [] }
  return {
    verdict,
    spec,
    mall,
    ...(batch.test ? { go: rows, off: [] } : await lookAtPeople(parts, spec, rows)),
  }
}

async function lookAtPeople(
  parts: LookParts,
  { segment: { purchases } }: CampaignSpec,
  rows: Send[],
): Promise<{ go: Send[]; off: EndGroup[] }> {
  const mallId = rows[0]?.mallId
  if (mallId === undefined) return { go: [], off: [] }
  const [shoppers, refusals] = await Promise.all([
    parts.shoppers.contactFacts(
      mallId,
      rows.map(({ memberId }) => memberId),
    ),
    parts.optOuts.of(
      mallId,
      rows.map(({ phoneKey }) => phoneKey),
    ),
  ])
  const members = new Map(shoppers.map((shopper) => [shopper.memberId, shopper]))
  const go: Send[] = []
  const off = new Map<string, EndGroup>()
  for (const row of rows) {
    const isOptedOut = refusals.has(row.phoneKey)
    const reason = judgeSend(row, members.get(row.memberId), { purchases, isOptedOut })
    if (reason === null) go.push(row)
    else {
      const group = off.get(reason) ?? { ids: [], end: 'cancelled', reason }
      group.ids.push(row.id)
      off.set(reason, group)
    }
  }
  return { go, off: [...off.values()] }
}
