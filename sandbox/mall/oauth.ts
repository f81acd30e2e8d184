import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { DAY_MS, kstToken } from './kst'

const HOUR_MS = 3_600_000
const CODE_BUSINESS_MS = 60_000
// A sped-up clock must not eat a code before the browser has carried it home (cafe24.md §10.1).
const CODE_MACHINE_MS = 5_000
const ACCESS_MS = 2 * HOUR_MS
const REFRESH_MS = 14 * DAY_MS
const LIVE_TOKENS = 15
const TOKEN_REQUESTS = 15

const Grant = z.object({
  mallId: z.string(),
  scopes: z.array(z.string()),
  accessToken: z.string(),
  accessUntilMs: z.number(),
  refreshToken: z.string(),
  refreshUntilMs: z.number(),
})
type Grant = z.infer<typeof Grant>

/** What the OAuth part keeps over a restart; codes are too short-lived to keep. */
export const OAuthState = z.object({
  consents: z.array(z.object({ mallId: z.string(), scopes: z.array(z.string()) })),
  grants: z.array(Grant),
})

interface Code {
  mallId: string
  scopes: string[]
  redirectUri: string
  businessMs: number
  machineMs: number
}

/** Why an access token was refused; texts as observed (cafe24.md §2.1). */
export type AccessRefusal = 'Invalid access_token' | 'access_token time expired. (invalid_token)'

/** Consents, codes and tokens of one app at all malls; lifetimes run on business time. */
export function createOAuth(clientId: string, nowMs: () => number, machineMs: () => number) {
  const consents = new Map<string, string[]>()
  const codes = new Map<string, Code>()
  const byAccess = new Map<string, Grant>()
  const byRefresh = new Map<string, Grant>()
  const requests = new Map<string, number[]>()

  function grant(mallId: string, scopes: string[]): Record<string, unknown> {
    const now = nowMs()
    const fresh: Grant = {
      mallId,
      scopes,
      accessToken: token(),
      accessUntilMs: now + ACCESS_MS,
      refreshToken: token(),
      refreshUntilMs: now + REFRESH_MS,
    }
    keep(fresh)
    for (const old of byAccess.values())
      if (old.accessUntilMs <= now - DAY_MS) byAccess.delete(old.accessToken)
    const live = [...byAccess.values()].filter((one) => one.mallId === mallId && one.accessUntilMs > now)
    for (const old of live.slice(0, Math.max(0, live.length - LIVE_TOKENS))) byAccess.delete(old.accessToken)
    return {
      access_token: fresh.accessToken,
      token_type: 'Bearer',
      expires_at: kstToken(fresh.accessUntilMs),
      refresh_token: fresh.refreshToken,
      refresh_token_expires_at: kstToken(fresh.refreshUntilMs),
      client_id: clientId,
      mall_id: mallId,
      user_id: mallId,
      scopes,
      issued_at: kstToken(now),
      shop_no: '1',
    }
  }

  function keep(one: Grant): void {
    byAccess.set(one.accessToken, one)
    byRefresh.set(one.refreshToken, one)
  }

  function forget(one: Grant): void {
    byAccess.delete(one.accessToken)
    byRefresh.delete(one.refreshToken)
  }

  return {
    consentOf: (mallId: string): string[] | null => consents.get(mallId) ?? null,
    /** A shop has the app from its consent on until it deletes it. */
    isInstalled: (mallId: string): boolean => consents.has(mallId),
    consent: (mallId: string, scopes: string[]) => consents.set(mallId, scopes),
    issueCode(mallId: string, scopes: string[], redirectUri: string): string {
      const code = token()
      codes.set(code, { mallId, scopes, redirectUri, businessMs: nowMs(), machineMs: machineMs() })
      return code
    },
    /** The token answer, or null for a code that is wrong, used, too old or another mall's. */
    exchange(mallId: string, code: string, redirectUri: string) {
      const found = codes.get(code)
      codes.delete(code)
      if (found === undefined || found.mallId !== mallId || found.redirectUri !== redirectUri) return null
      const stale =
        nowMs() > found.businessMs + CODE_BUSINESS_MS && machineMs() > found.machineMs + CODE_MACHINE_MS
      return stale ? null : grant(mallId, found.scopes)
    },
    /** A new pair for a refresh token, which is used up by it; null when it is wrong, used or expired. */
    refresh(mallId: string, refreshToken: string) {
      const found = byRefresh.get(refreshToken)
      if (found === undefined || found.mallId !== mallId) return null
      byRefresh.delete(refreshToken)
      return found.refreshUntilMs <= nowMs() ? null : grant(mallId, found.scopes)
    },
    revoke(anyToken: string): void {
      const found = byAccess.get(anyToken) ?? byRefresh.get(anyToken)
      if (found !== undefined) forget(found)
    },
    /** Counts a token request; false when the mall has made more than the mall's platform allows in two hours. */
    countRequest(mallId: string): boolean {
      const now = nowMs()
      const recent = (requests.get(mallId) ?? []).filter((at) => at > now - 2 * HOUR_MS && at <= now)
      requests.set(mallId, [...recent, now])
      return recent.length < TOKEN_REQUESTS
    },
    check(mallId: string, accessToken: string): { scopes: string[] } | AccessRefusal {
      const found = byAccess.get(accessToken)
      if (found === undefined || found.mallId !== mallId) return 'Invalid access_token'
      if (found.accessUntilMs <= nowMs()) return 'access_token time expired. (invalid_token)'
      return { scopes: found.scopes }
    },
    /** Deleting the app at a mall ends its consent; its tokens stay known, so that calls meet 403 and not 401. */
    uninstall(mallId: string): void {
      consents.delete(mallId)
      for (const one of [...byRefresh.values()]) if (one.mallId === mallId) byRefresh.delete(one.refreshToken)
    },
    dump: () => ({
      consents: [...consents].map(([mallId, scopes]) => ({ mallId, scopes })),
      grants: [...byRefresh.values()],
    }),
    load(state: z.infer<typeof OAuthState>): void {
      for (const { mallId, scopes } of state.consents) consents.set(mallId, scopes)
      for (const one of state.grants) keep(one)
    },
  }
}

function token(): string {
  return randomBytes(24).toString('base64url')
}
