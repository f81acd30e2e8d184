import type { ShopperStore } from '../shoppers/shopper-store'
import type { SentReader, SentTo } from '../tracking/order-service'
import type { Send } from './send'
import type { SendStore } from './send-store'

/** The ledger as attribution reads it: a member's sends are found by the phone that the member has now. */
export function createSentReader(parts: {
  sends: Pick<SendStore, 'byIds' | 'toPhones'>
  shoppers: Pick<ShopperStore, 'byMemberIds'>
}): SentReader {
  return {
    byIds: async (mallId, sendIds) => (await parts.sends.byIds(mallId, [...sendIds])).map(sentTo),
    async ofMembers(mallId, memberIds, fromDay) {
      const shoppers = await parts.shoppers.byMemberIds(mallId, [...memberIds])
      const phoneKeys = [...new Set(shoppers.flatMap(({ phoneKey }) => phoneKey ?? []))]
      const members = new Set(memberIds)
      const sends = await parts.sends.toPhones(mallId, phoneKeys, fromDay)
      return sends.filter(({ memberId }) => members.has(memberId)).map(sentTo)
    },
  }
}

function sentTo({ id, runId, campaignId, memberId, test }: Send): SentTo {
  return { id, runId, campaignId, memberId, test }
}
