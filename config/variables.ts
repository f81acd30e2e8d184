import { z } from 'zod'
import { isMongodbUri } from './mongodb-uri'

const Milliseconds = (from: number, to: number) => whole(from, to)
const Secret = z.string().min(32)

const SendingAccount = z.object({
  relayKey: z.string().min(1),
  relaySecret: z.string().min(1),
  pfId: z.string().min(1),
  senderNumber: z.string().min(1),
  number080: z.string().min(1),
})

/** The sending account that the demo fills in: the play relay's. */
export type SandboxSendingAccount = z.infer<typeof SendingAccount>

// §2 of the Cafe24 notes: what the app asks for; the developer centre must have exactly these ticked. The last three
// come with the order and cart webhooks.
const SCOPES = [
  ...['mall.read_application', 'mall.write_application', 'mall.read_store', 'mall.read_personal'],
  ...[
    'mall.read_customer',
    'mall.read_privacy',
    'mall.read_order',
    'mall.read_product',
    'mall.read_promotion',
  ],
  ...['mall.write_promotion', 'mall.read_category', 'mall.read_collection', 'mall.read_supply'],
].join(',')

/** Every environment variable that Baguni reads, with its type and default; null where there is none. */
export const VARIABLES = {
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  PORT: whole(1, 65_535).default(3000),
  BASE_URL: webAddress().nullable().default(null),
  TRUST_PROXY: whole(0, 10).default(0),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  MONGODB_URI: z.string().refine(isMongodbUri).nullable().default(null),
  DATABASE_NAME: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,38}$/)
    .nullable()
    .default(null),
  MASTER_KEY: z
    .string()
    .regex(/^[A-Za-z0-9+/]{43}=$/)
    .transform((text) => Buffer.from(text, 'base64'))
    .nullable()
    .default(null),
  SESSION_SECRET: Secret.nullable().default(null),
  CAFE24_CLIENT_ID: z.string().min(1).nullable().default(null),
  CAFE24_CLIENT_SECRET: z.string().min(1).nullable().default(null),
  CAFE24_WEBHOOK_KEY: z.string().min(1).nullable().default(null),
  CAFE24_SCOPES: z
    .string()
    .regex(/^mall\.(read|write)_[A-Za-z_]+(,mall\.(read|write)_[A-Za-z_]+)*$/)
    .default(SCOPES)
    .transform((text) => text.split(',')),
  CAFE24_API_URL: template('{mall_id}').default('https://{mall_id}.cafe24api.com'),
  CAFE24_STOREFRONT_URL: template('{domain}').default('https://{domain}'),
  CAFE24_API_VERSION: z.iso.date().default('2026-09-01'),
  CAFE24_LAUNCH_SKEW_SECONDS: whole(1, 86_400).default(3_600),
  SOLAPI_API_URL: webAddress().default('https://api.solapi.com'),
  SOLAPI_CALLS_PER_SECOND: whole(1, 10_000).nullable().default(null),
  LEASE_MS: Milliseconds(1_000, 600_000).default(30_000),
  RELAY_TIMEOUT_MS: Milliseconds(100, 120_000).default(8_000),
  WORKER_HTTP_PORT: whole(1, 65_535).nullable().default(null),
  METRICS_TOKEN: z
    .string()
    .regex(/^[\w.~+/=-]{16,200}$/)
    .nullable()
    .default(null),
  SMTP_URL: z.string().refine(isSmtpAddress).nullable().default(null),
  MAIL_FROM: z.email().nullable().default(null),
  SANDBOX: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
  SANDBOX_CONTROL_URL: webAddress().nullable().default(null),
  CLOCK_URL: webAddress().nullable().default(null),
  SANDBOX_SENDING_ACCOUNT_JSON: z
    .string()
    .transform((text, context) => {
      const account = SendingAccount.safeParse(parseJson(text))
      if (account.success) return account.data
      context.addIssue({ code: 'custom', message: 'not an account' })
      return z.NEVER
    })
    .nullable()
    .default(null),
}

/** Name of an environment variable that Baguni reads. */
export type VariableName = keyof typeof VARIABLES

/** The parsed values by name. */
export type Values = { [Name in VariableName]: z.output<(typeof VARIABLES)[Name]> }

function whole(from: number, to: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(from).max(to))
}

/** An http(s) address without its trailing slashes, so that paths can be put behind it. */
function webAddress() {
  return z
    .string()
    .refine(isWebAddress)
    .transform((text) => text.replace(/\/+$/, ''))
}

function template(placeholder: string) {
  return z
    .string()
    .refine((text) => isWebAddress(text.replaceAll(placeholder, 'shop')))
    .transform((text) => text.replace(/\/+$/, ''))
}

function isWebAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  return /^https?:$/.test(url.protocol) && url.username === '' && url.search === '' && url.hash === ''
}

function isSmtpAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return /^smtps?:$/.test(protocol) && hostname !== ''
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
