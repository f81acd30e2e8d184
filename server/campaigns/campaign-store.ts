import { type Connection, Schema } from 'mongoose'
import type { MallId } from '../malls/mall'
import { fromStored, mallCollection, type Stored, toStored } from '../malls/mall-scope-store'
import type { Campaign, CampaignState } from './campaign'

const schema = new Schema(
  { _id: String, mallId: String, state: String, createdAt: Date },
  { strict: false, collection: 'campaigns' },
)
  .index({ mallId: 1, createdAt: -1 })
  .index({ state: 1 })

/** The campaigns of every mall. */
export function campaignStore(connection: Connection) {
  const campaigns = mallCollection<Stored<Campaign>>(connection, 'campaigns', schema)
  return {
    async insert(campaign: Campaign): Promise<void> {
      await campaigns.insertMany(campaign.mallId, [toStored(campaign)])
    },

    async find(mallId: MallId, id: string): Promise<Campaign | null> {
      const found = await campaigns.findOne(mallId, { _id: id })
      return found && fromStored(found)
    },

    /** All campaigns of a mall, newest first, at most 200. */
    async list(mallId: MallId): Promise<Campaign[]> {
      const found = await campaigns.find(mallId, {}, { sort: { createdAt: -1 }, limit: 200 }).toArray()
      return found.map(fromStored)
    },

    /** Running campaigns of all malls, for the sweeper. */
    async running(): Promise<Campaign[]> {
      const found = await campaigns.acrossMalls('the sweeper looks for due runs').find({ state: 'running' })
      return (await found.toArray()).map(fromStored<Campaign>)
    },

    /** Changes the state with `set`, only from one of `from`; false when it was in none of them. */
    async move(
      mallId: MallId,
      id: string,
      from: readonly CampaignState[],
      set: Partial<Omit<Campaign, 'id' | 'mallId'>>,
    ): Promise<boolean> {
      const result = await campaigns.updateOne(mallId, { _id: id, state: { $in: [...from] } }, { $set: set })
      return result.matchedCount === 1
    },

    /** Makes revision `to` the one that the next run takes; false when `from` no longer is, or the campaign ended. */
    async revise(
      mallId: MallId,
      id: string,
      { from, to, name }: { from: number; to: number; name: string },
    ): Promise<boolean> {
      const filter = { _id: id, revision: from, state: { $ne: 'ended' as const } }
      const result = await campaigns.updateOne(mallId, filter, { $set: { revision: to, name } })
      return result.matchedCount === 1
    },
  }
}

export type CampaignStore = ReturnType<typeof campaignStore>
