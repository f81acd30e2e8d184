import { join } from 'node:path'
import { loadConfig } from '../config/config'
import { openDatabase, prepareDatabase } from '../config/database'
import { findDatabase, type RunningDatabase } from '../config/embedded-database'
import { loadOrMakeKeys } from '../config/keys'
import { registerModels } from '../server/models'
import { type Child, freePort, startChild } from './child'

/** Where the sandbox listens, as it says itself. */
export interface SandboxAddresses {
  controlUrl: string
  mallApiUrl: string
  relayUrl: string
  storefrontUrls: Record<string, string>
}

/** What a stack is started with; `sandbox` is merged into the options of sandbox/cli.ts. */
export interface StackOptions {
  /** Holds database, keys and sandbox state. */
  dataDir: string
  /** false for throw-away data. */
  durable: boolean
  sandbox: Record<string, unknown>
  /** Wanted ports; others are taken when they are busy. */
  ports?: { web: number; control: number; mall: number; relay: number; storefront: number }
  /** More environment for web and worker. */
  env?: Record<string, string>
  /** One line to tell a waiting person. */
  say: (line: string) => void
}

/** Database, sandbox, web and worker as separate processes on loopback. */
export interface Stack {
  webUrl: string
  sandbox: SandboxAddresses
  databaseUri: string
  masterKey: Buffer
  worker: Child
  startWorker(): Child
  /** Resolves when one of the processes ends by itself; the text says which. */
  failed: Promise<string>
  stop(): Promise<void>
}

const DATABASE = 'baguni'
const CLIENT = {
  clientId: 'practice-client-id',
  clientSecret: 'practice-client-secret',
  webhookKey: 'practice-webhook-key',
}
const RELAY = {
  apiKey: 'PRACTICEKEY00001',
  apiSecret: 'PRACTICESECRET00000000000000001',
  pfId: 'KA01PF000000000000000000practice',
  senderNumber: '0200000000',
  number080: '08000000000',
}
const ANSWER_MS = 60_000

/** Starts everything in order and waits until the web process answers; what was started is ended again when a step fails. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const ending: (() => Promise<void>)[] = []
  const stop = async () => {
    for (const end of ending.reverse()) await end().catch(() => undefined)
    ending.length = 0
  }
  try {
    const database = await findDatabase({
      dataDir: join(options.dataDir, 'data'),
      env: { PATH: process.env['PATH'] },
      progress: options.say,
      durable: options.durable,
    })
    ending.push(() => database.stop())
    await prepare(database)
    return await startParts(options, database, ending, stop)
  } catch (cause) {
    await stop()
    throw cause
  }
}

async function startParts(
  options: StackOptions,
  database: RunningDatabase,
  ending: (() => Promise<void>)[],
  stop: () => Promise<void>,
): Promise<Stack> {
  const webPort = await freePort(options.ports?.web ?? 0)
  const webUrl = `http://127.0.0.1:${webPort}`
  const failed = firstFailure()
  const start = (
    name: string,
    entry: string,
    env: Record<string, string>,
    onLine: (line: string) => void,
  ) => {
    const child = startChild(entry, env, onLine)
    failed.watch(name, child)
    ending.push(() => child.stop())
    return child
  }

  const sandboxOptions = JSON.stringify(await sandboxOptionsOf(options, webUrl))
  const sandbox = await new Promise<SandboxAddresses>((resolve, reject) => {
    const words: string[] = []
    let isReady = false
    const listen = (line: string) => {
      if (isReady) return options.say(line)
      isReady = line.startsWith('{"ready"')
      if (isReady) resolve(JSON.parse(line))
      else words.push(line)
    }
    const child = start('sandbox', 'sandbox/cli.ts', { SANDBOX_OPTIONS: sandboxOptions }, listen)
    // Its last words say what to mend: a bad events file, a port that is taken.
    child.process.once('close', () => reject(new Error(words.join('\n') || 'The sandbox does not start')))
  })

  const keys = loadOrMakeKeys(join(options.dataDir, 'keys'))
  const env = { ...partsEnv(database, sandbox, webUrl, webPort), ...keysEnv(keys), ...options.env }
  loadConfig(env)
  start('web', 'server/main.ts', env, options.say)
  const startWorker = () => start('worker', 'jobs/main.ts', env, options.say)
  const worker = startWorker()
  await Promise.race([
    answers(`${webUrl}/readyz`),
    failed.first.then((what) => Promise.reject(new Error(what))),
  ])
  const databaseUri = database.uri(DATABASE)
  return {
    webUrl,
    sandbox,
    databaseUri,
    masterKey: keys.masterKey,
    worker,
    startWorker,
    failed: failed.first,
    stop,
  }
}

async function prepare(database: RunningDatabase): Promise<void> {
  const connection = await openDatabase(database.uri(DATABASE))
  registerModels(connection)
  await prepareDatabase(connection, { info: () => undefined, warn: () => undefined })
  await connection.close()
}

async function sandboxOptionsOf(options: StackOptions, baguniUrl: string): Promise<object> {
  const { ports } = options
  const { senderNumber, ...relay } = RELAY
  return {
    app: { ...CLIENT, baguniUrl, scopes: loadConfig({}, join(options.dataDir, 'keys')).cafe24.scopes },
    relayAccount: { ...relay, senderNumbers: [senderNumber] },
    ports: ports && {
      control: await freePort(ports.control),
      mall: await freePort(ports.mall),
      relay: await freePort(ports.relay),
      storefront: await freePort(ports.storefront),
    },
    pages: { campaigns: '/campaigns', reports: '/reports' },
    storefrontEventsPath: '/events/storefront',
    ...options.sandbox,
  }
}

function partsEnv(database: RunningDatabase, sandbox: SandboxAddresses, webUrl: string, port: number) {
  return {
    MONGODB_URI: database.uri(DATABASE),
    DATABASE_NAME: DATABASE,
    PORT: String(port),
    BASE_URL: webUrl,
    CAFE24_CLIENT_ID: CLIENT.clientId,
    CAFE24_CLIENT_SECRET: CLIENT.clientSecret,
    CAFE24_WEBHOOK_KEY: CLIENT.webhookKey,
    CAFE24_API_URL: `${sandbox.mallApiUrl}/{mall_id}`,
    CAFE24_STOREFRONT_URL: 'http://{domain}',
    SOLAPI_API_URL: sandbox.relayUrl,
    SANDBOX: 'true',
    SANDBOX_CONTROL_URL: sandbox.controlUrl,
    CLOCK_URL: sandbox.controlUrl,
    SANDBOX_SENDING_ACCOUNT_JSON: JSON.stringify({
      relayKey: RELAY.apiKey,
      relaySecret: RELAY.apiSecret,
      pfId: RELAY.pfId,
      senderNumber: RELAY.senderNumber,
      number080: RELAY.number080,
    }),
  }
}

function keysEnv(keys: { masterKey: Buffer; sessionSecret: string }): Record<string, string> {
  return { MASTER_KEY: keys.masterKey.toString('base64'), SESSION_SECRET: keys.sessionSecret }
}

function firstFailure() {
  let tell: (what: string) => void = () => undefined
  const first = new Promise<string>((resolve) => {
    tell = resolve
  })
  const watch = (name: string, child: Child) =>
    child.process.once('exit', (code, signal) => tell(`${name} ended (${signal ?? code})`))
  return { first, watch }
}

async function answers(url: string): Promise<void> {
  const until = performance.now() + ANSWER_MS
  while (performance.now() < until) {
    const response = await fetch(url).catch(() => null)
    if (response?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`No answer from ${url} within a minute`)
}
