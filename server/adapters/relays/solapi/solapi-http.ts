import { createHmac, randomBytes } from 'node:crypto'
import { Agent } from 'node:http'
import { Agent as TlsAgent } from 'node:https'
import axios, { AxiosError, type AxiosInstance } from 'axios'
import type { Clock } from '../../../core/clock'
import { CALLS_OF_A_HANDOVER, createCallLimit } from './solapi-limit'
import { Refusal } from './solapi-wire'

/** Where the relay is; `timeoutMs` is machine time (8,000 when left out). */
export interface SolapiConfig {
  /** Without a trailing slash. */
  apiUrl: string
  timeoutMs?: number
  /** Calls a second for each account in this process; no limit when left out or null. */
  callsPerSecond?: number | null
}

/** What one call brought (messaging reference §5.1). */
export type Answer =
  | { kind: 'ok'; body: unknown }
  | { kind: 'refused'; status: number; errorCode: string; retryAfterMs?: number }
  /** The connection was never made: not a byte was written. */
  | { kind: 'not-written'; detail: string }
  /** Written, and the answer is missing or rubbish. */
  | { kind: 'lost'; detail: string }

/** Credentials of a call. */
export interface Credentials {
  apiKey: string
  apiSecret: string
}

/** What a call brings along. */
interface CallOptions {
  body?: unknown
  query?: Record<string, string | number>
  /** Over a connection of its own: a pooled one may be reset just as a send is written. */
  alone?: boolean
  /** Its turn was taken before (`reserved`), it must not wait (`now`), or it waits like any other (left out). */
  turn?: 'reserved' | 'now'
}

/** Signed calls, each made once. */
export interface SolapiHttp {
  /** A call that would wait longer than a call may take is not made: `refused` with 429. */
  call(
    credentials: Credentials,
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    options?: CallOptions,
  ): Promise<Answer>
  /** Takes the turns of a whole hand-over, so that its release never waits; null, or what to answer instead of beginning. */
  reserveHandover(credentials: Credentials): Promise<Exclude<Answer, { kind: 'ok' }> | null>
}

const TIMEOUT_MS = 8_000

/** Calls without redirects and repeats; signatures carry machine time, which the relay compares with its own. */
export function createSolapiHttp(config: SolapiConfig, machine: Clock): SolapiHttp {
  const timeout = config.timeoutMs ?? TIMEOUT_MS
  const pooled = client(timeout, true)
  const alone = client(timeout, false)
  const limit = createCallLimit(config.callsPerSecond ?? null, machine)
  return {
    async reserveHandover({ apiKey }) {
      // Half a call's time, so that a list or a question about a lost answer still gets its turn behind it.
      const waitMs = await limit.take(apiKey, CALLS_OF_A_HANDOVER, timeout / 2)
      return waitMs > 0 ? ownLimit(waitMs) : null
    },
    async call(credentials, method, path, options = {}) {
      if (options.turn === 'now') limit.count(credentials.apiKey)
      if (options.turn === undefined) {
        const waitMs = await limit.take(credentials.apiKey, 1, timeout)
        if (waitMs > 0) return ownLimit(waitMs)
      }
      try {
        const answer = await (options.alone ? alone : pooled).request<string>({
          method,
          url: `${config.apiUrl}${path}`,
          headers: { Authorization: sign(credentials, machine.now()), 'Content-Type': 'application/json' },
          ...(options.body === undefined ? {} : { data: JSON.stringify(options.body) }),
          ...(options.query ? { params: options.query } : {}),
          // The timeout of axios begins with the connection; this one ends a drip-fed answer too.
          signal: AbortSignal.timeout(timeout),
        })
        return readAnswer(answer.status, answer.data, answer.headers['retry-after'])
      } catch (cause) {
        return readFailure(cause)
      }
    },
  }
}

/** Not written: our own limit says no before the relay has to. */
function ownLimit(retryAfterMs: number): Exclude<Answer, { kind: 'ok' }> {
  return { kind: 'refused', status: 429, errorCode: 'OwnLimit', retryAfterMs }
}

function client(timeout: number, keepAlive: boolean): AxiosInstance {
  return axios.create({
    timeout,
    maxRedirects: 0,
    proxy: false,
    responseType: 'text',
    // What is sent is JSON already; by itself axios would parse it to see whether it is.
    transformRequest: (data: unknown) => data,
    // Answers are parsed here, so that rubbish is told from JSON.
    transformResponse: (data: unknown) => data,
    validateStatus: () => true,
    maxContentLength: 50_000_000,
    httpAgent: new Agent({ keepAlive }),
    httpsAgent: new TlsAgent({ keepAlive }),
  })
}

function sign({ apiKey, apiSecret }: Credentials, now: Date): string {
  const date = now.toISOString()
  const salt = randomBytes(16).toString('hex')
  const signature = createHmac('sha256', apiSecret)
    .update(date + salt)
    .digest('hex')
  return `HMAC-SHA256 apiKey=${apiKey}, date=${date}, salt=${salt}, signature=${signature}`
}

function readAnswer(status: number, text: unknown, retryAfter: unknown): Answer {
  const body = parseJson(text)
  if (status >= 200 && status < 300)
    return body === undefined ? { kind: 'lost', detail: `${status} without JSON` } : { kind: 'ok', body }
  if (status >= 500 || status === 408 || status < 200) return { kind: 'lost', detail: `status ${status}` }
  const refusal = Refusal.safeParse(body)
  const seconds = Number(retryAfter)
  return {
    kind: 'refused',
    status,
    errorCode: refusal.success ? refusal.data.errorCode : `http-${status}`,
    ...(Number.isFinite(seconds) && seconds > 0 ? { retryAfterMs: seconds * 1_000 } : {}),
  }
}

function parseJson(text: unknown): unknown {
  if (typeof text !== 'string') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

// Errors that come before a connection stands; anything else may have been read by the relay.
const BEFORE_WRITING =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_TLS_CERT_ALTNAME_INVALID|CERT_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+)$/

function readFailure(cause: unknown): Answer {
  // Only the code goes on: messages of axios carry the URL, its config the phones.
  const code = cause instanceof AxiosError ? (cause.code ?? 'unknown') : 'unknown'
  return BEFORE_WRITING.test(code) ? { kind: 'not-written', detail: code } : { kind: 'lost', detail: code }
}
