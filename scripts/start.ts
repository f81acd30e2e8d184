import { join } from 'node:path'
import { ConfigError, loadConfig, readEnvironment } from '../config/config'
import { startChild } from './child'
import { startStack } from './stack'

const ROOT = join(__dirname, '..')
const PORTS = { web: 3000, control: 3100, mall: 3110, relay: 3120, storefront: 3130 }
const say = (line: string) => void process.stdout.write(`${line}\n`)

/** `npm start`: with MONGODB_URI web and worker against it; without, the whole demo on this machine. */
async function main(): Promise<void> {
  const environment = readEnvironment()
  const config = loadConfig(environment)
  if (config.mongodbUri) return startBesideDatabase(environment)
  say('Baguni starts: database, practice mall, web and worker …')
  const stack = await startStack({
    dataDir: join(ROOT, '.baguni'),
    durable: true,
    ports: { ...PORTS, web: config.port },
    sandbox: { demo: true, stateFile: join(ROOT, '.baguni', 'sandbox.json') },
    env: { LOG_LEVEL: environment['LOG_LEVEL'] ?? 'warn' },
    say,
  })
  say(`
바구니 연습용 쇼핑몰이 준비됐어요. / The practice mall is ready.

  여기서 시작하세요 / open this page   ${stack.sandbox.controlUrl}
  바구니 / Baguni                      ${stack.webUrl}

끝내려면 Ctrl+C / Ctrl+C ends it; the data stay in .baguni/`)
  await untilAsked(stack.failed)
  await stack.stop()
}

/** Two processes beside somebody else's database; nothing of the sandbox starts. */
async function startBesideDatabase(environment: NodeJS.ProcessEnv): Promise<void> {
  const env = Object.fromEntries(
    Object.entries(environment).flatMap(([key, text]) => (text ? [[key, text]] : [])),
  )
  const children = ['server/main.ts', 'jobs/main.ts'].map((entry) => startChild(entry, env, say))
  const failed = Promise.race(
    children.map(
      (child) =>
        new Promise<string>((resolve) => child.process.once('exit', () => resolve('A process ended'))),
    ),
  )
  await untilAsked(failed)
  await Promise.all(children.map((child) => child.stop()))
}

/** Resolves on Ctrl+C, SIGTERM, or when a part ends by itself (then the exit code says so). */
async function untilAsked(failed: Promise<string>): Promise<void> {
  const asked = new Promise<null>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(null))
  })
  const what = await Promise.race([asked, failed])
  if (what === null) return
  say(`${what}; everything is stopped.`)
  process.exitCode = 1
}

main()
  .then(() => process.exit())
  .catch((cause: unknown) => {
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`)
    process.exit(cause instanceof ConfigError ? 2 : 1)
  })
