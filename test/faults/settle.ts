import { wait } from '../../scripts/story/sandbox-control'
import { addDays, kstInstant } from '../../server/core/seoul'
import { DAY, MALL, pulledAt } from '../jobs/sends-kit'
import type { Round } from './round'

const LOOK_MS = 120
const PATIENCE_MS = 60_000
const STILL_MS = 1_500

/** Until when settling waits, and whether what the cap holds is taken to its latest time. */
export interface Settling {
  patienceMs?: number
}

/**
 * Lets the workers go on until every run has ended; business time goes by, and jumps when only results or released won
 * are waited for. False when it did not settle in time: the judge then says what is left.
 */
export async function settle(round: Round, { patienceMs = PATIENCE_MS }: Settling = {}): Promise<boolean> {
  const until = performance.now() + patienceMs
  let still = performance.now()
  let seen = ''
  while (performance.now() < until) {
    const runs = await round.stores.runs.list(MALL, { limit: 10 })
    const lanes = await round.stores.lanes.unfinished()
    if (runs.length > 0 && lanes.length === 0 && runs.every(({ state }) => hasEnded(state))) return true
    const states = (await round.batches()).map(({ state, open }) => `${state}${open}`)
    if (states.join() !== seen) {
      seen = states.join()
      still = performance.now()
    }
    const held = lanes.every(({ hold }) => hold?.reason === 'cap')
    if (performance.now() - still > STILL_MS && states.length > 0) {
      const moved = await jump(round, states, held)
      if (moved) still = performance.now()
    }
    await wait(LOOK_MS)
  }
  return false
}

/** Moves business time to where the next thing happens; false when workers have something to do now. */
async function jump(round: Round, states: readonly string[], heldByCap: boolean): Promise<boolean> {
  const isIn = (...names: string[]) => states.some((state) => names.some((name) => state.startsWith(name)))
  if (isIn('leased', 'handed-over', 'unknown')) return false
  const now = await round.relay.now()
  const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000)
  if (isIn('accepted')) return jumpTo(round, later(now < kstInstant(DAY, 19 * 60) ? 70 : 12 * 60))
  if (isIn('planned') && heldByCap) return jumpTo(round, kstInstant(addDays(DAY, 1), 12 * 60 + 1))
  return false
}

async function jumpTo(round: Round, at: Date): Promise<boolean> {
  // As if the mall had been read in the night.
  await pulledAt(round.stores, MALL, at)
  await round.relay.setClock({ now: at })
  return true
}

function hasEnded(state: string): boolean {
  return state === 'finished' || state === 'stopped' || state === 'missed'
}
