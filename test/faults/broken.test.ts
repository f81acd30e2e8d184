import { CRASH_POINTS, pointOf } from './crash-points'
import { points } from './points'
import { runSuite } from './run-suite'
import type { Protection } from './suite'

/** Plays the seed of `points` that goes to this point. */
function pointsWithout(broken: Protection, point: string) {
  const first = CRASH_POINTS.findIndex((_, index) => pointOf(index + 1).name === point) + 1
  return runSuite(points, { first, seeds: 1, broken, say: () => undefined })
}

describe('a protection taken out', () => {
  it('the intent before the call: somebody gets two messages', async () => {
    const { doubles } = await pointsWithout('intent-before-call', 'prepared at the relay')

    expect(doubles).toBeGreaterThan(0)
  }, 300_000)

  it('the last look: a message to somebody who refused', async () => {
    const { mismatches } = await pointsWithout('last-look', 'called off by the last look')

    expect(mismatches).toBeGreaterThan(0)
  }, 300_000)
})
