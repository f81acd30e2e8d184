import { CRASH_POINTS, pointOf } from './crash-points'
import { points } from './points'
import { runSuite } from './run-suite'
import type { Breach, Protection } from './suite'

/** Plays the seed of `points` that goes to this point without a protection; throws with all that was said when no such breach came of it. */
async function mustBreach(breach: Breach, { broken, point }: { broken: Protection; point: string }) {
  const first = CRASH_POINTS.findIndex((_, index) => pointOf(index + 1).name === point) + 1
  const said: string[] = []
  const result = await runSuite(points, { first, seeds: 1, broken, say: (line) => said.push(line) })
  if (result[breach] === 0) throw new Error([`no ${breach}: ${JSON.stringify(result)}`, ...said].join('\n'))
}

describe('a protection taken out', () => {
  it('the intent before the call: somebody gets two messages', async () => {
    await mustBreach('doubles', { broken: 'intent-before-call', point: 'prepared at the relay' })
  }, 300_000)

  it('the last look: a message to somebody who refused', async () => {
    await mustBreach('mismatches', { broken: 'last-look', point: 'called off by the last look' })
  }, 300_000)
})
