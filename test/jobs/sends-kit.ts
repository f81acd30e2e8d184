import type { RelayBehaviour } from '../../sandbox/relay/relay-types'
import { createSolapiRelay } from '../../server/adapters/relays/solapi/solapi-relay'
import type { Campaign, CampaignSpec } from '../../server/campaigns/campaign'
import { findRecipe } from '../../server/campaigns/recipes'
import type { Run } from '../../server/campaigns/run'
import { createScheduleService } from '../../server/campaigns/schedule-service'
import { type Clock, machineClock } from '../../server/core/clock'
import { createKeyring } from '../../server/core/crypto'
import { createLogger } from '../../server/core/logger'
import { parseMobile } from '../../server/core/phone'
import { addDays, kstDay, kstInstant } from '../../server/core/seoul'
import { compose } from '../../server/messages/compose'
import type { MessageRelay } from '../../server/messages/message-relay'
import type { AccountSource, OpenAccount } from '../../server/messages/sending-account'
import { openStores, type Stores } from '../../server/models'
import { createSends, type Sending, type SendsParts } from '../../server/sends/create-sends'
import type { Shopper } from '../../server/shoppers/shopper'
import { shopperId } from '../../server/shoppers/shopper-store'
import { dayBudgetId } from '../../server/spend/spend-rules'
import { createTransactions } from '../../server/spend/transaction-store'
import { ACCOUNT, type RelayKit, request, startRelay } from '../contract/play-relay-kit'
import { connectTestDatabase, type TestDatabase } from '../support/database'

export const MALL = 'cafe24-testshop'
export const CAMPAIGN = 'c00000000000000000000001'
/** Monday, 10:00 Seoul time. */
export const DAY = '2026-11-23'
export const seoul = (day: string, hour: number, minute = 0, second = 0) =>
  new Date(kstInstant(day, hour * 60 + minute).getTime() + second * 1000)

// A shorter one makes a busy machine look like a busy relay, and its batches wait.
const RELAY_PATIENCE_MS = 8_000
const keyring = createKeyring(Buffer.alloc(32, 7))
const relayAccount = {
  apiKey: ACCOUNT.apiKey,
  apiSecret: ACCOUNT.apiSecret,
  pfId: ACCOUNT.pfId,
  senderNumber: ACCOUNT.senderNumbers[0] ?? '',
  number080: ACCOUNT.number080,
}

/** A machine clock that tests move: for leases. */
export interface MovedClock extends Clock {
  pass(seconds: number): void
}

export interface SendsKit {
  database: TestDatabase
  stores: Stores
  relay: RelayKit
  /** The client of the play relay that workers use unless told otherwise. */
  client: MessageRelay
  machine: MovedClock
  /** Problems that were reported of the sending account. */
  problems: string[]
  /** What workers are built from unless told otherwise. */
  parts: SendsParts
  /** The use cases of one more process over the same database. */
  worker(name: string, over?: Partial<SendsParts>): Sending
  /** Business time moves to `at`; the relay does what came due. */
  moveTo(at: Date): Promise<void>
  faults(faults: unknown): Promise<void>
  /** Puts a running campaign in place; the newest revision is `spec` over the recipe. */
  campaign(change?: Partial<CampaignSpec>, of?: { id?: string; mallId?: string }): Promise<Campaign>
  /** `count` members who put something into their cart seven days before, dearest first. */
  members(count: number, change?: (index: number) => Partial<Shopper>, mallId?: string): Promise<Shopper[]>
  /** The one run of the campaign on its day. */
  run(day?: string, campaignId?: string): Promise<Run>
  /** What the relay itself accepted: phone → how often. */
  accepted(): Map<string, number>
  dayBudget(
    day?: string,
  ): Promise<{ capWon: number | null; reservedWon: number; chargedWon: number; peakWon: number }>
  close(): Promise<void>
}

/** The real database, the play relay over HTTP, one mall with a sending account; business time stands at 10:00. */
export async function startSendsKit(
  options: { start?: Date; behaviour?: Partial<RelayBehaviour> } = {},
): Promise<SendsKit> {
  const database = await connectTestDatabase()
  const stores = openStores(database.connection)
  const relay = await startRelay({
    start: options.start ?? seoul(DAY, 10),
    behaviour: options.behaviour ?? { kind: true },
  })
  const client = createSolapiRelay({ apiUrl: relay.url, timeoutMs: RELAY_PATIENCE_MS }, machineClock)
  const machine = movedClock()
  const problems: string[] = []
  await installMall(stores, MALL, relay.clock.now())
  const parts: SendsParts = {
    ...stores,
    clock: relay.clock,
    machine,
    worker: 'one',
    keyring,
    logger: createLogger({ level: 'silent', part: 'test' }),
    relay: client,
    accounts: accountsOf(problems),
    transactions: createTransactions(database.connection),
    due: createScheduleService({ ...stores, clock: relay.clock }).due,
    compose,
    linkFor: ({ id }) => `https://baguni.example/t/${id}`,
  }
  const runOf = async (day = DAY, campaignId = CAMPAIGN, mallId = MALL) => {
    const found = await stores.runs.byOccurrence(mallId, campaignId, day)
    if (!found) throw new Error(`no run on ${day}`)
    return found
  }
  return {
    database,
    stores,
    relay,
    client,
    machine,
    problems,
    parts,
    worker: (name, over = {}) =>
      createSends({ ...parts, worker: name, transactions: createTransactions(database.connection), ...over }),
    async moveTo(at) {
      relay.clock.set({ now: at })
      await relay.relay.settled()
    },
    async faults(faults) {
      await request(`${relay.url}/__fake/faults`, 'PUT', faults)
    },
    campaign: (change, of) => putCampaign(stores, relay.clock.now(), change, of),
    members: (count, change, mallId) => putMembers(stores, count, change, mallId),
    run: runOf,
    accepted() {
      const counts = new Map<string, number>()
      for (const { to } of relay.relay.journal()) counts.set(to, (counts.get(to) ?? 0) + 1)
      return counts
    },
    async dayBudget(day = DAY) {
      const budget = await stores.spend.budget(MALL, dayBudgetId(MALL, CAMPAIGN, day))
      if (!budget) throw new Error('no budget of the day')
      return budget
    },
    async close() {
      await relay.close()
      await database.close()
    },
  }
}

