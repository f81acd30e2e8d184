import type { MallId } from '../malls/mall'
import type { DispatchParts } from './dispatch-parts'
import type { Lane } from './lane'
import { worstEachWon } from './outgoing'
import { SENDS_A_BATCH } from './plan-writer'
import type { TallyStore } from './tally-store'

/** What watching the balance is built from. */
export type BalanceParts = Pick<
  DispatchParts,
  'accounts' | 'clock' | 'lanes' | 'logger' | 'relay' | 'revisions'
> & { tallies: Pick<TallyStore, 'byRun'> }

/** Looks ahead, so that a mall whose relay account is short waits before anything is refused. */
export interface BalanceWatch {
  /** False when one more batch of `lane` would not be paid for; then the whole mall is held and its account says so. */
  isEnough(lane: Lane): Promise<boolean>
}

/** Business milliseconds for which a good answer is believed, and after which a short account is looked at again. */
export const BALANCE_LOOK_MS = 5 * 60_000

/** Asks each mall's relay at most every few minutes in each process; what it does not tell is taken for enough. */
export function createBalanceWatch(parts: BalanceParts): BalanceWatch {
  // Only to save calls: what was good a moment ago. A short balance is never remembered here but in the lanes.
  const good = new Map<MallId, { at: Date; answer: Promise<boolean> }>()
  return {
    async isEnough(lane) {
      const { mallId, hold } = lane
      const now = parts.clock.now()
      const known = good.get(mallId)
      const ageMs = known ? now.getTime() - known.at.getTime() : Number.POSITIVE_INFINITY
      const isFresh = ageMs >= 0 && ageMs < BALANCE_LOOK_MS
      if (known && isFresh && hold?.reason !== 'no-balance') return known.answer
      const asked = { at: now, answer: ask(parts, lane) }
      good.set(mallId, asked)
      const forget = () => good.get(mallId) === asked && good.delete(mallId)
      try {
        const enough = await asked.answer
        if (!enough) forget()
        return enough
      } catch (cause) {
        forget()
        throw cause
      }
    },
  }
}

async function ask(parts: BalanceParts, lane: Lane): Promise<boolean> {
  const { mallId, id: runId, campaignId, revision, test } = lane
  const account = await parts.accounts.current(mallId)
  const balanceWon = account && (await parts.relay.balance?.(account.account))
  if (!account || balanceWon === null || balanceWon === undefined) return true
  const [tally, stored] = await Promise.all([
    parts.tallies.byRun(mallId, runId),
    parts.revisions.find(mallId, campaignId, revision),
  ])
  const people = Math.min(tally?.waiting ?? SENDS_A_BATCH, SENDS_A_BATCH)
  const isShort = balanceWon < people * worstEachWon(stored?.spec ?? { fallback: null }, account, test)
  await parts.accounts.balanceSeen?.(mallId, account.version, { balanceWon, isShort })
  if (!isShort) return true
  const now = parts.clock.now()
  const until = new Date(now.getTime() + BALANCE_LOOK_MS)
  await parts.lanes.holdMall(mallId, 'no-balance', until, now)
  await parts.accounts.reportProblem(mallId, account.version, 'no-balance')
  parts.logger.warn({ mallId, runId, balanceWon, people }, 'the balance at the relay is short')
  return false
}
