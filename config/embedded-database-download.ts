import { DryMongoBinary, MongoBinary } from 'mongodb-memory-server-core'

// Run by embedded-database-mongod.ts as a process of its own: `locate` looks into the caches, `download` fetches.
// The last line says where the program is; the library's own progress lines come before it.
async function main(verb: string | undefined): Promise<void> {
  const binary =
    verb === 'download'
      ? await MongoBinary.getPath()
      : await DryMongoBinary.locateBinary({ version: DryMongoBinary.getEnsuredOptions().version })
  if (binary) process.stdout.write(`\nBINARY ${binary}\n`)
}

main(process.argv[2]).catch((cause: unknown) => {
  process.stderr.write(`\n${cause instanceof Error ? cause.message.split('\n')[0] : 'error'}\n`)
  process.exitCode = 1
})
