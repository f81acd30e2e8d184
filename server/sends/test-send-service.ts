import type { CampaignStore } from '../campaigns/campaign-store'
import { messageFacts } from '../campaigns/message-facts'
import type { RevisionStore } from '../campaigns/revision-store'
import type { Run } from '../campaigns/run'
import type { RunStore } from '../campaigns/run-store'
import type { Clock } from '../core/clock'
import type { Keyring } from '../core/crypto'
import { newId } from '../core/ids'
import { formatInstant, kstDay } from '../core/seoul'
import type { MallId } from '../malls/mall'
import type { AccountSource } from '../messages/sending-account'
import type { ShopperStore } from '../shoppers/shopper-store'
import type { SpendStore } from '../spend/spend-store'
import type { BatchStore } from './batch-store'
import { nextHandOver } from './last-look'
import { plannedBatch, plannedSend } from './plan-writer'
import { type PublishParts, publishRun } from './publish-run'
import type { SendStore } from './send-store'

/** What test sends are built from. */
export interface TestSendParts extends PublishParts {
  clock: Clock
  keyring: Pick<Keyring, 'forMall'>
  campaigns: Pick<CampaignStore, 'find'>
  revisions: Pick<RevisionStore, 'find'>
  runs: RunStore
  sends: Pick<SendStore, 'insert'>
  batches: Pick<BatchStore, 'insert'>
  shoppers: Pick<ShopperStore, 'byMemberIds'>
  accounts: Pick<AccountSource, 'current'>
  spend: Pick<SpendStore, 'open'>
}

/** What asking for a test send came to; `refused` says in Korean what to mend. */
export type TestSendOutcome = { state: 'sent'; runId: string } | { state: 'refused'; text: string }

/** A test message takes the same way as every other, and gives up after this. */
const PATIENCE_MS = 30 * 60_000

/** Queues one message with a chosen member's variables to `phone` (E.164); it counts nowhere but in the mall's won. */
export type SendTest = (
  mallId: MallId,
  campaignId: string,
  memberId: string,
  phone: string,
) => Promise<TestSendOutcome>

/** Test sends: a run of its own with one batch, through the same engine. */
export function createTestSend(parts: TestSendParts): SendTest {
  return async (mallId, campaignId, memberId, phone) => {
    const now = parts.clock.now()
    const [campaign, account, [member]] = await Promise.all([
      parts.campaigns.find(mallId, campaignId),
      parts.accounts.current(mallId),
      parts.shoppers.byMemberIds(mallId, [memberId]),
    ])
    const revision = campaign && (await parts.revisions.find(mallId, campaignId, campaign.revision))
    if (!campaign || !revision) return refused('캠페인을 찾지 못했어요. 새로 고쳐 주세요.')
    if (!account) return refused('발송 계정이 없어요. 설정에서 먼저 등록해 주세요.')
    if (!member) return refused('변수를 채울 고객을 찾지 못했어요. 다른 고객을 골라 주세요.')
    const allowedAt = nextHandOver(now, revision.spec.quietHours)
    if (allowedAt > now)
      return refused(`지금은 야간 발송 제한 시간이에요. ${formatInstant(allowedAt)}부터 보낼 수 있어요.`)
    const run = testRun({ mallId, campaignId, revision: revision.number, now })
    const keys = parts.keyring.forMall(mallId)
    const send = plannedSend(
      run,
      {
        memberId,
        phoneKey: keys.phoneKey(phone),
        send: { toSealed: keys.seal(phone), nameSealed: member.nameSealed, facts: messageFacts(member) },
      },
      { index: 0, batch: 1, attempt: 1 },
    )
    await parts.runs.insert(run)
    await parts.spend.open({ mallId, campaignId, runId: run.id, runDay: run.day, test: true }, {})
    await parts.sends.insert(mallId, [send])
    await parts.batches.insert(mallId, [plannedBatch(run, 1, [send.id], 1)])
    const attempt = await parts.runs.beginAttempt(mallId, run.id)
    const totals = { population: 0, decisions: {}, sends: 1, batches: 1 }
    const priceWon = account.prices.brandTextWon
    await publishRun(parts, run, attempt ?? 0, { totals, priceWon, now })
    return { state: 'sent', runId: run.id }
  }
}

function testRun({
  mallId,
  campaignId,
  revision,
  now,
}: {
  mallId: MallId
  campaignId: string
  revision: number
  now: Date
}): Run {
  const id = newId(now)
  return {
    id,
    mallId,
    campaignId,
    revision,
    kind: 'test',
    occurrence: `test:${id}`,
    day: kstDay(now),
    state: 'planning',
    plannedFor: now,
    publishedAt: null,
    finishedAt: null,
    latestAt: new Date(now.getTime() + PATIENCE_MS),
    population: 0,
    decisions: {},
    batches: 0,
    priceWon: 0,
    note: null,
  }
}

function refused(text: string): TestSendOutcome {
  return { state: 'refused', text }
}
