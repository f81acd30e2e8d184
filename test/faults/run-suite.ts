import {
  addFigures,
  BREACHES,
  type Figures,
  figuresOf,
  isClean,
  noFigures,
  type Protection,
  type Suite,
} from './suite'

/** What one suite came to. */
export interface SuiteResult extends Figures {
  suite: Suite['name']
  seeds: number
  seconds: number
  /** Seeds with a breach, to be run again with `--first S --seeds 1`. */
  failed: number[]
}

/** Runs `seeds` seeds from `first` on, as many side by side as the suite allows; a seed that throws counts as lost. */
export async function runSuite(
  suite: Suite,
  {
    first,
    seeds,
    broken,
    say,
  }: { first: number; seeds: number; broken: Protection | null; say: (line: string) => void },
): Promise<SuiteResult> {
  const began = performance.now()
  const open = await suite.open(say, broken)
  let sum = noFigures()
  const failed: number[] = []
  let next = first
  let done = 0
  const work = async () => {
    while (next < first + seeds) {
      const seed = next
      next += 1
      const from = performance.now()
      const figures = await open.run(seed).catch((cause: unknown) => {
        say(
          `${suite.name} seed ${seed}: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`,
        )
        return { ...noFigures(), lost: 1 }
      })
      done += 1
      sum = addFigures(sum, figures)
      if (!isClean(figures)) failed.push(seed)
      say(`${suite.name} ${done}/${seeds} seed ${seed}: ${wordsOf(figures)}, ${secondsSince(from)} s`)
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(suite.atOnce ?? 1, seeds) }, work))
  } finally {
    await open.close()
  }
  return {
    suite: suite.name,
    seeds,
    ...sum,
    seconds: secondsSince(began),
    failed: failed.sort((a, b) => a - b),
  }
}

/** One result of the pieces of one suite. Throws a RangeError when there are none. */
export function mergeResults([first, ...others]: readonly SuiteResult[]): SuiteResult {
  if (!first) throw new RangeError('no results to merge')
  return others.reduce(
    (sum, result) => ({
      suite: sum.suite,
      seeds: sum.seeds + result.seeds,
      ...addFigures(figuresOf(sum), figuresOf(result)),
      seconds: Math.round((sum.seconds + result.seconds) * 10) / 10,
      failed: [...sum.failed, ...result.failed].sort((a, b) => a - b),
    }),
    first,
  )
}

/** False on any breach, and when fewer than half of the kills struck a run in flight. */
export function isGood(result: SuiteResult): boolean {
  return isClean(result) && (result.suite !== 'kill' || result.hits * 2 >= result.faults)
}

function wordsOf(figures: Figures): string {
  const bad = BREACHES.filter((breach) => figures[breach] > 0).map((breach) => `${breach} ${figures[breach]}`)
  return `${figures.hits}/${figures.faults} hits, ${bad.join(', ') || 'clean'}`
}

function secondsSince(from: number): number {
  return Math.round((performance.now() - from) / 100) / 10
}
