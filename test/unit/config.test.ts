import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { ConfigError, loadConfig } from '../../config/config'
import { databaseOf, withDatabase } from '../../config/mongodb-uri'
import { RULES } from '../../config/variable-rules'
import { VARIABLES } from '../../config/variables'

const KEY = Buffer.alloc(32, 7).toString('base64')
const SESSION = 'a-session-secret-for-tests-with-40-chars'
const PRODUCTION = {
  NODE_ENV: 'production',
  BASE_URL: 'https://baguni.example.com',
  MONGODB_URI: 'mongodb://127.0.0.1:27017',
  MASTER_KEY: KEY,
  SESSION_SECRET: SESSION,
}

let folder: string
let keysFile: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'baguni-config-'))
  keysFile = join(folder, 'state', 'keys')
})

afterEach(() => rmSync(folder, { recursive: true }))

function problemsOf(env: NodeJS.ProcessEnv): ConfigError {
  try {
    loadConfig(env, keysFile)
  } catch (cause) {
    if (cause instanceof ConfigError) return cause
    throw cause
  }
  throw new Error('the configuration was accepted')
}

describe('loadConfig', () => {
  it('needs no variable for the demo', () => {
    const config = loadConfig({}, keysFile)

    expect(config).toMatchObject({
      environment: 'development',
      port: 3000,
      baseUrl: 'http://127.0.0.1:3000',
      mongodbUri: null,
      databaseName: 'baguni',
      cafe24: { app: null, apiUrl: 'https://{mall_id}.cafe24api.com', apiVersion: '2026-09-01' },
      worker: { leaseMs: 30_000, relayTimeoutMs: 8000, httpPort: null },
      metricsToken: null,
      mail: null,
      sandbox: { isOn: false, clockUrl: null },
    })
    expect(config.masterKey).toHaveLength(32)
  })

  it('names every bad variable at once with its rule and an example, never a value', () => {
    const env = {
      PORT: 'hush-1',
      MASTER_KEY: 'hush-2',
      CAFE24_API_URL: 'hush-3',
      LOG_LEVEL: 'hush-4',
      SANDBOX_SENDING_ACCOUNT_JSON: '{"relaySecret":"hush-5"}',
    }

    const { message, names } = problemsOf(env)

    expect(names.toSorted()).toEqual(Object.keys(env).toSorted())
    for (const name of names) {
      expect(message).toContain(`${name}: ${RULES[name].rule}`)
      expect(message).toContain(`${name}=${RULES[name].example}`)
    }
    expect(message).not.toContain('hush')
  })

  it.each([
    ['five calls a second at SOLAPI itself', {}, 5],
    ['no limit at a relay elsewhere', { SOLAPI_API_URL: 'http://127.0.0.1:9' }, null],
    ['what is set', { SOLAPI_CALLS_PER_SECOND: '40', SOLAPI_API_URL: 'http://127.0.0.1:9' }, 40],
  ])('allows %s', (_name, env, callsPerSecond) => {
    expect(loadConfig(env, keysFile).solapi.callsPerSecond).toBe(callsPerSecond)
  })

  it('accepts a whole production environment', () => {
    const config = loadConfig(PRODUCTION, keysFile)

    expect(config.masterKey).toEqual(Buffer.alloc(32, 7))
    expect(config.sessionSecret).toBe(SESSION)
    expect(config.mongodbUri).toBe('mongodb://127.0.0.1:27017/baguni')
  })

  it.each([
    ['keys beside MONGODB_URI', { MONGODB_URI: 'mongodb://db' }, ['MASTER_KEY', 'SESSION_SECRET']],
    [
      'keys and an address in production',
      { NODE_ENV: 'production' },
      ['BASE_URL', 'MASTER_KEY', 'SESSION_SECRET'],
    ],
    ['https in production', { ...PRODUCTION, BASE_URL: 'http://baguni.example.com' }, ['BASE_URL']],
    ['the whole app', { CAFE24_CLIENT_ID: 'id' }, ['CAFE24_CLIENT_SECRET', 'CAFE24_WEBHOOK_KEY']],
    ['the sender of its mail', { SMTP_URL: 'smtp://mail.example.com' }, ['MAIL_FROM']],
    ['a mail server for its sender', { MAIL_FROM: 'no-reply@baguni.example.com' }, ['SMTP_URL']],
    [
      'a mail server that is one',
      { SMTP_URL: 'https://mail.example.com', MAIL_FROM: RULES.MAIL_FROM.example },
      ['SMTP_URL'],
    ],
    ['a token that is long enough', { METRICS_TOKEN: 'short' }, ['METRICS_TOKEN']],
    ['a lease of two calls', { LEASE_MS: '15000', RELAY_TIMEOUT_MS: '8000' }, ['LEASE_MS']],
    [
      'keys of its own in production',
      { ...PRODUCTION, MASTER_KEY: RULES.MASTER_KEY.example },
      ['MASTER_KEY'],
    ],
  ])('refuses to start without %s', (_what, env, names) => {
    expect(problemsOf(env).names).toEqual(names)
  })

  it('refuses the sandbox in production', () => {
    const env = {
      ...PRODUCTION,
      SANDBOX: 'true',
      SANDBOX_CONTROL_URL: 'http://127.0.0.1:3100',
      CLOCK_URL: 'http://127.0.0.1:3100/clock',
      SANDBOX_SENDING_ACCOUNT_JSON: RULES.SANDBOX_SENDING_ACCOUNT_JSON.example,
    }

    expect(problemsOf(env).names).toEqual([
      'SANDBOX',
      'SANDBOX_CONTROL_URL',
      'CLOCK_URL',
      'SANDBOX_SENDING_ACCOUNT_JSON',
    ])
  })

  it('takes an empty variable for an absent one', () => {
    expect(loadConfig({ PORT: '', MONGODB_URI: '' }, keysFile).port).toBe(3000)
  })

  it('takes the database of MONGODB_URI unless DATABASE_NAME names another', () => {
    const env = { ...PRODUCTION, MONGODB_URI: 'mongodb://127.0.0.1/shop' }

    expect(loadConfig(env, keysFile).databaseName).toBe('shop')
    expect(loadConfig({ ...env, DATABASE_NAME: 'other' }, keysFile).mongodbUri).toBe(
      'mongodb://127.0.0.1/other',
    )
  })

  it('cannot be changed after it was made', () => {
    const config = loadConfig({}, keysFile)

    expect(() => Object.assign(config, { port: 1 })).toThrow(TypeError)
    expect(() => Object.assign(config.cafe24, { apiUrl: '' })).toThrow(TypeError)
    expect(() => Object.assign(config.cafe24.scopes, { 0: '' })).toThrow(TypeError)
  })
})

