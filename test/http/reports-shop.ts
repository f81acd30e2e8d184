import type { Connection } from 'mongoose'
import { campaignStore } from '../../server/campaigns/campaign-store'
import { decisionStore } from '../../server/campaigns/decision-store'
import { findRecipe } from '../../server/campaigns/recipes'
import { revisionStore } from '../../server/campaigns/revision-store'
import type { Decision, DecisionReason, Run } from '../../server/campaigns/run'
import { runStore } from '../../server/campaigns/run-store'
import { createKeyring } from '../../server/core/crypto'
import { newId, sendIdOf } from '../../server/core/ids'
import { spendCurveStore } from '../../server/reports/spend-curve-store'
import { summaryStore } from '../../server/reports/summary-store'
import { batchStore } from '../../server/sends/batch-store'
import { laneStore } from '../../server/sends/lane-store'
import type { Batch, Send } from '../../server/sends/send'
import { sendStore } from '../../server/sends/send-store'
import { tallyStore } from '../../server/sends/tally-store'
import type { Shopper } from '../../server/shoppers/shopper'
import { shopperId, shopperStore } from '../../server/shoppers/shopper-store'
import { runBudgetId } from '../../server/spend/spend-rules'
import { spendStore } from '../../server/spend/spend-store'
import { clickStore } from '../../server/tracking/click-store'
import { orderKey, orderStore } from '../../server/tracking/order-store'

/** The mall of the logged-in people of test/http/frame-app.ts. */
export const MALL = 'm1'
export const OTHER_MALL = 'm2'
export const CAMPAIGN = 'c000000000000000000000d7'
export const RUN = '0199aa00bb11cc22dd33ee44'
export const OTHER_RUN = '0199aa00bb11cc22dd33ee99'
export const OTHER_CAMPAIGN = 'c000000000000000000000ff'
export const DAY = '2026-11-22'

/** Whose data are seeded. */
interface Place {
  mallId: string
  runId: string
  campaignId: string
}
const OURS: Place = { mallId: MALL, runId: RUN, campaignId: CAMPAIGN }
/** The same data once more, at a mall that nobody of the tests works in. */
export const THEIRS: Place = { mallId: OTHER_MALL, runId: OTHER_RUN, campaignId: OTHER_CAMPAIGN }
export const keyring = createKeyring(Buffer.alloc(32, 7))
/** An instant of the run's day or later, Seoul time. */
export const at = (text: string) => new Date(`${text}+09:00`)

const SKIPS: [Exclude<DecisionReason, 'send'>, number][] = [
  ['bought-since', 52],
  ['no-consent', 16],
  ['repeat', 6],
  ['no-phone', 5],
]
const NAMES = ['김하은', '이도윤', '박서연', '최지호', '정수아', '강민준', '조은우', '윤채원']

/** All stores that a report reads. */
export const STORES = [
  campaignStore,
  revisionStore,
  runStore,
  decisionStore,
  sendStore,
  batchStore,
  laneStore,
  tallyStore,
  shopperStore,
  spendStore,
  clickStore,
  orderStore,
  summaryStore,
  spendCurveStore,
]

/** A shopper of the test mall; `index` gives name and number. */
export function shopperOf(memberId: string, index: number, change: Partial<Shopper> = {}): Shopper {
  const keys = keyring.forMall(change.mallId ?? MALL)
  const phone = `+82100${String(100 + (index % 900))}${String(1000 + index)}`
  return {
    id: shopperId(change.mallId ?? MALL, memberId),
    mallId: MALL,
    memberId,
    nameSealed: keys.seal(NAMES[index % NAMES.length] ?? '김하은'),
    phoneKey: keys.phoneKey(phone),
    phoneSealed: keys.seal(phone),
    adConsent: true,
    adConsentAt: at('2026-01-05T12:00:00'),
    optedOutAt: null,
    restricted: false,
    joinedAt: at('2025-06-01T12:00:00'),
    lastVisitAt: at('2026-11-20T09:00:00'),
    latestAddAt: at('2026-11-15T21:00:00'),
    latestAddDay: '2026-11-15',
    cart: [
      {
        lineKey: `l${index}`,
        productNo: 11,
        name: '무쇠 주물 냄비 24cm',
        quantity: 1,
        priceWon: 69_000,
        addedAt: at('2026-11-15T21:00:00'),
        sellable: true,
      },
    ],
    cartWon: 69_000,
    latestOrderAt: null,
    updatedAt: at('2026-11-22T03:00:00'),
    ...change,
  }
}

/** A run of 112 people as in the pictures of the look: 33 sent, 31 delivered, 9 clicked, 4 bought. */
export async function seedRun(
  connection: Connection,
  place: Place = OURS,
): Promise<{ run: Run; sends: Send[] }> {
  const { mallId } = place
  const run = await seedCampaign(connection, place)
  const shoppers: Shopper[] = []
  const decisions: Decision[] = []
  for (const [reason, people] of SKIPS) {
    for (let i = 0; i < people; i += 1) {
      const index = shoppers.length
      const memberId = `shopper${String(index).padStart(3, '0')}`
      const noPhone = reason === 'no-phone' ? { phoneKey: null, phoneSealed: null } : {}
      const shopper = shopperOf(memberId, index, { mallId, ...noPhone })
      shoppers.push(shopper)
      decisions.push({ memberId, reason, phoneKey: shopper.phoneKey, detail: null, send: null })
    }
  }
  const sends = Array.from({ length: 33 }, (_, i) => {
    const shopper = shopperOf(`buyer${String(i).padStart(2, '0')}`, 200 + i, { mallId })
    shoppers.push(shopper)
    return sendOf(run, shopper, i)
  })
  await shopperStore(connection).putChanged(mallId, shoppers, new Map())
  await decisionStore(connection).insertMany(mallId, { runId: run.id, attempt: 1 }, decisions)
  await sendStore(connection).insert(mallId, sends)
  await seedLedger(connection, run, sends)
  await seedTrail(connection, run, sends)
  return { run, sends }
}

