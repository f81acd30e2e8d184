import { createHash } from 'node:crypto'
import type { Clock } from '../../../core/clock'
import { sameSecret } from '../../../core/crypto'
import { unreachable } from '../../../core/errors'
import type {
  HandoverOutcome,
  MessageRelay,
  OutgoingMessage,
  PreparedHandover,
  PrepareOutcome,
  RelayAccount,
} from '../../../messages/message-relay'
import { askBalance, checkAccount } from './solapi-account'
import { failureOf, refusalOf } from './solapi-failures'
import { fateOfGroup } from './solapi-fate'
import { type Answer, createSolapiHttp, type SolapiConfig } from './solapi-http'
import { listAll, receiptsOfGroup } from './solapi-lists'
import { echoOf, Group, Registered, readReceipts } from './solapi-wire'

const MAX_BATCH = 1_000
const ACCEPTED = '2000'
const CLOSED = ['ECONNRESET', 'EPIPE']

/** SOLAPI by its two-phase group flow: a group leaves once, when `release` asks for it (messaging reference §2.1, §5.3). */
export function createSolapiRelay(config: SolapiConfig, machine: Clock): MessageRelay {
  const http = createSolapiHttp(config, machine)
  return {
    id: 'solapi',
    maxBatch: MAX_BATCH,

    async prepare(account, batchKey, messages) {
      const busy = await http.reserveHandover(account)
      if (busy) return unprepared(busy)
      const open = (turn: 'reserved' | 'now') =>
        http.call(account, 'POST', '/messages/v4/groups', {
          turn,
          body: { allowDuplicates: false, customFields: { k: batchKey } },
        })
      const first = await open('reserved')
      // The first call after a pause finds connections that the relay has just closed; an empty group more never leaves.
      const isStale = first.kind === 'lost' && CLOSED.includes(first.detail)
      const opened = isStale ? await open('now') : first
      if (opened.kind !== 'ok') return unprepared(opened)
      const group = Group.safeParse(opened.body)
      if (!group.success) return { state: 'not-sent', detail: 'group without an id' }
      const { groupId } = group.data
      const put = await http.call(
        account,
        'PUT',
        `/messages/v4/groups/${encodeURIComponent(groupId)}/messages`,
        {
          turn: 'reserved',
          body: { messages: messages.map((message) => onWire(account, message)) },
        },
      )
      return put.kind === 'ok' ? readRegistered(groupId, put.body, messages) : unprepared(put)
    },

    async release(account, relayBatchId) {
      const path = `/messages/v4/groups/${encodeURIComponent(relayBatchId)}/send`
      return readReleased(
        await http.call(account, 'POST', path, { alone: true, turn: 'reserved' }),
        relayBatchId,
      )
    },

    async discard(account, relayBatchId) {
      const path = `/messages/v4/groups/${encodeURIComponent(relayBatchId)}`
      await http.call(account, 'DELETE', path, { turn: 'now' })
    },

    async fateOf(account, _batchKey, relayBatchId) {
      // Without a group id nothing was released: an orphan group never leaves.
      if (relayBatchId === null) return { fate: 'never-sent' }
      return fateOfGroup(http, account, relayBatchId)
    },

    async *receipts(account, from, to) {
      const query = { dateType: 'UPDATED', startDate: from.toISOString(), endDate: to.toISOString() }
      yield* listAll(http, account, '/messages/v4/list', query)
    },

    receiptsOf: (account, relayBatchId) => receiptsOfGroup(http, account, relayBatchId),

    check: (account) => checkAccount(http, account),

    balance: (account) => askBalance(http, account),

    async registerWebhook(account, url, secret) {
      const body = { eventId: 'SINGLE-REPORT', url, secret }
      return (await http.call(account, 'POST', '/webhook/v1/outgoing', { body })).kind === 'ok'
    },

    parseWebhook(headers, body, secret) {
      const given = headers['x-solapi-secret'] ?? ''
      // The relay sends SHA-1 of the secret, not the secret (reference §2.1.1).
      const wanted = createHash('sha1').update(secret).digest('hex')
      if (!sameSecret(given, wanted) || !Array.isArray(body)) return { ok: false }
      return { ok: true, ...readReceipts(body) }
    },
  }
}