describe('keys of the machine', () => {
  it('are made once, readable by their owner only, and stay the same', () => {
    const first = loadConfig({}, keysFile)
    const second = loadConfig({}, keysFile)

    expect(second.masterKey).toEqual(first.masterKey)
    expect(second.sessionSecret).toBe(first.sessionSecret)
    expect(statSync(keysFile).mode & 0o777).toBe(0o600)
  })

  it('are different on another machine', () => {
    const here = loadConfig({}, keysFile)
    const there = loadConfig({}, join(folder, 'other', 'keys'))

    expect(there.masterKey).not.toEqual(here.masterKey)
    expect(there.sessionSecret).not.toBe(here.sessionSecret)
  })

  it('give way to the one that the environment has', () => {
    expect(loadConfig({ MASTER_KEY: KEY }, keysFile).masterKey).toEqual(Buffer.alloc(32, 7))
  })

  it('are never made anew over a damaged file', () => {
    loadConfig({}, keysFile)
    writeFileSync(keysFile, 'MASTER_KEY=broken\n')

    expect(() => loadConfig({}, keysFile)).toThrow(/damaged/)

    expect(readFileSync(keysFile, 'utf8')).toBe('MASTER_KEY=broken\n')
  })

  it('are not made where the environment has both', () => {
    loadConfig(PRODUCTION, keysFile)

    expect(() => statSync(keysFile)).toThrow(/ENOENT/)
  })
})

describe('.env.example', () => {
  const text = readFileSync(join(__dirname, '..', '..', '.env.example'), 'utf8')
  const examples = parseEnv(text.replaceAll(/^#(?=[A-Z])/gm, ''))

  it('lists every variable of the schema and no other', () => {
    expect(Object.keys(examples).toSorted()).toEqual(Object.keys(VARIABLES).toSorted())
  })

  it.each(Object.entries(RULES))('tells of %s what the schema tells', (name, { about, rule, example }) => {
    expect(text).toContain(`# ${about}.\n# Rule: ${rule}.\n#${name}=${example}\n`)
  })

  it.each(Object.entries(VARIABLES))('has an example of %s that keeps its rule', (name, schema) => {
    expect(examples[name]).toBeDefined()
    expect(schema.safeParse(examples[name]).success).toBe(true)
  })

  it('sets nothing when it is copied as it is', () => {
    expect(parseEnv(text)).toEqual({})
  })
})

describe('withDatabase', () => {
  it.each([
    ['mongodb://h1,h2/?replicaSet=rs0', 'mongodb://h1,h2/shop?replicaSet=rs0'],
    ['mongodb://u:p@h/old', 'mongodb://u:p@h/shop?authSource=old'],
    ['mongodb+srv://u:p@h', 'mongodb+srv://u:p@h/shop?authSource=admin'],
    ['mongodb://u:p@h/old?authSource=users', 'mongodb://u:p@h/shop?authSource=users'],
  ])('puts another database into %s and keeps the login', (uri, changed) => {
    expect(withDatabase(uri, 'shop')).toBe(changed)
  })

  it('knows the database of an address, or that there is none', () => {
    expect(databaseOf('mongodb://h/shop?w=1')).toBe('shop')
    expect(databaseOf('mongodb://h/?w=1')).toBeNull()
  })
})
