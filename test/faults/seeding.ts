import type { Campaign, CampaignSpec } from '../../server/campaigns/campaign'
import { findRecipe } from '../../server/campaigns/recipes'
import { createKeyring } from '../../server/core/crypto'
import { kstInstant } from '../../server/core/seoul'
import type { Stores } from '../../server/models'
import { CAMPAIGN, DAY, installMall, MALL, member, phoneOf } from '../jobs/sends-kit'
import { RELAY_ACCOUNT } from './relay-room'

/** The key of test/jobs/sends-kit.ts, which seals the members' names and numbers. */
export const MASTER_KEY = Buffer.alloc(32, 7)
/** 10:00 Seoul time on a Monday: the minute of the campaign. */
export const TEN = kstInstant(DAY, 10 * 60)

/** Where the relay tells results, below `/webhooks/solapi/`. */
export const WEBHOOK = { path: 'faults', secret: 'faults-webhook-secret' }

const keyring = createKeyring(MASTER_KEY)

/** Puts a mall with its sending account and `people` members in place, all of whom the day-7 campaign matches. */
export async function seedMall(stores: Stores, people: number): Promise<void> {
  await installMall(stores, MALL, TEN)
  await stores.shoppers.putChanged(
    MALL,
    Array.from({ length: people }, (_, index) => member(index)),
    new Map(),
  )
  const { apiKey, apiSecret, pfId, senderNumbers, number080 } = RELAY_ACCOUNT
  const account = { apiKey, apiSecret, pfId, senderNumber: senderNumbers[0] ?? '', number080 }
  const keys = keyring.forMall(MALL)
  const webhook = { path: WEBHOOK.path, secretSealed: keys.seal(WEBHOOK.secret), registered: true }
  await stores.sendingAccounts.insert({
    id: `${MALL}:1`,
    mallId: MALL,
    version: 1,
    relay: 'solapi',
    sealed: keys.seal(JSON.stringify(account)),
    masked: account,
    balanceWon: null,
    prices: { brandTextWon: 25, smsWon: 20, lmsWon: 50 },
    problems: [],
    checkedAt: TEN,
    createdAt: TEN,
    webhook,
  })
}

/** Starts the day-7 campaign, its newest revision `change` over the recipe without a cap. */
export async function seedCampaign(stores: Stores, change: Partial<CampaignSpec>): Promise<void> {
  const recipe = findRecipe('day-7')
  if (!recipe) throw new Error('no recipe')
  const day7 = recipe.specFrom(DAY)
  // One day only: business time may jump into the next.
  const schedule = { ...day7.schedule, untilDay: DAY }
  const spec = { ...day7, schedule, dailyCapWon: null, ...change }
  const revision = {
    campaignId: CAMPAIGN,
    mallId: MALL,
    number: 1,
    spec,
    createdAt: TEN,
    createdBy: 'faults',
  }
  await stores.revisions.insert(revision)
  const campaign: Campaign = {
    id: CAMPAIGN,
    mallId: MALL,
    name: spec.name,
    state: 'running',
    revision: 1,
    createdAt: TEN,
    startedAt: TEN,
    runningSince: TEN,
    endedAt: null,
  }
  await stores.campaigns.insert(campaign)
}

/** The `index`-th member as ledger and relay name them. */
export function personOf(index: number): { phoneKey: string; digits: string } {
  const { e164, digits } = phoneOf(index)
  return { phoneKey: keyring.forMall(MALL).phoneKey(e164), digits }
}

/** A campaign whose definite failures get a text. */
export function fallbackSpec(): Pick<CampaignSpec, 'fallback'> {
  return { fallback: { title: '장바구니 알림', text: '{고객 이름}님, 담아 두신 상품이 기다리고 있어요.' } }
}
