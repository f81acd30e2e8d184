import type { Campaign, CampaignSpec, Revision } from '../campaigns/campaign'
import { groupBy } from '../core/group-by'
import type { Mall, MallId } from '../malls/mall'
import type { OpenAccount } from '../messages/sending-account'
import type { ContactFacts } from '../shoppers/shopper'
import type { Budget } from '../spend/spend'
import { howManyFit } from '../spend/spend-rules'
import type { DispatchParts } from './dispatch-parts'
import { type BatchVerdict, judgeBatch, judgeSend } from './last-look'
import { scopeOf } from './ledger'
import type { EndGroup } from './ledger-rules'
import { worstEachWon } from './outgoing'
import type { Batch, OpenSend } from './send'

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
  go: OpenSend[]
  /** Who is called off, by reason. */
  off: EndGroup[]
}

type LookParts = Pick<
  DispatchParts,
  'clock' | 'sends' | 'shoppers' | 'optOuts' | 'campaigns' | 'malls' | 'revisions'
>

/** The last look at batches of one run (law 5): their rows, then two reads of our own facts about their people. */
export async function lookAtBatches(
  parts: LookParts,
  batches: readonly Batch[],
  scene: Scene,
): Promise<BatchLook[]> {
  const [any] = batches
  if (!any) return []
  const { mallId } = any
  const judged = batches.map((batch) => judgeScene(batch, scene, parts.clock.now()))
  const isAsked = judged.some(({ kind }) => kind === 'go')
  // Nothing of a batch that waits or is called off is looked at.
  const ids = isAsked ? batches.flatMap(({ sendIds }) => sendIds) : []
  const rows = groupBy(await parts.sends.openOf(mallId, ids), ({ batch }) => batch)
  const people =
    any.test || rows.size === 0 ? null : await readPeople(parts, mallId, [...rows.values()].flat())
  return batches.map((batch, i): BatchLook => {
    const verdict = judged[i] ?? { kind: 'expire' }
    const found = { verdict, spec: scene.revision?.spec ?? null, mall: scene.mall }
    if (verdict.kind !== 'go' || !found.spec) return { ...found, go: [], off: [] }
    // Its row says where a send is: one that went on to a text is still among the ids of its first batch.
    const own = rows.get(batch.number) ?? []
    return { ...found, ...(people ? judgePeople(found.spec, own, people) : { go: own, off: [] }) }
  })
}

function judgeScene(batch: Batch, { campaign, mall, revision }: Scene, now: Date): BatchVerdict {
  if (!revision) return { kind: 'cancel', reason: 'campaign-stopped' }
  return judgeBatch({ batch, spec: revision.spec, campaign, mall }, now)
}

/** Our own facts about the people of some rows. */
interface People {
  members: ReadonlyMap<string, ContactFacts>
  refusals: Pick<ReadonlySet<string>, 'has'>
}

async function readPeople(parts: LookParts, mallId: MallId, rows: readonly OpenSend[]): Promise<People> {
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
  return { members: new Map(shoppers.map((shopper) => [shopper.memberId, shopper])), refusals }
}

function judgePeople(
  { segment: { purchases } }: CampaignSpec,
  rows: readonly OpenSend[],
  { members, refusals }: People,
): { go: OpenSend[]; off: EndGroup[] } {
  const go: OpenSend[] = []
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
