import { wait } from '../../scripts/story/sandbox-control'
import type { Hand } from './crew'
import { rollsOf } from './rolls'
import { conclude, openRound, type Round } from './round'
import { fallbackSpec } from './seeding'
import { settle } from './settle'
import type { Figures, Suite } from './suite'
import { openWorld, type World } from './world'

const IN_FLIGHT_PATIENCE_MS = 6_000

/** Workers are killed (kill -9) at random moments and replaced. */
export const kill: Suite = {
  name: 'kill',
  seeds: 200,
  pieces: 2,
  shortSeeds: 2,
  atOnce: 3,
  async open(say, broken) {
    const world = await openWorld({ workers: 10, broken, say })
    return { run: (seed) => runSeed(world, seed), close: () => world.close() }
  },
}

async function runSeed(world: World, seed: number): Promise<Figures> {
  const rolls = rollsOf(seed)
  const people = rolls.between(4, 8) * 100 - rolls.between(0, 99)
  const capped = rolls.chance(0.15)
  // Hands of two and, as the product takes them by itself, of four.
  const parallel = seed % 2 === 0 ? 8 : 2
  const spec = {
    ...(capped ? { dailyCapWon: Math.floor((people * 25 * rolls.between(50, 90)) / 100) } : {}),
    ...(rolls.chance(0.4) ? fallbackSpec() : {}),
  }
  const round = await openRound(world, { suite: 'kill', seed, people, spec })
  try {
    await round.relay.faults([{ kind: 'stall-then-accept', delayMs: rolls.between(100, 400), times: null }])
    await Promise.all(Array.from({ length: rolls.between(2, 3) }, () => round.begin({ parallel })))
    const kills = rolls.between(1, 3)
    let hits = 0
    for (let i = 0; i < kills; i++) {
      const wanted = rolls.chance(0.9)
      const delayMs = rolls.between(0, 500)
      const which = rolls.share()
      const amongHolders = rolls.chance(0.6)
      const backMs = rolls.between(0, 600)
      if (wanted) await inFlight(round)
      await wait(delayMs)
      if (await killOne(round, which, amongHolders)) hits += 1
      await wait(backMs)
      await round.begin({ parallel })
    }
    await round.relay.faults([])
    await settle(round)
    return await conclude(world, round, { faults: kills, hits })
  } finally {
    await round.close()
  }
}

/** Waits until somebody plans or holds a batch; gives up when the run is over. */
async function inFlight(round: Round): Promise<void> {
  const until = performance.now() + IN_FLIGHT_PATIENCE_MS
  while (performance.now() < until && (await holders(round)).size === 0) await wait(30)
}

/** Kills a worker, any or any of those that hold something; true when it held a batch or planned, as the database says afterwards. */
async function killOne(round: Round, which: number, amongHolders: boolean): Promise<boolean> {
  const holding = amongHolders ? await holders(round) : new Set<string>()
  const all = round.hands.filter((hand) => !hand.isDead())
  const busy = all.filter(({ name }) => holding.has(name))
  const alive = busy.length > 0 ? busy : all
  const victim: Hand | undefined = alive[Math.floor(which * alive.length)]
  if (!victim) return false
  await victim.kill()
  return (await holders(round)).has(victim.name)
}

/** Names of the workers that hold a batch or the plan. */
export async function holders(round: Round): Promise<Set<string>> {
  const batches = await round.batches()
  const owners = batches.flatMap(({ state, lease }) =>
    lease && (state === 'leased' || state === 'handed-over') ? [lease.owner] : [],
  )
  return new Set([...owners, ...(await round.planners())].map((owner) => owner.split(':')[0] ?? ''))
}
