import { CALL_FAULTS, type FaultSetting, RECEIPT_FAULTS } from '../../sandbox/relay/relay-faults'
import { type Rolls, rollsOf } from './rolls'
import { conclude, openRound } from './round'
import { fallbackSpec, WEBHOOK } from './seeding'
import { settle } from './settle'
import type { Figures, Suite } from './suite'
import { openWorld, type World } from './world'

const CALLS = [
  'POST /messages/v4/groups/*/send',
  'POST /messages/v4/groups/*/send',
  'POST /messages/v4/groups/*/send',
  'POST /messages/v4/groups',
  'PUT /messages/v4/groups/*/messages',
  'GET /messages/v4/groups/*',
  'GET /messages/v4/groups/*/messages',
  'GET /messages/v4/list',
  'DELETE /messages/v4/groups/*',
] as const

/** The relay loses, spoils and doubles its answers and its results. */
export const relay: Suite = {
  name: 'relay',
  seeds: 50,
  shortSeeds: 1,
  atOnce: 2,
  async open(say, broken) {
    const world = await openWorld({ workers: 5, broken, say })
    return { run: (seed) => runSeed(world, seed), close: () => world.close() }
  },
}

async function runSeed(world: World, seed: number): Promise<Figures> {
  const rolls = rollsOf(seed)
  const people = rolls.between(4, 8) * 100 - rolls.between(0, 99)
  const behaviour = { late: rolls.chance(0.3) }
  const spec = rolls.chance(0.5) ? fallbackSpec() : {}
  const round = await openRound(world, { suite: 'relay', seed, people, behaviour, spec })
  try {
    const faults = [...answerFaults(rolls), ...receiptFaults(rolls)]
    const web = await round.begin({ web: true })
    if (web.webPort !== null)
      await round.relay.tellResults(
        `http://127.0.0.1:${web.webPort}/webhooks/solapi/${WEBHOOK.path}`,
        WEBHOOK.secret,
      )
    await round.relay.faults(faults)
    await round.begin()
    await settle(round)
    return await conclude(world, round, { faults: faults.length, hits: await round.relay.struck() })
  } finally {
    await round.close()
  }
}

function answerFaults(rolls: Rolls): FaultSetting[] {
  return Array.from({ length: rolls.between(2, 5) }, () => ({
    kind: rolls.one(CALL_FAULTS),
    path: rolls.one(CALLS),
    times: rolls.between(1, 3),
    skip: rolls.between(0, 2),
    // Some answers come in time, most too late.
    delayMs: rolls.between(300, 2_500),
  }))
}

function receiptFaults(rolls: Rolls): FaultSetting[] {
  return Array.from({ length: rolls.between(1, 3) }, () => ({
    kind: rolls.one(RECEIPT_FAULTS),
    times: rolls.between(1, 4),
    skip: rolls.between(0, 2),
  }))
}
