import type { Connection } from '../config/database'
import { createKeyring } from '../server/core/crypto'
import { kstDay } from '../server/core/seoul'
import { openStores } from '../server/models'
import type { Shopper } from '../server/shoppers/shopper'
import { shopperId } from '../server/shoppers/shopper-store'
import { ADDED_AT, benchSpec, MAIN, MASTER_KEY, type Place, RELAY_ACCOUNT, START } from './scene'

const AT_ONCE = 1_000
const WEBHOOK_SECRET = 'bench-webhook-secret'
/** Where the relay tells results of a place, and how it shows that it is the relay. */
export const webhookOf = ({ hook }: Place) => ({ path: `/webhooks/solapi/${hook}`, secret: WEBHOOK_SECRET })
const keyring = createKeyring(MASTER_KEY)
const PRODUCTS = ['무쇠 주물 냄비', '린넨 커튼', '유리 머그컵', '원목 도마', '면 수건 10장', '도자기 접시']

/** A connected mall with its sending account and one running campaign. */
export async function seedMall(
  connection: Connection,
  { mallId, campaignId, hook }: Place = MAIN,
): Promise<void> {
  const keys = keyring.forMall(mallId)
  const stores = openStores(connection)
  const { malls, campaigns, revisions, sendingAccounts } = stores
  await malls.connect({ id: mallId, shopId: mallId, shopNo: 1, scopes: [], at: START })
  await malls.setShopInfo(mallId, { name: '바구니 상점', domain: 'bench.example', cartDays: null })
  const mall = await malls.find(mallId)
  if (!mall) throw new Error('The mall was not stored')
  await malls.setSync(mallId, 1, { ...mall.sync, state: 'done', fullPullAt: START })
  await sendingAccounts.insert({
    id: `${mallId}:1`,
    mallId,
    version: 1,
    relay: 'solapi',
    sealed: keys.seal(JSON.stringify(RELAY_ACCOUNT)),
    masked: RELAY_ACCOUNT,
    balanceWon: 100_000_000,
    prices: { brandTextWon: 25, smsWon: 12, lmsWon: 40 },
    problems: [],
    checkedAt: START,
    createdAt: START,
    webhook: { path: hook, secretSealed: keys.seal(WEBHOOK_SECRET), registered: true },
  })
  const spec = benchSpec()
  await revisions.insert({
    campaignId,
    mallId,
    number: 1,
    spec,
    createdAt: ADDED_AT,
    createdBy: 'bench',
  })
  await campaigns.insert({
    id: campaignId,
    mallId,
    name: spec.name,
    state: 'running',
    revision: 1,
    createdAt: ADDED_AT,
    startedAt: ADDED_AT,
    runningSince: ADDED_AT,
    endedAt: null,
  })
}

/** `count` members who put something into their cart seven days ago, may be written to and bought nothing. */
export async function seedShoppers(
  connection: Connection,
  count: number,
  { mallId }: Place = MAIN,
): Promise<void> {
  const { shoppers } = openStores(connection)
  for (let from = 0; from < count; from += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, i) => shopper(mallId, from + i))
    await shoppers.putChanged(mallId, some, new Map())
  }
}

function shopper(mallId: string, rank: number): Shopper {
  const keys = keyring.forMall(mallId)
  const memberId = `member-${String(rank).padStart(7, '0')}`
  const priceWon = 5_000 + (rank % 997) * 100
  // 010-0ddd-dddd, the range that is given to nobody.
  const phone = `+82100${String(rank).padStart(7, '0')}`
  const line = {
    lineKey: `${rank}`,
    productNo: rank % PRODUCTS.length,
    name: PRODUCTS[rank % PRODUCTS.length] ?? '',
    quantity: 1,
    priceWon,
    addedAt: ADDED_AT,
    sellable: true,
  }
  return {
    id: shopperId(mallId, memberId),
    mallId,
    memberId,
    nameSealed: keys.seal('김하은'),
    phoneKey: keys.phoneKey(phone),
    phoneSealed: keys.seal(phone),
    adConsent: true,
    adConsentAt: ADDED_AT,
    optedOutAt: null,
    restricted: false,
    joinedAt: ADDED_AT,
    lastVisitAt: ADDED_AT,
    latestAddAt: ADDED_AT,
    latestAddDay: kstDay(ADDED_AT),
    cart: [line, { ...line, lineKey: `${rank}b` }],
    cartWon: 2 * priceWon,
    latestOrderAt: null,
    updatedAt: ADDED_AT,
  }
}
