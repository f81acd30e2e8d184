import { REGISTRY } from './registry'
import { runSuite } from './run-suite'
import { BREACHES, type SuiteName } from './suite'

const NOTHING = Object.fromEntries(BREACHES.map((breach) => [breach, 0]))

/** The short form of these suites, as tests; one file for some of them, so that files run side by side. */
export function testShortForm(names: readonly SuiteName[]): void {
  const suites = REGISTRY.filter(({ name }) => names.includes(name))

  it.each(suites.map((suite) => [suite.name, suite] as const))(
    '%s: nobody twice, nobody lost, no won over, no night, nothing unknown, no difference',
    async (_name, suite) => {
      const lines: string[] = []

      const result = await runSuite(suite, {
        first: 1,
        seeds: suite.shortSeeds,
        broken: null,
        say: (line) => lines.push(line),
      })

      // What a breach looks like, told only when there is one.
      const told = result.failed.length > 0 ? lines : []
      expect({ ...result, told }).toMatchObject({ ...NOTHING, told: [] })
      expect(result.runs).toBeGreaterThanOrEqual(suite.shortSeeds)
    },
    600_000,
  )
}
