import { wait } from '../../scripts/story/sandbox-control'
import type { Hand } from './crew'
import { holders } from './kill'
import { type Rolls, rollsOf } from './rolls'
import { conclude, openRound, type Round } from './round'
import { fallbackSpec } from './seeding'
import { settle } from './settle'
import type { Figures, Suite } from './suite'
import type { Trap } from './worker-order'
import { openWorld, type World } from './world'

const SKEW_MS = 5 * 60_000
const GATE_PATIENCE_MS = 10_000
const SENT_ANEW_PATIENCE_MS = 30_000
const SLOW_RELEASE_MS = 450
const RELEASE = 'POST /messages/v4/groups/*/send'
const FATE = 'relay.fateOf'

/** Places at which a process that falls asleep past its lease could do harm when it wakes up. */
const GATES: readonly Pick<Trap, 'label' | 'phase'>[] = [
  { label: 'decisions.insertMany', phase: 'after' },
  { label: 'runs.publish', phase: 'before' },
  { label: 'batches.lease', phase: 'after' },
  { label: 'relay.prepare', phase: 'after' },
  { label: 'batches.handOver', phase: 'before' },
  { label: 'batches.handOver', phase: 'committed' },
  { label: 'relay.release', phase: 'before' },
  { label: 'relay.release', phase: 'after' },
  { label: 'batches.accept', phase: 'before' },
  { label: FATE, phase: 'after' },
  { label: 'sends.end:delivered', phase: 'before' },
]

/** Workers are stopped (SIGSTOP) past their leases and go on; the clocks of some are wrong by minutes. */
export const stall: Suite = {
  name: 'stall',
  seeds: 50,
  shortSeeds: 1,
  atOnce: 2,
  async open(say, broken) {
    const world = await openWorld({ workers: 9, broken, say })
    return { run: (seed) => runSeed(world, seed), close: () => world.close() }
  },
}

async function runSeed(world: World, seed: number): Promise<Figures> {
  const rolls = rollsOf(seed)
  if (seed % 3 === 1) return runStaleRefusal(world, seed, rolls)
  const people = rolls.between(5, 9) * 100 - rolls.between(0, 99)
  const spec = rolls.chance(0.3) ? fallbackSpec() : {}
  const round = await openRound(world, { suite: 'stall', seed, people, spec })
  const count = rolls.between(2, 4)
  const skews = Array.from({ length: count }, () =>
    rolls.chance(0.4) ? rolls.between(-SKEW_MS, SKEW_MS) : 0,
  )
  const gates = rolls.between(1, 2)
  try {
    const delayMs = rolls.between(100, 400)
    const traps = skews.map((_, index) => (index < gates ? gateOf(rolls) : null))
    const asks = traps.some((trap) => trap?.label === FATE)
    await round.relay.faults([
      // Nobody asks for a fate unless an answer was lost.
      ...(asks ? [{ kind: 'accepted-then-reset', path: RELEASE, times: 3 } as const] : []),
      { kind: 'stall-then-accept', delayMs, times: null },
    ])
    await Promise.all(skews.map((skewMs, index) => round.begin({ skewMs, trap: traps[index] ?? null })))
    const sleeps = round.hands.slice(0, gates).map((hand) => sleepAtGate(round, hand, sleepOf(rolls)))
    const random = round.hands[gates]
    if (random)
      sleeps.push(sleepAtRandom(round, random, { ...sleepOf(rolls), afterMs: rolls.between(0, 250) }))
    const struck = await Promise.all(sleeps)
    await round.relay.faults([])
    await settle(round)
    return await conclude(world, round, { faults: sleeps.length, hits: struck.filter(Boolean).length })
  } finally {
    await round.close()
  }
}

interface Sleep {
  ms: number
  /** The relay refuses the next releases with 429 when it wakes: a stale worker must not take back what others sent. */
  refusedAfterwards: boolean
}

function gateOf(rolls: Rolls): Trap {
  const gate = rolls.one(GATES)
  // A plan is made once, a fate asked rarely.
  const upTo = /^(decisions|runs|relay\.fateOf)/.test(gate.label) ? 1 : 2
  return { ...gate, occurrence: rolls.between(1, upTo), deed: 'stop', afterMs: 0 }
}

/** Past the lease of two seconds, or so long that another has asked the relay and sent the batch anew. */
function sleepOf(rolls: Rolls): Sleep {
  return {
    ms: rolls.chance(0.5) ? rolls.between(2_300, 3_600) : rolls.between(7_000, 10_000),
    refusedAfterwards: rolls.chance(0.4),
  }
}

/** True when it got there: every gate is a place in the midst of a run, some of them without a lease. */
async function sleepAtGate(round: Round, hand: Hand, sleep: Sleep): Promise<boolean> {
  if (await until(GATE_PATIENCE_MS, () => hand.isStopped())) {
    await sleepThrough(round, hand, sleep)
    return true
  }
  hand.disarm()
  return false
}

async function sleepAtRandom(round: Round, hand: Hand, sleep: Sleep & { afterMs: number }): Promise<boolean> {
  await until(GATE_PATIENCE_MS, async () => (await holders(round)).has(hand.name))
  await wait(sleep.afterMs)
  hand.pause()
  return sleepThrough(round, hand, sleep)
}

/** True when it held something as it fell asleep. */
async function sleepThrough(round: Round, hand: Hand, { ms, refusedAfterwards }: Sleep): Promise<boolean> {
  const held = (await holders(round)).has(hand.name)
  await wait(ms)
  if (refusedAfterwards) await round.relay.faults([{ kind: '429', times: 2 }])
  hand.wake()
  return held
}

/**
 * A worker falls asleep between its intent and the release; another asks the relay and sends the batch anew. While that
 * release is on its way the first one wakes up, is told `429`, and must not take back what is no longer its own.
 */
async function runStaleRefusal(world: World, seed: number, rolls: Rolls): Promise<Figures> {
  const people = rolls.between(2, 4) * 100 - rolls.between(0, 99)
  const round = await openRound(world, { suite: 'stall', seed, people })
  try {
    await round.relay.faults([{ kind: 'stall-then-accept', delayMs: SLOW_RELEASE_MS, times: null }])
    const trap: Trap = { label: 'relay.release', phase: 'before', occurrence: 1, deed: 'stop', afterMs: 0 }
    const sleeper = await round.begin({ trap, parallel: 1 })
    await until(GATE_PATIENCE_MS, () => sleeper.isStopped())
    const asleep = (await round.batches()).find(({ state }) => state === 'handed-over')
    await round.begin()
    const again = await until(SENT_ANEW_PATIENCE_MS, async () => {
      const now = (await round.batches()).find(({ id }) => id === asleep?.id)
      return now?.state === 'handed-over' && now.fence > (asleep?.fence ?? 0)
    })
    // Its release has begun by then, and is not answered yet.
    await wait(SLOW_RELEASE_MS / 4)
    await round.relay.faults([{ kind: '429', times: 1 }])
    sleeper.wake()
    await settle(round)
    return await conclude(world, round, { faults: 1, hits: again ? 1 : 0 })
  } finally {
    await round.close()
  }
}

async function until(patienceMs: number, holds: () => boolean | Promise<boolean>): Promise<boolean> {
  const end = performance.now() + patienceMs
  while (performance.now() < end) {
    if (await holds()) return true
    await wait(15)
  }
  return false
}
