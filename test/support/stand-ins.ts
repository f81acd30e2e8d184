import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FindOptions } from '../../config/embedded-database'
import { findPythonServer } from '../../config/embedded-database-python'

const REPOSITORY = join(__dirname, '..', '..')

/** A machine for the database finder on which only what a test puts there exists. */
export interface Machine {
  dataDir: string
  env: NodeJS.ProcessEnv
  /** What the finder told while it worked. */
  told: string[]
  options: FindOptions
  /** Puts a shell script on the PATH; how it is called is kept. */
  putProgram(name: string, script: string): void
  /** The arguments of every call of a program, oldest first. */
  callsOf(name: string): string[]
  remove(): void
}

/** Makes a machine with an empty PATH, an empty download cache and a download host that does not exist. */
export function createMachine(options: Partial<FindOptions> = {}): Machine {
  const root = mkdtempSync(join(tmpdir(), 'baguni-finder-'))
  const bin = join(root, 'bin')
  mkdirSync(bin)
  const dataDir = join(root, 'data')
  const env = { PATH: bin, HOME: root, MONGOMS_DOWNLOAD_MIRROR: 'http://download-host.invalid' }
  const told: string[] = []
  return {
    dataDir,
    env,
    told,
    options: {
      dataDir,
      env,
      durable: true,
      installDir: join(root, 'install'),
      progress: (line) => told.push(line),
      ...options,
    },
    putProgram(name, script) {
      const file = join(bin, name)
      const log = join(root, `${name}.calls`)
      writeFileSync(file, `#!/bin/sh\nPATH=/usr/local/bin:/usr/bin:/bin\necho "$@" >> ${log}\n${script}\n`)
      chmodSync(file, 0o755)
    },
    callsOf(name) {
      const log = join(root, `${name}.calls`)
      return existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}

/** Scripts of a mongod and a secantusd-rs that take those programs' flags and answer: the real secantusd-py is behind them. */
export async function answeringPrograms(): Promise<{ mongod: string; rust: string }> {
  const server = await realServerCommand()
  const exec = `while [ $# -gt 0 ]; do
  case "$1" in --dbpath|--storage-path) store="$2";; --port) port="$2";; esac
  shift
done
exec ${server} --port "$port" --storage-path "$store"`
  const mongod = `if [ "$1" = "--version" ]; then echo "db version v8.2.6"; exit 0; fi\n${exec}`
  return { mongod, rust: exec }
}

async function realServerCommand(): Promise<string> {
  const { python, folder } = await findPythonServer({
    dataDir: tmpdir(),
    installDir: join(REPOSITORY, '.baguni', 'secantusdb'),
    env: process.env,
    durable: false,
    limits: { lookupMs: 3_000, stallMs: 90_000, startMs: 60_000, answerMs: 10_000 },
    progress: () => undefined,
  })
  return `env PYTHONPATH=${folder} ${python} ${join(folder, 'bin', 'secantusd-py')}`
}
