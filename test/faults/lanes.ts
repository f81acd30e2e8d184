import { fork } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { mergeResults, type SuiteResult } from './run-suite'
import { noFigures, type Protection, type Suite } from './suite'

const ENTRY = join(__dirname, 'main.ts')
// The default database works on one core; with a server for each lane both cores of a small machine are used.
const LANES = 2

/** Some seeds of one suite, which a process of its own plays with a database server of its own. */
export interface Piece {
  suite: Suite['name']
  first: number
  seeds: number
}

/** Pieces of all `suites`, those of long suites first, so that lanes end at about the same time. */
export function piecesOf(
  suites: readonly Suite[],
  { first, seeds }: { first: number; seeds: number | null },
): Piece[] {
  const pieces = suites.flatMap((suite) => {
    const all = seeds ?? suite.seeds
    const count = Math.min(suite.pieces ?? 1, all)
    return Array.from({ length: count }, (_, index) => {
      const from = Math.floor((all * index) / count)
      const until = Math.floor((all * (index + 1)) / count)
      return { suite: suite.name, first: first + from, seeds: until - from, left: count - index }
    })
  })
  return pieces.sort((a, b) => b.left - a.left).map(({ left: _, ...piece }) => piece)
}

/** Plays the pieces in two lanes and tells what each suite came to, in the order of its first piece. */
export async function runLanes(
  pieces: readonly Piece[],
  { broken, say }: { broken: Protection | null; say: (line: string) => void },
): Promise<SuiteResult[]> {
  const waiting = [...pieces]
  const results: SuiteResult[] = []
  const work = async () => {
    for (let piece = waiting.shift(); piece; piece = waiting.shift())
      results.push(await runPiece(piece, broken, say))
  }
  await Promise.all(Array.from({ length: LANES }, work))
  const names = [...new Set(pieces.map(({ suite }) => suite))]
  return names.map((name) => mergeResults(results.filter(({ suite }) => suite === name)))
}

/** A process that ends without a result counts as lost. */
async function runPiece(
  { suite, first, seeds }: Piece,
  broken: Protection | null,
  say: (line: string) => void,
): Promise<SuiteResult> {
  const options = ['--suite', suite, '--first', `${first}`, '--seeds', `${seeds}`]
  const args = [...options, ...(broken ? ['--broken', broken] : [])]
  const child = fork(ENTRY, args, { execArgv: ['--import', 'tsx'], silent: true })
  const lines: string[] = []
  if (child.stderr) createInterface({ input: child.stderr }).on('line', say)
  if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  await new Promise<void>((resolve) => child.once('close', () => resolve()))
  const told = lines.at(-1)
  // Said by our own main.ts.
  if (told) return JSON.parse(told) as SuiteResult
  return { suite, seeds, ...noFigures(), lost: 1, seconds: 0, failed: [first] }
}
