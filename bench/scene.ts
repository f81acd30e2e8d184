import { z } from 'zod'
import type { CampaignSpec } from '../server/campaigns/campaign'
import { findRecipe } from '../server/campaigns/recipes'
import type { Run } from '../server/campaigns/run'
import { addDays, kstInstant } from '../server/core/seoul'

/** The mall of every bench. */
export const MALL = 'cafe24-bench'
/** The campaign of the dispatch and click benches. */
export const CAMPAIGN = 'c00000000000000000000001'

/** One mall with one campaign; `hook` is the last part of its address for results. */
export const Place = z.object({ mallId: z.string(), campaignId: z.string(), hook: z.string() })
export type Place = z.infer<typeof Place>

/** What is measured. */
export const MAIN: Place = { mallId: MALL, campaignId: CAMPAIGN, hook: 'bench' }

/** The `number`-th of more places, from 1. */
export function placeOf(number: number): Place {
  return {
    mallId: `${MALL}-${number}`,
    campaignId: `d${String(number).padStart(23, '0')}`,
    hook: `bench-${number}`,
  }
}

/** A Monday; business time begins at 10:00 Seoul time. */
export const DAY = '2026-11-23'
/** When business time begins. */
export const START = kstInstant(DAY, 600)
/** When everybody put something into their cart. */
export const ADDED_AT = kstInstant(addDays(DAY, -7), 900)

/** The play relay's account, in the demo's own words. */
export const RELAY_ACCOUNT = {
  apiKey: 'BENCHKEY00000001',
  apiSecret: 'bench-secret-not-a-real-one',
  pfId: 'KA01PFBENCH',
  senderNumber: '0200000000',
  number080: '0800000000',
}

/** What every key of a bench is derived from. */
export const MASTER_KEY = Buffer.alloc(32, 9)

/** The seven-days recipe without a cap. */
export function benchSpec(): CampaignSpec {
  const recipe = findRecipe('day-7')
  if (!recipe) throw new Error('The seven-days recipe is gone')
  return { ...recipe.specFrom(DAY), dailyCapWon: null }
}

/** A run of the campaign that has been published. */
export function benchRun(id: string, { mallId, campaignId }: Place = MAIN): Run {
  return {
    id,
    mallId,
    campaignId,
    revision: 1,
    kind: 'scheduled',
    occurrence: DAY,
    day: DAY,
    state: 'published',
    plannedFor: START,
    publishedAt: START,
    finishedAt: null,
    latestAt: kstInstant(DAY, 720),
    population: 0,
    decisions: {},
    batches: 0,
    priceWon: 25,
    note: null,
  }
}

/** The environment of a process of the product in a bench. */
export function benchEnvironment(given: { uri: string; relayUrl?: string; port?: number }) {
  return {
    NODE_ENV: 'development',
    LOG_LEVEL: 'warn',
    MONGODB_URI: given.uri,
    PORT: String(given.port ?? 3000),
    BASE_URL: 'https://baguni.example',
    MASTER_KEY: MASTER_KEY.toString('base64'),
    SESSION_SECRET: 'a-session-secret-for-the-benches-only',
    SOLAPI_API_URL: given.relayUrl ?? 'http://127.0.0.1:9',
  }
}
