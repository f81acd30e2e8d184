import { z } from 'zod'
import type { Sealed } from '../core/crypto'
import type { MallId } from '../malls/mall'
import type { PriceList } from '../spend/spend'
import type { RelayAccount } from './message-relay'

/** What a check found, in codes that the screen translates. */
export type AccountProblem = 'auth' | 'channel' | 'sender-number' | 'unreachable' | 'no-balance'

/**
 * A merchant's own account at a relay. Each saving makes a new version, so that what an older one handed over can
 * still be asked about; the newest sends. Key: (mallId, version).
 */
export interface SendingAccount {
  /** `{mallId}:{version}` */
  id: string
  mallId: MallId
  version: number
  relay: 'solapi'
  /** The RelayAccount as JSON. */
  sealed: Sealed
  /** What screens show of it. */
  masked: RelayAccount
  balanceWon: number | null
  prices: PriceList
  problems: AccountProblem[]
  checkedAt: Date
  createdAt: Date
  webhook: AccountWebhook
}

/** Where the relay tells results for one account. */
export interface AccountWebhook {
  /** Unguessable last part of the address. */
  path: string
  secretSealed: Sealed
  registered: boolean
}

/** An account ready to be used; lives in memory only. */
export interface OpenAccount {
  version: number
  account: RelayAccount
  prices: PriceList
}

/** The accounts as sending needs them. */
export interface AccountSource {
  /** The mall's account that sends now; null when there is none. */
  current(mallId: MallId): Promise<OpenAccount | null>
  ofVersion(mallId: MallId, version: number): Promise<OpenAccount | null>
  /** The relay refused the account itself; the page says so until the next good check. */
  reportProblem(mallId: MallId, version: number, problem: AccountProblem): Promise<void>
  /** The balance as the relay just told it; the page says while it is short. */
  balanceSeen?(mallId: MallId, version: number, seen: { balanceWon: number; isShort: boolean }): Promise<void>
}

const digits = (text: unknown) => (typeof text === 'string' ? text.replace(/[\s().-]/g, '') : text)

/** The form of the sending account; an empty secret keeps the stored one. */
export const AccountForm = z.object({
  apiKey: z.string().trim().min(1, '발송 대행사의 API Key를 입력해 주세요.').max(100),
  apiSecret: z.string().trim().max(200),
  pfId: z.string().trim().min(1, '카카오톡 채널의 pfId를 입력해 주세요.').max(100),
  senderNumber: z.preprocess(
    digits,
    z.string().regex(/^(0\d{8,10}|1\d{7})$/, '발신번호를 숫자로 입력해 주세요. 예: 0212345678'),
  ),
  number080: z.preprocess(
    digits,
    z.string().regex(/^080\d{7,8}$/, '080 수신거부 번호를 입력해 주세요. 예: 0801234567'),
  ),
})
export type AccountForm = z.infer<typeof AccountForm>

/** An account as screens show it: the beginning of the key, the ends of numbers, nothing of the secret. */
export function maskAccount(account: RelayAccount): RelayAccount {
  const tail = (text: string) => `${'•'.repeat(Math.max(0, text.length - 4))}${text.slice(-4)}`
  return {
    apiKey: `${account.apiKey.slice(0, 4)}${'•'.repeat(8)}`,
    apiSecret: '',
    pfId: tail(account.pfId),
    senderNumber: tail(account.senderNumber),
    number080: tail(account.number080),
  }
}
