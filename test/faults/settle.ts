import { wait } from '../../scripts/story/sandbox-control'
import { addDays, kstInstant } from '../../server/core/seoul'
import { DAY, MALL, pulledAt } from '../jobs/sends-kit'
import type { Round } from './round'

const LOOK_MS = 200
const PATIENCE_MS = 240_000
/** Without any change for so long it will not settle any more; a database keeps the locks of a killed transaction for a minute. */
const HOPELESS_MS = 90_000
const STILL_MS = 1_000

/** How long settling waits, and what else ends the wait. */
export interface Settling {
  patienceMs?: number
  unless?: () => boolean
}

/**
 * Lets the workers go on until every run has ended; business time goes by, and jumps when only results or released won
 * are waited for. False when it did not settle in time: the judge then says what is left.
 */
export async function settle(
  round: Round,
  { patienceMs = PATIENCE_MS, unless = () => false }: Settling = {},
): Promise<boolean> {
  const until = performance.now() + patienceMs
  let still = performance.now()
  let changed = still
  let seen = ''
  while (performance.now() < until && !unless()) {
    const seenNow = await look(round)
    if (!seenNow) continue
    const { runs, lanes, batches } = seenNow
    if (runs.length > 0 && lanes.length === 0 && runs.every(({ state }) => hasEnded(state))) return true
    const states = batches.map(({ state, open, fence, asked }) => `${state} ${open} ${fence} ${asked}`)
    if (states.join() !== seen) {
      seen = states.join()
      still = performance.now()
      changed = still
    }
    if (performance.now() - changed > HOPELESS_MS) return false
    // Without a lane nothing is published yet: the planner has something to do, however slow it is.
    const held = lanes.length > 0 && lanes.every(({ hold }) => hold?.reason === 'cap')
    const asleep = held ? null : (lanes[0]?.next ?? null)
    if (performance.now() - still > STILL_MS && states.length > 0) {
      const moved = await jump(round, states, { held, asleep })
      if (moved) still = performance.now()
    }
    await wait(LOOK_MS)
  }
  return false
}

/** What stands where; null while the database does not answer, which is one of the faults. */
async function look({ stores, batches }: Round) {
  try {
    return {
      runs: await stores.runs.list(MALL, { limit: 10 }),
      lanes: await stores.lanes.unfinished(),
      batches: await batches(),
    }
  } catch {
    await wait(LOOK_MS)
    return null
  }
}

/** Moves business time to where the next thing happens; false when workers have something to do now. */
async function jump(
  round: Round,
  states: readonly string[],
  { held, asleep }: { held: boolean; asleep: Date | null },
): Promise<boolean> {
  const isIn = (...names: string[]) => states.some((state) => names.some((name) => state.startsWith(name)))
  if (isIn('leased', 'handed-over', 'unknown')) return false
  const now = await round.relay.now()
  const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000)
  if (isIn('accepted')) return jumpTo(round, later(now < kstInstant(DAY, 19 * 60) ? 150 : 12 * 60))
  if (isIn('planned') && asleep && asleep > now) return jumpTo(round, asleep)
  if (isIn('planned') && held) return jumpTo(round, kstInstant(addDays(DAY, 1), 12 * 60 + 1))
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
