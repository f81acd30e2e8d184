import { points } from './points'
import { runSuite } from './run-suite'
import type { Protection } from './suite'

/** The seed of `points` that kills a worker between preparing and intent, and the one in which people refuse after the plan. */
const PREPARED = 1
const REFUSING = 7

const pointsWithout = (broken: Protection, first: number) =>
  runSuite(points, { first, seeds: 1, broken, say: () => undefined })

describe('a protection taken out', () => {
  it('the intent before the call: somebody gets two messages', async () => {
    const { doubles } = await pointsWithout('intent-before-call', PREPARED)

    expect(doubles).toBeGreaterThan(0)
  }, 300_000)

  it('the last look: a message to somebody who refused', async () => {
    const { mismatches } = await pointsWithout('last-look', REFUSING)

    expect(mismatches).toBeGreaterThan(0)
  }, 300_000)
})
