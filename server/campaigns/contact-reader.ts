import { frequencyOf } from '../malls/frequency-cap'
import type { MallId } from '../malls/mall'
import type { MallStore } from '../malls/mall-store'
import type { CampaignStore } from './campaign-store'
import type { ContactRules } from './contact-rules'

/** What holds for every campaign of a mall. */
export type MallContact = Omit<ContactRules, 'repeatDays'>

/** Reads how often a mall lets one phone be written to, and what its campaigns are called. */
export async function readMallContact(
  stores: { malls: Pick<MallStore, 'find'>; campaigns: Pick<CampaignStore, 'list'> },
  mallId: MallId,
): Promise<MallContact> {
  const [mall, campaigns] = await Promise.all([stores.malls.find(mallId), stores.campaigns.list(mallId)])
  return {
    frequency: frequencyOf(mall),
    campaignNames: new Map(campaigns.map(({ id, name }) => [id, name])),
  }
}
