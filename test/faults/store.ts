import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { wait } from '../../scripts/story/sandbox-control'
import { holders } from './kill'
import { type Rolls, rollsOf } from './rolls'
import { conclude, openRound, type Round } from './round'
import { settle } from './settle'
import { type StrikenDatabase, startStrikenDatabase } from './striken-database'
import type { Figures, Suite } from './suite'
import { openWorld, type World } from './world'

const IN_FLIGHT_PATIENCE_MS = 4_000

/** The database is stopped for a while, slow, cut off, killed and restarted while runs are under way. */
export const store: Suite = {
  name: 'store',
  seeds: 30,
  shortSeeds: 1,
  async open(say, broken) {
    const dataDir = mkdtempSync(join(tmpdir(), 'baguni-faults-store-'))
    const database = await startStrikenDatabase(dataDir, say)
    const world = await openWorld({ workers: 3, broken, say, database })
    return {
      run: (seed) => runSeed(world, database, seed),
      async close() {
        await world.close()
        rmSync(dataDir, { recursive: true, force: true })
      },
    }
  },
}

async function runSeed(world: World, database: StrikenDatabase, seed: number): Promise<Figures> {
  const rolls = rollsOf(seed)
  const people = rolls.between(4, 8) * 100 - rolls.between(0, 99)
  const round = await openRound(world, { suite: 'store', seed, people })
  try {
    await round.relay.faults([{ kind: 'stall-then-accept', delayMs: rolls.between(100, 400), times: null }])
    await Promise.all([round.begin(), round.begin()])
    const strikes = rolls.between(1, 3)
    let hits = 0
    for (let i = 0; i < strikes; i++) {
      if (await inFlight(round, rolls.between(0, 800))) hits += 1
      await strike(database, rolls)
      await wait(rolls.between(200, 1_500))
    }
    await round.relay.faults([])
    await settle(round)
    return await conclude(world, round, { faults: strikes, hits })
  } finally {
    await round.close()
  }
}

/** Waits until somebody plans or holds a batch, and so much longer; false when the run is over. */
async function inFlight(round: Round, delayMs: number): Promise<boolean> {
  const until = performance.now() + IN_FLIGHT_PATIENCE_MS
  while (performance.now() < until && (await holders(round)).size === 0) await wait(30)
  await wait(delayMs)
  return (await holders(round)).size > 0
}

async function strike(database: StrikenDatabase, rolls: Rolls): Promise<void> {
  const kind = rolls.one(['pause', 'slow', 'cut', 'restart', 'restart'] as const)
  const ms = rolls.between(300, 4_000)
  switch (kind) {
    case 'pause':
      return database.pause(ms)
    case 'slow':
      return database.slow(ms, rolls.between(20, 150))
    case 'cut':
      return database.cut(Math.min(ms, 2_500))
    case 'restart':
      return database.restart(Math.min(ms, 2_500))
  }
}
