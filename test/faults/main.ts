import { readOptions } from './options'
import { REGISTRY } from './registry'
import { isGood, runSuite, type SuiteResult } from './run-suite'
import { addFigures, noFigures } from './suite'

/** `npm run faults`: progress on stderr, one JSON object as the last line of stdout, exit code 1 on any breach. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  const say = (line: string) => process.stderr.write(`${line}\n`)
  const chosen = REGISTRY.filter(({ name }) => options.suite === null || name === options.suite)
  if (chosen.length === 0) throw new Error(`npm run faults: there is no suite ${options.suite}`)
  const results: SuiteResult[] = []
  for (const suite of chosen) {
    const seeds = options.seeds ?? suite.seeds
    const result = await runSuite(suite, { first: options.first, seeds, broken: options.broken, say })
    if (!isGood(result))
      say(
        `${suite.name}: NOT GOOD; replay with --suite ${suite.name} --seeds 1 --first ${result.failed[0] ?? options.first}`,
      )
    results.push(result)
  }
  const [only] = results
  process.stdout.write(`${JSON.stringify(options.suite !== null && only ? only : withSums(results))}\n`)
  process.exit(results.every(isGood) ? 0 : 1)
}

function withSums(results: SuiteResult[]) {
  const sums = results.reduce((sum, result) => addFigures(sum, figuresOf(result)), noFigures())
  const seconds = Math.round(results.reduce((sum, result) => sum + result.seconds, 0))
  return { suites: results, seeds: results.reduce((sum, { seeds }) => sum + seeds, 0), ...sums, seconds }
}

function figuresOf(result: SuiteResult) {
  const { runs, faults, hits, doubles, lost, wonOver, atNight, unknownLeft, mismatches } = result
  return { runs, faults, hits, doubles, lost, wonOver, atNight, unknownLeft, mismatches }
}

// Whatever was started ends with the process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

main().catch((cause: unknown) => {
  process.stderr.write(`${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\n`)
  process.exit(1)
})