async function seedCampaign(connection: Connection, { mallId, runId, campaignId }: Place): Promise<Run> {
  const spec = findRecipe('day-7')?.specFrom(DAY)
  if (!spec) throw new Error('no recipe')
  const createdAt = at('2026-11-20T15:00:00')
  await campaignStore(connection).insert({
    id: campaignId,
    mallId,
    name: spec.name,
    state: 'running',
    revision: 1,
    createdAt,
    startedAt: createdAt,
    endedAt: null,
  })
  await revisionStore(connection).insert({
    campaignId,
    mallId,
    number: 1,
    spec,
    createdAt,
    createdBy: 'u1',
  })
  const run: Run = {
    id: runId,
    mallId,
    campaignId,
    revision: 1,
    kind: 'scheduled',
    occurrence: DAY,
    day: DAY,
    state: 'finished',
    plannedFor: at(`${DAY}T10:00:00`),
    publishedAt: at(`${DAY}T10:00:05`),
    finishedAt: at(`${DAY}T10:06:00`),
    latestAt: at(`${DAY}T12:00:00`),
    population: 112,
    decisions: { ...Object.fromEntries(SKIPS), send: 33 },
    batches: 1,
    priceWon: 25,
    note: null,
  }
  await runStore(connection).insert(run)
  return run
}

/** A delivered send; the last two of 33 failed. */
export function sendOf(run: Run, shopper: Shopper, index: number): Send {
  const failed = index >= 31
  return {
    id: sendIdOf(run.id, index),
    mallId: run.mallId,
    campaignId: run.campaignId,
    revision: run.revision,
    runId: run.id,
    runDay: run.day,
    memberId: shopper.memberId,
    phoneKey: shopper.phoneKey ?? '',
    toSealed: shopper.phoneSealed ?? '',
    nameSealed: shopper.nameSealed,
    facts: { productName: '무쇠 주물 냄비 24cm', moreItems: 2, cartWon: 87_400 - index * 500 },
    test: run.kind === 'test',
    batch: 1,
    step: 1,
    end: failed ? 'failed' : 'delivered',
    endReason: failed ? 'not-friend' : null,
    endedAt: at(`${DAY}T10:05:00`),
    chargedWon: failed ? 0 : 25,
  }
}

async function seedLedger(connection: Connection, run: Run, sends: readonly Send[]): Promise<void> {
  const { id: runId, mallId, campaignId, revision, day: runDay, latestAt } = run
  const batch: Batch = {
    id: `${runId}:1`,
    mallId,
    campaignId,
    revision,
    runId,
    runDay,
    number: 1,
    step: 1,
    test: false,
    state: 'settled',
    sendIds: sends.map(({ id }) => id),
    open: 0,
    dueAt: run.plannedFor,
    asked: 0,
    latestAt,
    lease: null,
    fence: 1,
    intent: {
      sendIds: sends.map(({ id }) => id),
      priceWon: 25,
      worstWon: 25,
      reservedWon: 0,
      at: at(`${DAY}T10:00:10`),
      relayBatchId: 'G1',
      account: 1,
    },
    handedOverAt: at(`${DAY}T10:00:10`),
    acceptedAt: at(`${DAY}T10:00:11`),
  }
  await batchStore(connection).insert(mallId, [batch])
  const session = await connection.startSession()
  await session.withTransaction(() =>
    tallyStore(connection).open(session, {
      id: runId,
      mallId,
      waiting: 0,
      out: 0,
      ended: { delivered: 31, failed: 2, cancelled: 0, capped: 0, expired: 0 },
      refused: 0,
      reasons: { 'failed:not-friend': 2 },
      unsettled: 0,
    }),
  )
  await session.endSession()
  await connection.collection<{ _id: string }>('budgets').insertOne({
    _id: runBudgetId(mallId, runId),
    mallId,
    capWon: null,
    reservedWon: 0,
    chargedWon: 775,
    peakWon: 825,
  } as never)
}

async function seedTrail(connection: Connection, run: Run, sends: readonly Send[]): Promise<void> {
  const clickTimes = ['10:04', '10:12', '10:31', '10:55', '11:02', '11:40', '13:20', '19:10', '22:05']
  const clicks = clickTimes.map((time, i) => ({
    id: newId(at(`${DAY}T${time}:00`)),
    mallId: run.mallId,
    runId: run.id,
    sendId: sends[i]?.id ?? '',
    at: at(`${DAY}T${time}:00`),
    device: 'mobile' as const,
  }))
  await clickStore(connection).insert(clicks)
  const won = [69_000, 58_000, 62_600, 49_000]
  const orders = [0, 4, 7, 8].map((index, i) => {
    const click = clicks[index]
    const clickAt = click?.at ?? at(`${DAY}T10:00:00`)
    const orderId = `20261122-${i}`
    return {
      id: orderKey(run.mallId, orderId),
      mallId: run.mallId,
      orderId,
      memberId: sends[index]?.memberId ?? null,
      orderedAt: new Date(clickAt.getTime() + 12 * 60_000),
      paid: true,
      amountWon: won[i] ?? 0,
      netWon: won[i] ?? 0,
      cancelled: false,
      attribution: {
        sendId: click?.sendId ?? '',
        runId: run.id,
        campaignId: run.campaignId,
        clickAt,
        by: 'member' as const,
      },
    }
  })
  await orderStore(connection).insertNew(run.mallId, orders)
}
