import type { Clock } from '../core/clock'
import type { Keyring } from '../core/crypto'
import { newSecret } from '../core/ids'
import type { MallId } from '../malls/mall'
import type { MessageRelay, RelayAccount } from './message-relay'
import {
  type AccountForm,
  type AccountProblem,
  type AccountSource,
  maskAccount,
  type OpenAccount,
  type SendingAccount,
} from './sending-account'
import type { SendingAccountStore } from './sending-account-store'

/** What saving an account came to; nothing is stored unless the relay's own answers were good. */
export type SaveOutcome =
  | { state: 'saved' }
  | { state: 'refused'; problems: AccountProblem[] }
  | { state: 'no-secret' }

/** The merchants' own accounts at their relays. */
export interface SendingAccountService extends AccountSource {
  view(mallId: MallId): Promise<SendingAccount | null>
  /** Checks by real calls, then stores a new version and asks the relay for webhooks. */
  save(mallId: MallId, form: AccountForm): Promise<SaveOutcome>
  /** Asks the relay again about the account in use. */
  recheck(mallId: MallId): Promise<SendingAccount | null>
  /** The account behind a webhook path, with its secret in clear. */
  byWebhookPath(path: string): Promise<{ account: SendingAccount; secret: string } | null>
}

// Unit prices of 2026-01 without VAT (messaging reference §2.7), for a relay that tells none.
const USUAL_PRICES = { brandTextWon: 25, smsWon: 12, lmsWon: 40 }

export function createSendingAccountService(parts: {
  accounts: SendingAccountStore
  relay: MessageRelay
  keyring: Keyring
  clock: Clock
  baseUrl: string
}): SendingAccountService {
  const { accounts, relay, keyring, clock, baseUrl } = parts

  const open = (account: SendingAccount): RelayAccount =>
    JSON.parse(keyring.forMall(account.mallId).open(account.sealed)) as RelayAccount
  const opened = (account: SendingAccount | null): OpenAccount | null =>
    account && { version: account.version, account: open(account), prices: account.prices }

  async function save(mallId: MallId, form: AccountForm): Promise<SaveOutcome> {
    const before = await accounts.newest(mallId)
    const apiSecret = form.apiSecret || (before ? open(before).apiSecret : '')
    if (apiSecret === '') return { state: 'no-secret' }
    const given: RelayAccount = { ...form, apiSecret }
    const check = await relay.check(given)
    if (!check.ok) return { state: 'refused', problems: check.problems }
    const keys = keyring.forMall(mallId)
    const secret = newSecret()
    const version = (before?.version ?? 0) + 1
    const path = newSecret()
    await accounts.insert({
      id: `${mallId}:${version}`,
      mallId,
      version,
      relay: relay.id,
      sealed: keys.seal(JSON.stringify(given)),
      masked: maskAccount(given),
      balanceWon: check.balanceWon,
      prices: check.prices ?? USUAL_PRICES,
      problems: check.balanceWon === 0 ? ['no-balance'] : [],
      checkedAt: clock.now(),
      createdAt: clock.now(),
      webhook: { path, secretSealed: keys.seal(secret), registered: false },
    })
    const registered = await relay.registerWebhook(given, `${baseUrl}/webhooks/solapi/${path}`, secret)
    await accounts.setRegistered(mallId, version, registered)
    return { state: 'saved' }
  }

  async function recheck(mallId: MallId): Promise<SendingAccount | null> {
    const account = await accounts.newest(mallId)
    if (!account) return null
    const check = await relay.check(open(account))
    const problems: AccountProblem[] = check.ok && check.balanceWon === 0 ? ['no-balance'] : check.problems
    await accounts.setChecked(mallId, account.version, {
      balanceWon: check.balanceWon ?? account.balanceWon,
      prices: check.prices ?? account.prices,
      problems,
      checkedAt: clock.now(),
    })
    return accounts.newest(mallId)
  }

  return {
    view: (mallId) => accounts.newest(mallId),
    save,
    recheck,
    current: async (mallId) => opened(await accounts.newest(mallId)),
    ofVersion: async (mallId, version) => opened(await accounts.byVersion(mallId, version)),
    async reportProblem(mallId, version, problem) {
      const account = await accounts.byVersion(mallId, version)
      if (!account || account.problems.includes(problem)) return
      await accounts.setProblems(mallId, version, [...account.problems, problem])
    },
    async balanceSeen(mallId, version, { balanceWon, isShort }) {
      const account = await accounts.byVersion(mallId, version)
      if (!account) return
      const { prices, checkedAt } = account
      const others = account.problems.filter((problem) => problem !== 'no-balance')
      const problems: AccountProblem[] = isShort ? [...others, 'no-balance'] : others
      await accounts.setChecked(mallId, version, { balanceWon, prices, problems, checkedAt })
    },
    async byWebhookPath(path) {
      const account = await accounts.byWebhookPath(path)
      return (
        account && { account, secret: keyring.forMall(account.mallId).open(account.webhook.secretSealed) }
      )
    },
  }
}
