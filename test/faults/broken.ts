import type { Held } from '../../server/sends/batch-store'
import type { SendsParts } from '../../server/sends/create-sends'
import type { Batch } from '../../server/sends/send'
import type { Protection } from './suite'

/** The parts without one protection: a suite that stays clean with them proves nothing about it. */
export function breakParts(parts: SendsParts, protection: Protection): SendsParts {
  return BREAKERS[protection](parts)
}

const BREAKERS: Record<Protection, (parts: SendsParts) => SendsParts> = {
  /** The batch leaves while it is prepared; the intent is written down afterwards. */
  'intent-before-call': (parts) => ({
    ...parts,
    relay: {
      ...parts.relay,
      async prepare(account, batchKey, messages) {
        const prepared = await parts.relay.prepare(account, batchKey, messages)
        if (prepared.state === 'prepared') await parts.relay.release(account, prepared.relayBatchId)
        return prepared
      },
      release: async () => ({ state: 'accepted' }),
    },
  }),
  /** Whoever lost a batch writes to it all the same. */
  fencing: (parts) => ({ ...parts, batches: withoutFences(parts.batches) }),
  /** What was read as free a moment ago is spent without a second look. */
  'conditional-reserve': (parts) => ({
    ...parts,
    spend: {
      ...parts.spend,
      async reserve(session, scope, won) {
        await parts.spend.reserve(session, scope, won)
        return true
      },
    },
  }),
  /** Nobody refuses, buys or changes after the plan. */
  'last-look': (parts) => ({
    ...parts,
    optOuts: { ...parts.optOuts, of: async () => new Map() },
    shoppers: {
      ...parts.shoppers,
      async contactFacts(mallId, memberIds) {
        const found = await parts.shoppers.contactFacts(mallId, memberIds)
        return found.map((shopper) => ({
          ...shopper,
          optedOutAt: null,
          latestOrderAt: null,
          restricted: false,
        }))
      },
    },
  }),
  /** Nobody got it lately. */
  'repeat-claim': (parts) => ({
    ...parts,
    sends: { ...parts.sends, recentSends: async () => new Map() },
  }),
  /** Advertising leaves whenever Kakao takes it. */
  night: (parts) => ({
    ...parts,
    revisions: {
      ...parts.revisions,
      async find(mallId, campaignId, number) {
        const found = await parts.revisions.find(mallId, campaignId, number)
        const quietHours = { fromMinute: 24 * 60, toMinute: 0 }
        return found && { ...found, spec: { ...found.spec, quietHours } }
      },
    },
  }),
}

/** Every reader sees the same fence, every writer has the right one. */
function withoutFences(batches: SendsParts['batches']): SendsParts['batches'] {
  const blunt = <T extends Batch | null>(batch: T): T => (batch ? { ...batch, fence: 0 } : batch)
  const sharp = async <T extends Held>(held: T): Promise<T> => {
    const now = await batches.byId(held.mallId, held.id)
    return { ...held, fence: now?.fence ?? held.fence }
  }
  return {
    ...batches,
    byId: async (mallId, id) => blunt(await batches.byId(mallId, id)),
    byIds: async (session, mallId, ids) => (await batches.byIds(session, mallId, ids)).map(blunt),
    lease: async (mallId, ids, lease, now) => (await batches.lease(mallId, ids, lease, now)).map(blunt),
    due: async (state, now, limit) => (await batches.due(state, now, limit)).map(blunt),
    orphans: async (machineNow) => (await batches.orphans(machineNow)).map(blunt),
    append: async (session, batch, ids) => batches.append(session, await sharp(batch), ids),
    handOver: async (session, mallId, all) => {
      const sharpened = all.map(async ({ held, set }) => ({ held: await sharp(held), set }))
      return batches.handOver(session, mallId, await Promise.all(sharpened))
    },
    accept: async (mallId, { ids }, set) => {
      for (const id of ids)
        await batches.accept(mallId, { ids: [id], fence: (await batches.byId(mallId, id))?.fence ?? 0 }, set)
    },
    move: async (held, move, session) => batches.move(await sharp(held), move, session),
    renew: async (held, until) => batches.renew(await sharp(held), until),
  }
}
