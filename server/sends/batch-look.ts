import type { Campaign, CampaignSpec, Revision } from '../campaigns/campaign'
import type { Mall } from '../malls/mall'
import type { OpenAccount } from '../messages/sending-account'
import type { Budget } from '../spend/spend'
import { howManyFit } from '../spend/spend-rules'
import type { DispatchParts } from './dispatch-parts'
import { type BatchVerdict, judgeBatch, judgeSend } from './last-look'
import { scopeOf } from './ledger'
import type { EndGroup } from './ledger-rules'
import { worstEachWon } from './outgoing'
import type { Batch, Send } from './send'

/** What batches of one run have in common at this moment. */
export interface Scene {
  campaign: Campaign | null
  mall: Mall | null
  revision: Revision | null
  account: OpenAccount | null
  budgets: Budget[]
}

/** Reads what `batch` and others of its run are judged by. */
export async function readScene(
  parts: LookParts & Pick<DispatchParts, 'accounts' | 'spend'>,
  batch: Batch,
): Promise<Scene> {
  const { mallId, campaignId } = batch
  const [campaign, mall, revision, account, budgets] = await Promise.all([
    parts.campaigns.find(mallId, campaignId),
    parts.malls.find(mallId),
    parts.revisions.find(mallId, campaignId, batch.revision),
    parts.accounts.current(mallId),
    parts.spend.budgets(scopeOf(batch)),
  ])
  return { campaign, mall, revision, account, budgets }
}

/** True when the won may not last for all of these batches. */
export function isTight({ budgets, account, revision }: Scene, batches: readonly Batch[]): boolean {
  const [any] = batches
  if (!account || !revision || !any) return false
  const open = batches.reduce((sum, batch) => sum + batch.open, 0)
  return howManyFit(budgets, worstEachWon(revision.spec, account, any.test), open) < open
}

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

/** The last look at a batch (law 5): its rows, then two reads of our own facts about its people. */
export async function lookAtBatch(
  parts: LookParts,
  batch: Batch,
  { campaign, mall, revision }: Scene,
): Promise<BatchLook> {
  const open = await parts.sends.openOf(batch.mallId, batch.sendIds)
  // Its row says where a send is: one that went on to a text is still among the ids of its first batch.
  const rows = open.filter(({ batch: number }) => number === batch.number)
  if (!revision)
    return { verdict: { kind: 'cancel', reason: 'campaign-stopped' }, spec: null, mall, go: [], off: [] }
  const { spec } = revision
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
