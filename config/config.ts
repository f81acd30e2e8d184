import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AppError } from '../server/core/errors'
import { loadOrMakeKeys } from './keys'
import { databaseOf, withDatabase } from './mongodb-uri'
import { RULES } from './variable-rules'
import { type SandboxSendingAccount, VARIABLES, type Values, type VariableName } from './variables'

const REPOSITORY = dirname(__dirname)
const KEYS_FILE = join(REPOSITORY, '.baguni', 'keys')

/** Everything that the environment decides, checked and frozen. */
export interface Config {
  readonly environment: 'development' | 'test' | 'production'
  readonly port: number
  /** The public address of Baguni, without a trailing slash. */
  readonly baseUrl: string
  /** Number of proxies before the web process, for express' `trust proxy`. */
  readonly trustProxy: number
  readonly logLevel: string
  /** The address of our database on the given server; null: the start brings a server of its own. */
  readonly mongodbUri: string | null
  readonly databaseName: string
  /** 32 bytes from which every key is derived. */
  readonly masterKey: Buffer
  readonly sessionSecret: string
  readonly cafe24: {
    /** null: the mall cannot be installed yet. */
    readonly app: {
      readonly clientId: string
      readonly clientSecret: string
      readonly webhookKey: string
    } | null
    readonly scopes: readonly string[]
    /** Template with `{mall_id}`, without a trailing slash. */
    readonly apiUrl: string
    /** Template with `{domain}`, without a trailing slash. */
    readonly storefrontUrl: string
    readonly apiVersion: string
    readonly launchSkewSeconds: number
  }
  readonly solapi: {
    readonly apiUrl: string
    /** For one account in one process; null = no limit. */
    readonly callsPerSecond: number | null
  }
  readonly worker: {
    readonly leaseMs: number
    readonly relayTimeoutMs: number
    /** On loopback; null: a worker opens none. */
    readonly httpPort: number | null
  }
  /** null: the web process has no /metrics. */
  readonly metricsToken: string | null
  /** null: no mail is sent. */
  readonly mail: { readonly smtpUrl: string; readonly from: string } | null
  readonly sandbox: {
    readonly isOn: boolean
    readonly controlUrl: string | null
    readonly clockUrl: string | null
    readonly sendingAccount: SandboxSendingAccount | null
  }
}

/** The environment is wrong; the message names every variable, its rule and an example, never a value. */
export class ConfigError extends AppError {
  constructor(readonly names: VariableName[]) {
    const lines = names.map(
      (name) => `  ${name}: ${RULES[name].rule}. Example: ${name}=${RULES[name].example}`,
    )
    const count =
      names.length === 1 ? '1 environment variable is' : `${names.length} environment variables are`
    super('bad-config', `Baguni cannot start: ${count} wrong or missing.\n${lines.join('\n')}`)
    this.name = 'ConfigError'
  }
}

/** The environment of this process, completed from the file `.env` of the repository where there is one. */
export function readEnvironment(): NodeJS.ProcessEnv {
  const file = join(REPOSITORY, '.env')
  if (existsSync(file)) process.loadEnvFile(file)
  return process.env
}

/**
 * Turns environment variables into the configuration; an empty variable counts as absent. Throws ConfigError with every
 * problem at once. Without MONGODB_URI missing keys are made once in `keysFile`.
 */
export function loadConfig(env: NodeJS.ProcessEnv, keysFile = KEYS_FILE): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, text]) => text !== undefined && text !== ''),
  )
  const { values, wrong } = parseAll(given)
  for (const name of crossCheck(given, values)) wrong.add(name)
  if (wrong.size > 0) throw new ConfigError(namesOf(RULES).filter((name) => wrong.has(name)))
  return deepFreeze(build(complete(values), keysFile))
}

function parseAll(given: NodeJS.ProcessEnv): { values: Partial<Values>; wrong: Set<VariableName> } {
  const values: Record<string, unknown> = {}
  const wrong = new Set<VariableName>()
  for (const name of namesOf(VARIABLES)) {
    const parsed = VARIABLES[name].safeParse(given[name])
    if (parsed.success) values[name] = parsed.data
    else wrong.add(name)
  }
  return { values: values as Partial<Values>, wrong }
}

