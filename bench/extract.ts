import { planRun } from '../server/campaigns/plan-rules'
import { createKeyring } from '../server/core/crypto'
import { addDays, kstDay, kstInstant } from '../server/core/seoul'
import { compileSegment } from '../server/segments/compile-segment'
import type { Segment } from '../server/segments/segment'
import type { Shopper } from '../server/shoppers/shopper'
import { shopperStore } from '../server/shoppers/shopper-store'
import type { BenchDatabase } from './database'
import { type Measure, median } from './measure'

const MEMBERS = 100_000
const MALL = 'cafe24-bench'
const DAY = '2026-11-22'
const ROUNDS = 9
const CONTACT = { repeatDays: 7, frequency: null, campaignNames: new Map<string, string>() }
const SEGMENT: Segment = {
  scope: 'all-members',
  include: { kind: 'latest-add', mode: 'exactly', days: 7 },
  exclude: null,
  purchases: 'exclude',
}

/** The day-7 extract of 100,000 members, with and without its decisions, beside a bare cursor over the same matches. */
export async function benchExtract({ connection }: BenchDatabase): Promise<Measure[]> {
  const store = shopperStore(connection)
  for (let from = 0; from < MEMBERS; from += 1_000) {
    await store.putChanged(
      MALL,
      Array.from({ length: 1_000 }, (_, i) => member(from + i)),
      new Map(),
    )
  }
  const context = { day: DAY, now: kstInstant(DAY, 600), campaignId: 'bench' }
  const filter = compileSegment(SEGMENT, context)
  const raw = connection.collection('shoppers')
  const bare = async () => {
    let count = 0
    for await (const _ of raw.find({ ...filter, mallId: MALL }, { batchSize: 1_000 })) count += 1
    return count
  }
  const extract = async () => {
    let count = 0
    for await (const chunk of store.population(MALL, filter, { dearestFirst: true })) count += chunk.length
    return count
  }
  const decided = async () => {
    const seenPhones = new Map<string, string>()
    let count = 0
    for await (const shoppers of store.population(MALL, filter, { dearestFirst: true })) {
      const plan = planRun({
        segment: SEGMENT,
        ctx: context,
        shoppers,
        recent: new Map(),
        contact: CONTACT,
        seenPhones,
      })
      for (const _ of plan) count += 1
    }
    return count
  }

  const matches = await bare()
  const times = { bare: [] as number[], extract: [] as number[], decided: [] as number[] }
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, work] of Object.entries({ bare, extract, decided })) {
      const began = performance.now()
      const count = await work()
      times[name as keyof typeof times].push(performance.now() - began)
      if (count !== matches) throw new Error(`${name} met ${count} people, the bare cursor ${matches}`)
    }
  }
  const floor = median(times.bare)
  const measure = (what: string, ours: number): Measure => {
    const ratio = ours / floor
    return {
      what: `${what}, ${matches} of ${MEMBERS}`,
      unit: 'ms',
      ours,
      floor,
      ratio,
      bound: '≤ 2.00',
      kept: ratio <= 2,
    }
  }
  return [
    measure('day-7 extract', median(times.extract)),
    measure('day-7 extract with decisions', median(times.decided)),
  ]
}

const keys = createKeyring(Buffer.alloc(32, 9)).forMall(MALL)
const sealed = keys.seal('+821000000000')

function member(rank: number): Shopper {
  const addedAt = kstInstant(addDays(DAY, -(rank % 30)), (rank * 7) % 1_440)
  const priceWon = 5_000 + (rank % 97) * 500
  const line = {
    lineKey: String(rank),
    productNo: rank % 60,
    name: '무쇠 주물 냄비',
    quantity: 1,
    priceWon,
    addedAt,
    sellable: true,
  }
  return {
    id: `${MALL}:m${rank}`,
    mallId: MALL,
    memberId: `m${rank}`,
    nameSealed: sealed,
    phoneKey: keys.phoneKey(String(rank)),
    phoneSealed: sealed,
    adConsent: rank % 3 > 0,
    adConsentAt: null,
    optedOutAt: null,
    restricted: false,
    joinedAt: addedAt,
    lastVisitAt: addedAt,
    latestAddAt: addedAt,
    latestAddDay: kstDay(addedAt),
    cart: [line, { ...line, lineKey: `${rank}b` }],
    cartWon: 2 * priceWon,
    latestOrderAt: rank % 5 === 0 ? new Date(addedAt.getTime() + 60_000) : null,
    updatedAt: addedAt,
  }
}
