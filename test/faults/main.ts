import { openGround } from './ground'
import { piecesOf, runLanes } from './lanes'
import { type FaultOptions, readOptions } from './options'
import { REGISTRY } from './registry'
import { isGood, runSuite, type SuiteResult } from './run-suite'
import { addFigures, figuresOf, noFigures } from './suite'

type Say = (line: string) => void

/** `npm run faults`: progress on stderr, one JSON object as the last line of stdout, exit code 1 on any breach. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  const say: Say = (line) => process.stderr.write(`${line}\n`)
  const began = performance.now()
  const results = options.suite === null ? await runAll(options, say) : [await runOne(options, say)]
  for (const result of results)
    if (!isGood(result))
      say(
        `${result.suite}: NOT GOOD; replay with --suite ${result.suite} --seeds 1 --first ${result.failed[0] ?? options.first}`,
      )
  const seconds = Math.round((performance.now() - began) / 1000)
  const told = options.suite === null ? { ...withSums(results), seconds } : results[0]
  process.stdout.write(`${JSON.stringify(told)}\n`)
  process.exit(results.every(isGood) ? 0 : 1)
}

async function runOne({ suite: name, seeds, first, broken }: FaultOptions, say: Say): Promise<SuiteResult> {
  const suite = REGISTRY.find((each) => each.name === name)
  if (!suite) throw new Error(`npm run faults: there is no suite ${name}`)
  return runSuite(suite, { first, seeds: seeds ?? suite.seeds, broken, say })
}

async function runAll({ seeds, first, broken }: FaultOptions, say: Say): Promise<SuiteResult[]> {
  // The database is installed once, before two lanes look for it.
  const ground = await openGround(say)
  await ground.close()
  return runLanes(piecesOf(REGISTRY, { first, seeds }), { broken, say })
}

function withSums(results: SuiteResult[]) {
  const sums = results.reduce((sum, result) => addFigures(sum, figuresOf(result)), noFigures())
  return { suites: results, seeds: results.reduce((sum, { seeds }) => sum + seeds, 0), ...sums }
}

// Whatever was started ends with the process, and a lane ends with the run that began it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
process.once('disconnect', () => process.exit(130))

main().catch((cause: unknown) => {
  process.stderr.write(`${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\n`)
  process.exit(1)
})
