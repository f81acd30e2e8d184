import { PRICE_WON } from '../../sandbox/relay/status-codes'
import { type Evidence, type Find, type JudgedMessage, type JudgedSend, sendOf } from './evidence'

type JudgedBudget = NonNullable<Evidence['budgets']>[number]

/** The caps against what we ever kept and against what the relay ever charged; the sums at the end. */
export function judgeWon({ budgets = [], sends, accepted }: Evidence, find: Find): void {
  for (const budget of budgets) {
    const own = sends.filter((send) => belongs(budget.id, send))
    const ids = new Set(own.map(({ id }) => id))
    const peak = relayPeakWon(accepted.filter((entry) => ids.has(sendOf(entry))))
    const { id, capWon, peakWon, reservedWon, chargedWon } = budget
    if (capWon !== null) {
      find(
        'wonOver',
        'reserved and charged above the cap',
        id,
        Math.max(peakWon, reservedWon + chargedWon) - capWon,
      )
      find('wonOver', 'charged by the relay above the cap', id, peak - capWon)
    }
    if (peak > peakWon) find('mismatches', `the relay charged ${peak} won, ${peakWon} were kept`, id)
    judgeSums(budget, own, find)
  }
}

function judgeSums(
  { id, reservedWon, chargedWon }: JudgedBudget,
  own: readonly JudgedSend[],
  find: Find,
): void {
  const charged = own.reduce((sum, send) => sum + send.chargedWon, 0)
  if (own.every(({ end }) => end !== null) && reservedWon !== 0)
    find('mismatches', `${reservedWon} won still reserved for nobody`, id)
  // Budgets of a month or a mall may hold runs that are not judged here.
  if (/:(run|day):/.test(id) && charged !== chargedWon)
    find('mismatches', `${chargedWon} won in the budget, ${charged} on its sends`, id)
}

function belongs(budgetId: string, { mallId, campaignId, runId, runDay, test }: JudgedSend): boolean {
  const ids = [
    `run:${runId}`,
    `month:${runDay.slice(0, 7)}`,
    'all',
    ...(test ? [] : [`day:${campaignId}:${runDay}`]),
  ]
  return ids.some((id) => budgetId === `${mallId}:${id}`)
}

/** The most that the relay had charged for these messages at any instant, refunds taken off when it made them. */
function relayPeakWon(messages: readonly JudgedMessage[]): number {
  const steps = messages.flatMap(stepsOf).sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.won - b.won))
  let sum = 0
  return steps.reduce((peak, { won }) => {
    sum += won
    return Math.max(peak, sum)
  }, 0)
}

function stepsOf({ type, chargedWon, history, final }: JudgedMessage): { at: string; won: number }[] {
  const priceWon = Object.entries(PRICE_WON).find(([name]) => name === type)?.[1] ?? 0
  const taken = history.find(({ code }) => code === '3000')
  const last = history.at(-1)
  return [
    ...(taken ? [{ at: taken.machineAt, won: priceWon }] : []),
    ...(final && last ? [{ at: last.machineAt, won: chargedWon - priceWon }] : []),
  ]
}
