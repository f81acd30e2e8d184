import type { MessageRelay, RelayAccount } from '../../../messages/message-relay'
import { refusalOf } from './solapi-failures'
import type { Answer, SolapiHttp } from './solapi-http'
import { Balance, Channels, Prices, SenderNumbers } from './solapi-wire'

type Check = Awaited<ReturnType<MessageRelay['check']>>

/** Checks key, channel and sender number by real calls, and brings balance and prices. */
export async function checkAccount(http: SolapiHttp, account: RelayAccount): Promise<Check> {
  const ask = (path: string) => http.call(account, 'GET', path)
  const balance = await ask('/cash/v1/balance')
  const fault = faultOf(balance)
  if (fault) return { ok: false, problems: [fault], balanceWon: null, prices: null }
  const [prices, channels, numbers] = await Promise.all([
    ask('/pricing/v1/messaging'),
    ask('/kakao/v2/channels'),
    ask('/senderid/v1/numbers/active'),
  ])
  const problems = [
    channelProblem(channels, account.pfId),
    numberProblem(numbers, account.senderNumber),
  ].filter((problem) => problem !== null)
  return { ok: problems.length === 0, problems, balanceWon: balanceOf(balance), prices: pricesOf(prices) }
}

/** What is left on the account; null when the relay does not tell. */
export async function askBalance(http: SolapiHttp, account: RelayAccount): Promise<number | null> {
  return balanceOf(await http.call(account, 'GET', '/cash/v1/balance'))
}

function faultOf(answer: Answer): 'auth' | 'unreachable' | null {
  if (answer.kind === 'ok') return null
  if (answer.kind !== 'refused') return 'unreachable'
  return refusalOf(answer.status, answer.errorCode)?.reason === 'auth' ? 'auth' : 'unreachable'
}

function channelProblem(answer: Answer, pfId: string): 'channel' | 'unreachable' | null {
  const read = answer.kind === 'ok' ? Channels.safeParse(answer.body) : null
  if (!read?.success) return 'unreachable'
  return read.data.channelList.some(({ channelId }) => channelId === pfId) ? null : 'channel'
}

function numberProblem(answer: Answer, senderNumber: string): 'sender-number' | 'unreachable' | null {
  const read = answer.kind === 'ok' ? SenderNumbers.safeParse(answer.body) : null
  if (!read?.success) return 'unreachable'
  const digits = (text: string) => text.replace(/\D/g, '')
  return read.data.some((number) => digits(number) === digits(senderNumber)) ? null : 'sender-number'
}

function balanceOf(answer: Answer): number | null {
  const read = answer.kind === 'ok' ? Balance.safeParse(answer.body) : null
  return read?.success ? Math.floor(read.data.balance + read.data.point) : null
}

function pricesOf(answer: Answer): Check['prices'] {
  const read = answer.kind === 'ok' ? Prices.safeParse(answer.body) : null
  const brand = read?.success ? (read.data.bms_text ?? read.data.bms_free) : undefined
  if (!read?.success || brand === undefined) return null
  // A price with a fraction of a won is kept as the next whole one: a reservation may be too much, never too little.
  const [brandTextWon, smsWon, lmsWon] = [brand, read.data.sms, read.data.lms].map(Math.ceil)
  return { brandTextWon: brandTextWon ?? 0, smsWon: smsWon ?? 0, lmsWon: lmsWon ?? 0 }
}