export async function installMall(stores: Stores, mallId: string, at: Date): Promise<void> {
  await stores.malls.connect({ id: mallId, shopId: mallId, shopNo: 1, scopes: [], at })
  await pulledAt(stores, mallId, at)
}

/** The mall's last full pull began at `at`. */
export async function pulledAt(stores: Stores, mallId: string, at: Date): Promise<void> {
  const mall = await stores.malls.find(mallId)
  if (!mall) throw new Error('no mall')
  await stores.malls.setSync(mallId, 1, { ...mall.sync, state: 'done', fullPullAt: at })
}

/** The `index`-th made-up phone, E.164 and national. */
export function phoneOf(index: number): { e164: string; digits: string } {
  const digits = `0100${String(index).padStart(7, '0')}`
  const e164 = parseMobile(digits)
  if (!e164) throw new Error('no phone')
  return { e164, digits }
}

/** A member with one line in the cart since seven days before DAY; a lower index has a dearer cart. */
export function member(index: number, change: Partial<Shopper> = {}, mallId = MALL): Shopper {
  const keys = keyring.forMall(mallId)
  const { e164 } = phoneOf(index)
  const addedAt = seoul(addDays(DAY, -7), 15)
  const priceWon = 1_000_000 - index * 10
  const memberId = `member-${String(index).padStart(5, '0')}`
  return {
    id: shopperId(mallId, memberId),
    mallId,
    memberId,
    nameSealed: keys.seal('김하은'),
    phoneKey: keys.phoneKey(e164),
    phoneSealed: keys.seal(e164),
    adConsent: true,
    adConsentAt: addedAt,
    optedOutAt: null,
    restricted: false,
    joinedAt: addedAt,
    lastVisitAt: addedAt,
    latestAddAt: addedAt,
    latestAddDay: kstDay(addedAt),
    cart: [{ lineKey: 'l1', productNo: 1, name: '머그컵', quantity: 1, priceWon, addedAt, sellable: true }],
    cartWon: priceWon,
    latestOrderAt: null,
    updatedAt: addedAt,
    ...change,
  }
}

/** Writes a change of facts as a sync would. */
export async function change(stores: Stores, shopper: Shopper, facts: Partial<Shopper>): Promise<void> {
  const changed = { ...shopper, ...facts }
  await stores.shoppers.putChanged(shopper.mallId, [changed], new Map([[shopper.memberId, shopper]]))
}

async function putMembers(
  stores: Stores,
  count: number,
  changeOf: (index: number) => Partial<Shopper> = () => ({}),
  mallId = MALL,
): Promise<Shopper[]> {
  const shoppers = Array.from({ length: count }, (_, i) => member(i, changeOf(i), mallId))
  await stores.shoppers.putChanged(mallId, shoppers, new Map())
  return shoppers
}

async function putCampaign(
  stores: Stores,
  now: Date,
  specChange: Partial<CampaignSpec> = {},
  { id = CAMPAIGN, mallId = MALL }: { id?: string; mallId?: string } = {},
): Promise<Campaign> {
  const recipe = findRecipe('day-7')
  if (!recipe) throw new Error('no recipe')
  const spec = { ...recipe.specFrom(DAY), dailyCapWon: null, ...specChange }
  await stores.revisions.insert({
    campaignId: id,
    mallId,
    number: 1,
    spec,
    createdAt: now,
    createdBy: 'test',
  })
  const campaign: Campaign = {
    id,
    mallId,
    name: spec.name,
    state: 'running',
    revision: 1,
    createdAt: now,
    startedAt: now,
    runningSince: now,
    endedAt: null,
  }
  await stores.campaigns.insert(campaign)
  return campaign
}

function accountsOf(problems: string[]): AccountSource {
  const open: OpenAccount = {
    version: 1,
    account: relayAccount,
    prices: { brandTextWon: 25, smsWon: 20, lmsWon: 50 },
  }
  return {
    current: async () => open,
    ofVersion: async (_mallId, version) => (version === 1 ? open : null),
    async reportProblem(_mallId, _version, problem) {
      problems.push(problem)
    },
  }
}

/** A place where a worker falls asleep: `reached` resolves when it does, `wake` lets it go on. */
export function gate(): { reached: Promise<void>; sleep(): Promise<void>; wake(): void } {
  let wake = () => {}
  let arrive = () => {}
  const sleeping = new Promise<void>((resolve) => {
    wake = resolve
  })
  const reached = new Promise<void>((resolve) => {
    arrive = resolve
  })
  return {
    reached,
    sleep() {
      arrive()
      return sleeping
    },
    wake,
  }
}

function movedClock(): MovedClock {
  let ms = machineClock.now().getTime()
  return {
    now: () => new Date(ms),
    pass(seconds) {
      ms += seconds * 1000
    },
  }
}
