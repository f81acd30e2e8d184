import type { CampaignSpec } from '../campaigns/campaign'
import { AppError } from '../core/errors'
import { nationalDigits } from '../core/phone'
import type { Won } from '../core/won'
import type { Mall } from '../malls/mall'
import { composeText } from '../messages/compose-text'
import type { OutgoingMessage, RelayAccount } from '../messages/message-relay'
import type { OpenAccount } from '../messages/sending-account'
import { worstCaseWon } from '../spend/spend-rules'
import type { DispatchParts } from './dispatch-parts'
import type { Lane } from './lane'
import type { Batch, OpenSend } from './send'

/** Everything known about one leased batch on its way out. */
export interface Outgoing {
  lane: Lane
  batch: Batch
  spec: CampaignSpec
  account: OpenAccount
  /** What the relay charges for one of its messages. */
  priceWon: Won
  /** What must be kept for one of them: the dearest way it can end. */
  worstWon: Won
  /** Who may leave, dearest first; a batch has one price, so those of another kind stand behind the first `alike`. */
  go: OpenSend[]
  alike: number
  messagesFor(rows: readonly OpenSend[]): OutgoingMessage[]
}

/** What is known when the last look let a batch go. */
export interface Cleared {
  lane: Lane
  batch: Batch
  spec: CampaignSpec
  mall: Mall
  account: OpenAccount
  go: OpenSend[]
}

/** What messages are made with. */
export type ComposeParts = Pick<DispatchParts, 'keyring' | 'linkFor' | 'compose'>

/** True for an account that may send texts: a registered sender number, and a number at which refusing is free. */
export function canText({ senderNumber, number080 }: RelayAccount): boolean {
  return senderNumber !== '' && number080 !== ''
}

/** What is kept for one first try: Kakao failures are not charged, so the dearer of it and its fallback (SMS or LMS, whichever is dearer). */
export function worstEachWon(
  spec: Pick<CampaignSpec, 'fallback'>,
  { account, prices }: OpenAccount,
  isTest: boolean,
): Won {
  const mayFallBack = spec.fallback !== null && !isTest && canText(account)
  return worstCaseWon({
    firstWon: prices.brandTextWon,
    firstChargedOnFailure: false,
    fallbackWon: mayFallBack ? Math.max(prices.smsWon, prices.lmsWon) : null,
  })
}

/** The batch with its messages and prices; null for texts that this campaign or account cannot send (now). */
export function outgoingOf(parts: ComposeParts, cleared: Cleared): Outgoing | null {
  const { lane, batch, spec, account, go } = cleared
  if (batch.step === 2) return textsOf(parts, cleared)
  const messages = new Map(
    go.map((row): [string, OutgoingMessage] => {
      const { to, name } = personOf(parts, row)
      const input = { name, facts: row.facts, url: parts.linkFor(row) }
      return [row.id, { sendId: row.id, to, kind: 'brand-text', ...parts.compose(spec.message, input) }]
    }),
  )
  return {
    ...{ lane, batch, spec, account, go },
    priceWon: account.prices.brandTextWon,
    worstWon: worstEachWon(spec, account, batch.test),
    alike: go.length,
    messagesFor: (rows) => rows.flatMap(({ id }) => messages.get(id) ?? []),
  }
}

function textsOf(parts: ComposeParts, { lane, batch, spec, mall, account, go }: Cleared): Outgoing | null {
  const { fallback } = spec
  if (fallback === null || !canText(account.account)) return null
  const { number080 } = account.account
  const mallName = mall.name.trim() || mall.shopId
  const messages = new Map(
    go.map((row): [string, OutgoingMessage] => {
      const { to, name } = personOf(parts, row)
      const input = { name, facts: row.facts, url: parts.linkFor(row), mallName, number080 }
      const { bytes: _bytes, ...text } = composeText(fallback, spec.message, input)
      return [row.id, { sendId: row.id, step: 2, to, ...text }]
    }),
  )
  const kind = messages.get(go[0]?.id ?? '')?.kind
  const isAlike = ({ id }: OpenSend) => messages.get(id)?.kind === kind
  const alike = go.filter(isAlike)
  const priceWon = kind === 'sms' ? account.prices.smsWon : account.prices.lmsWon
  return {
    ...{ lane, batch, spec, account, priceWon },
    worstWon: priceWon,
    go: [...alike, ...go.filter((row) => !isAlike(row))],
    alike: alike.length,
    messagesFor: (rows) => rows.flatMap(({ id }) => messages.get(id) ?? []),
  }
}

/** Whom a row is for; a name that cannot be read is none, without a phone there is no message: AppError `unreadable-phone`. */
function personOf({ keyring }: ComposeParts, { mallId, toSealed, nameSealed }: OpenSend) {
  const keys = keyring.forMall(mallId)
  const e164 = keys.openOrNull(toSealed)
  if (e164 === null || !/^\+82\d{9,10}$/.test(e164))
    throw new AppError('unreadable-phone', 'The phone of a send cannot be read')
  return { to: nationalDigits(e164), name: keys.openOrNull(nameSealed) }
}
