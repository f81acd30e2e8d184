import { wait } from '../../scripts/story/sandbox-control'
import { type CrashPoint, pointOf } from './crash-points'
import type { Hand } from './crew'
import { type Rolls, rollsOf } from './rolls'
import { conclude, openRound, type Round } from './round'
import { fallbackSpec } from './seeding'
import { settle } from './settle'
import type { Figures, Suite } from './suite'
import type { Trap } from './worker-order'
import { openWorld, type World } from './world'

const PATIENCE_MS = 25_000
// Business time: long after the lease of a dead worker, so that no result says before then that its messages have left.
const LATE_RESULTS = { from: 240, to: 600 }

/** Processes end at named points; each seed takes the next point and one of its occurrences. */
export const points: Suite = {
  name: 'points',
  seeds: 50,
  shortSeeds: 2,
  atOnce: 2,
  async open(say, broken) {
    const world = await openWorld({ workers: 7, broken, say })
    return { run: (seed) => runSeed(world, seed), close: () => world.close() }
  },
}

async function runSeed(world: World, seed: number): Promise<Figures> {
  const rolls = rollsOf(seed)
  const point = pointOf(seed)
  const people = rolls.between(3, 6) * 100 - rolls.between(0, 99)
  const round = await openRound(world, {
    suite: 'points',
    seed,
    people,
    refusing: point.refusing ? 20 : 0,
    ...(seed % 2 === 0 ? { behaviour: { receiptSeconds: LATE_RESULTS } } : {}),
    spec: {
      ...(point.capped ? { dailyCapWon: Math.floor((people * 25 * rolls.between(40, 80)) / 100) } : {}),
      ...(point.fallback ? fallbackSpec() : {}),
    },
  })
  try {
    await round.relay.faults(point.faults ?? [{ kind: 'stall-then-accept', delayMs: 150, times: null }])
    const died = await strikeAt(round, point, rolls)
    world.say(`points seed ${seed}: ${point.name}: ${died ? 'struck' : 'not reached'}`)
    await round.relay.faults([])
    await settle(round)
    return await conclude(world, round, { faults: 1, hits: died ? 1 : 0 })
  } finally {
    await round.close()
  }
}

/**
 * Workers with a trap; the first that gets there dies, and others go on without one. One alone when it has to get there
 * twice, since two may share the work. False when nobody got there.
 */
async function strikeAt(round: Round, point: CrashPoint, rolls: Rolls): Promise<boolean> {
  const trap: Trap = {
    ...point.at,
    occurrence: rolls.between(1, point.upTo),
    deed: 'kill',
    afterMs: point.afterMs ?? 0,
  }
  if (point.first) {
    await round.begin({ trap: { ...point.first, occurrence: rolls.between(1, 3), deed: 'kill', afterMs: 0 } })
    await oneDies(round)
  }
  const begun = await Promise.all(
    Array.from({ length: trap.occurrence > 1 ? 1 : 2 }, () => round.begin({ trap })),
  )
  const died = await settleOrDeath(round, begun)
  for (const hand of round.hands) hand.disarm()
  await round.begin()
  return died
}

async function oneDies(round: Round): Promise<void> {
  const until = performance.now() + PATIENCE_MS
  while (performance.now() < until && !round.hands.some((hand) => hand.isDead())) await wait(20)
}

/** True as soon as one of these workers has died; false when the run ended without that. */
async function settleOrDeath(round: Round, workers: readonly Hand[]): Promise<boolean> {
  const hasDied = () => workers.some((hand) => hand.isDead())
  await settle(round, { patienceMs: PATIENCE_MS, unless: hasDied })
  return hasDied()
}