function onWire(account: RelayAccount, message: OutgoingMessage): Record<string, unknown> {
  const { to, text } = message
  const plain = { to, from: account.senderNumber, text, customFields: { k: echoOf(message) } }
  switch (message.kind) {
    case 'brand-text':
      return { ...plain, type: 'BMS_FREE', kakaoOptions: kakaoOptionsOf(account, message.button) }
    // Our bytes are counted: the relay must not choose another type by its own count.
    case 'sms':
      return { ...plain, type: 'SMS', autoTypeDetect: false }
    case 'lms':
      return { ...plain, type: 'LMS', subject: message.subject, autoTypeDetect: false }
    default:
      return unreachable(message)
  }
}

function kakaoOptionsOf({ pfId }: RelayAccount, { name, url }: { name: string; url: string }) {
  return {
    pfId,
    // The relay offers no fallback for brand messages; ours is a step of its own.
    disableSms: true,
    bms: {
      targeting: 'I',
      chatBubbleType: 'TEXT',
      buttons: [{ name, linkType: 'WL', linkMobile: url, linkPc: url }],
    },
  }
}

/** Whatever became of the call, an unreleased group does not leave; so only a refusal says more than `not-sent`. */
function unprepared(answer: Exclude<Answer, { kind: 'ok' }>): PrepareOutcome {
  if (answer.kind !== 'refused') return { state: 'not-sent', detail: answer.detail }
  const { status, errorCode, retryAfterMs } = answer
  const known = refusalOf(status, errorCode)
  if (known) return { state: 'rejected', failure: known }
  if (status === 400 || status === 413 || status === 422)
    return {
      state: 'rejected',
      failure: { reason: 'content', code: errorCode, definite: true, scope: 'campaign' },
    }
  return { state: 'not-sent', detail: errorCode, ...(retryAfterMs ? { retryAfterMs } : {}) }
}

function readRegistered(groupId: string, body: unknown, messages: OutgoingMessage[]): PrepareOutcome {
  const read = Registered.safeParse(body)
  if (!read.success) return { state: 'not-sent', detail: 'unreadable registration' }
  const codes = new Map(read.data.resultList.map((each) => [each.customFields?.k ?? '', each.statusCode]))
  const rejected: PreparedHandover['rejected'] = []
  for (const message of messages) {
    const { sendId } = message
    const code = codes.get(echoOf(message))
    if (code === undefined) return { state: 'not-sent', detail: 'incomplete registration' }
    if (code !== ACCEPTED) rejected.push({ sendId, failure: failureOf(code) })
  }
  const first = rejected[0]?.failure
  // One reason for all of them that lies in the account: nobody of them should pay for it.
  if (first?.scope === 'account' && rejected.length === messages.length)
    return { state: 'rejected', failure: first }
  return { state: 'prepared', relayBatchId: groupId, rejected }
}

function readReleased(answer: Answer, groupId: string): HandoverOutcome {
  switch (answer.kind) {
    case 'ok': {
      const group = Group.safeParse(answer.body)
      const isOurs = group.success && group.data.groupId === groupId
      const hasLeft = isOurs && ['SENDING', 'COMPLETE'].includes(group.data.status)
      return hasLeft ? { state: 'accepted' } : { state: 'unknown', detail: 'unreadable answer' }
    }
    case 'not-written':
      return { state: 'not-sent', detail: answer.detail }
    case 'lost':
      return { state: 'unknown', detail: answer.detail }
    default:
      return readReleaseRefusal(answer)
  }
}

function readReleaseRefusal(answer: Extract<Answer, { kind: 'refused' }>): HandoverOutcome {
  const { status, errorCode, retryAfterMs } = answer
  // Nobody else releases our groups: "already" is the answer to a request of ours that was read twice.
  if (errorCode === 'GroupInProcessing' || errorCode === 'AlreadySent') return { state: 'accepted' }
  if (status === 429)
    return { state: 'not-sent', detail: errorCode, ...(retryAfterMs ? { retryAfterMs } : {}) }
  const failure = refusalOf(status, errorCode)
  // A refusal that we cannot read is asked about: the group itself tells whether it left.
  return failure ? { state: 'rejected', failure } : { state: 'unknown', detail: errorCode }
}
