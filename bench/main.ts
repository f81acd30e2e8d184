import { withBenchDatabase } from './database'
import { benchExtract } from './extract'
import { printTable } from './table'

const BENCHES = { extract: benchExtract } as const

/** `npm run bench -- NAME`: a table on stderr, one JSON object as the last line of stdout. */
async function main(): Promise<void> {
  const name = process.argv[2] ?? ''
  const bench = name in BENCHES ? BENCHES[name as keyof typeof BENCHES] : null
  if (!bench) throw new Error(`Which one? ${Object.keys(BENCHES).join(', ')}`)
  await withBenchDatabase(async (database) => {
    const measures = await bench(database)
    printTable(measures)
    process.stdout.write(`${JSON.stringify({ bench: name, database: database.kind, measures })}\n`)
  })
}

main()
  .then(() => process.exit())
  .catch((cause: unknown) => {
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`)
    process.exit(1)
  })
