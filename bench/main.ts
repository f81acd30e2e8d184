import { benchClicks } from './clicks'
import { withBenchDatabase } from './database'
import { benchDispatch } from './dispatch'
import { benchExtract } from './extract'
import { benchPages } from './pages'
import { benchRecovery } from './recovery'
import { printTable } from './table'

const BENCHES = {
  clicks: benchClicks,
  dispatch: benchDispatch,
  extract: benchExtract,
  pages: benchPages,
  recovery: benchRecovery,
} as const

/** `npm run bench -- NAME [--people 1000,10000]`: a table on stderr, one JSON object as the last line of stdout. */
async function main(): Promise<void> {
  const name = process.argv[2] ?? ''
  const bench = name in BENCHES ? BENCHES[name as keyof typeof BENCHES] : null
  if (!bench) throw new Error(`Which one? ${Object.keys(BENCHES).join(', ')}`)
  await withBenchDatabase(async (database) => {
    const measures = await bench(database, options(process.argv.slice(3)))
    printTable(measures)
    process.stdout.write(`${JSON.stringify({ bench: name, database: database.kind, measures })}\n`)
  })
}

/** `--name value` pairs. */
function options(given: string[]): ReadonlyMap<string, string> {
  const pairs = given.flatMap((word, i): [string, string][] =>
    word.startsWith('--') ? [[word.slice(2), given[i + 1] ?? '']] : [],
  )
  return new Map(pairs)
}

main()
  .then(() => process.exit())
  .catch((cause: unknown) => {
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`)
    process.exit(1)
  })