/** What one variable demands of another, also where a third one is wrong. */
function crossCheck(given: NodeJS.ProcessEnv, values: Partial<Values>): VariableName[] {
  const isProduction = values.NODE_ENV === 'production'
  const needsKeys = isProduction || given['MONGODB_URI'] !== undefined
  const app = ['CAFE24_CLIENT_ID', 'CAFE24_CLIENT_SECRET', 'CAFE24_WEBHOOK_KEY'] as const
  const mail = ['SMTP_URL', 'MAIL_FROM'] as const
  const secrets = ['MASTER_KEY', 'SESSION_SECRET'] as const
  const hasApp = app.some((name) => given[name] !== undefined)
  const hasMail = mail.some((name) => given[name] !== undefined)
  const isMissing = (name: VariableName) => given[name] === undefined
  const sandboxOnly = ['SANDBOX_CONTROL_URL', 'CLOCK_URL', 'SANDBOX_SENDING_ACCOUNT_JSON'] as const
  const checks: [VariableName, boolean][] = [
    ['BASE_URL', isProduction && !values.BASE_URL?.startsWith('https://')],
    ...secrets.map((name): [VariableName, boolean] => [name, needsKeys && isMissing(name)]),
    // Everybody can read the examples.
    ...secrets.map((name): [VariableName, boolean] => [
      name,
      isProduction && given[name] === RULES[name].example,
    ]),
    ...app.map((name): [VariableName, boolean] => [name, hasApp && isMissing(name)]),
    ...mail.map((name): [VariableName, boolean] => [name, hasMail && isMissing(name)]),
    ['LEASE_MS', (values.LEASE_MS ?? Infinity) < 2 * (values.RELAY_TIMEOUT_MS ?? 0)],
    ['SANDBOX', isProduction && values.SANDBOX === true],
    ...sandboxOnly.map((name): [VariableName, boolean] => [name, isProduction && !isMissing(name)]),
  ]
  return checks.filter(([, isWrong]) => isWrong).map(([name]) => name)
}

function build(values: Values, keysFile: string): Config {
  const { MONGODB_URI: uri, CAFE24_CLIENT_ID: clientId } = values
  const { CAFE24_CLIENT_SECRET: clientSecret, CAFE24_WEBHOOK_KEY: webhookKey } = values
  const databaseName = values.DATABASE_NAME ?? (uri ? databaseOf(uri) : null) ?? 'baguni'
  return {
    environment: values.NODE_ENV,
    port: values.PORT,
    baseUrl: values.BASE_URL ?? `http://127.0.0.1:${values.PORT}`,
    trustProxy: values.TRUST_PROXY,
    logLevel: values.LOG_LEVEL,
    mongodbUri: uri ? withDatabase(uri, databaseName) : null,
    databaseName,
    ...findKeys(values, keysFile),
    cafe24: {
      app: clientId && clientSecret && webhookKey ? { clientId, clientSecret, webhookKey } : null,
      scopes: values.CAFE24_SCOPES,
      apiUrl: values.CAFE24_API_URL,
      storefrontUrl: values.CAFE24_STOREFRONT_URL,
      apiVersion: values.CAFE24_API_VERSION,
      launchSkewSeconds: values.CAFE24_LAUNCH_SKEW_SECONDS,
    },
    solapi: { apiUrl: values.SOLAPI_API_URL, callsPerSecond: callsPerSecond(values) },
    worker: {
      leaseMs: values.LEASE_MS,
      relayTimeoutMs: values.RELAY_TIMEOUT_MS,
      httpPort: values.WORKER_HTTP_PORT,
    },
    metricsToken: values.METRICS_TOKEN,
    mail: values.SMTP_URL && values.MAIL_FROM ? { smtpUrl: values.SMTP_URL, from: values.MAIL_FROM } : null,
    sandbox: {
      isOn: values.SANDBOX,
      controlUrl: values.SANDBOX_CONTROL_URL,
      clockUrl: values.CLOCK_URL,
      sendingAccount: values.SANDBOX_SENDING_ACCOUNT_JSON,
    },
  }
}

// SOLAPI tells no limit (messaging reference §2.2); 5 a second is our own caution towards its service, not towards a play relay.
function callsPerSecond(values: Values): number | null {
  const usual = values.SOLAPI_API_URL === 'https://api.solapi.com' ? 5 : null
  return values.SOLAPI_CALLS_PER_SECOND ?? usual
}

function findKeys(values: Values, keysFile: string): Pick<Config, 'masterKey' | 'sessionSecret'> {
  const { MASTER_KEY: masterKey, SESSION_SECRET: sessionSecret } = values
  if (masterKey && sessionSecret) return { masterKey, sessionSecret }
  const made = loadOrMakeKeys(keysFile)
  return { masterKey: masterKey ?? made.masterKey, sessionSecret: sessionSecret ?? made.sessionSecret }
}

function complete(values: Partial<Values>): Values {
  // Only called when no variable was wrong, so every name has its value.
  return values as Values
}

function namesOf(table: Record<VariableName, unknown>): VariableName[] {
  return Object.keys(table) as VariableName[]
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) {
    // The bytes of a Buffer cannot be frozen; the property that holds it is.
    if (typeof part === 'object' && part !== null && !Buffer.isBuffer(part)) deepFreeze(part)
  }
  return Object.freeze(value)
}
