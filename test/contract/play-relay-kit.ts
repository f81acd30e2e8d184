import { createHash, createHmac, randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSandboxClock, type SandboxClock } from '../../sandbox/clock'
import {
  fateOfPhone,
  mannerOfPhone,
  type PhoneFate,
  type ReceiptManner,
} from '../../sandbox/relay/phone-fate'
import { createPlayRelay } from '../../sandbox/relay/play-relay'
import type { PlayRelay } from '../../sandbox/relay/relay-port'
import type { RelayBehaviour } from '../../sandbox/relay/relay-types'

export const ACCOUNT = {
  apiKey: 'NCSTESTKEY000001',
  apiSecret: 'test-secret-not-a-real-one',
  pfId: 'KA01PFTEST',
  senderNumbers: ['0212340000'],
  number080: '0801230000',
  channelName: '오늘의식탁',
}

/** 10:00 Seoul time on a Monday. */
export const MORNING = new Date('2026-11-23T01:00:00Z')

export interface RelayKit {
  relay: PlayRelay
  clock: SandboxClock
  url: string
  /** Signed call; a body makes it JSON. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  /** Creates, fills and sends one group; returns its id and the answers' codes by phone. */
  sendTo(phones: string[]): Promise<{ groupId: string; codes: Record<string, string> }>
  passSeconds(seconds: number): Promise<void>
  close(): Promise<void>
}

export interface Answer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, asserted field by field
  body: any
}

export async function startRelay(
  options: { start?: Date; behaviour?: Partial<RelayBehaviour>; balanceWon?: number } = {},
): Promise<RelayKit> {
  const clock = createSandboxClock(options.start ?? MORNING, 0)
  const account = {
    ...ACCOUNT,
    ...(options.balanceWon === undefined ? {} : { balanceWon: options.balanceWon }),
  }
  const relay = createPlayRelay({ clock, account, behaviour: options.behaviour ?? {} })
  const server = relay.app.listen(0, '127.0.0.1')
  const url = await urlOf(server)
  const call: RelayKit['call'] = (method, path, body, headers = {}) =>
    request(url + path, method, body, { authorization: signature(), ...headers })
  return {
    relay,
    clock,
    url,
    call,
    async sendTo(phones) {
      const group = await call('POST', '/messages/v4/groups', { customFields: { k: 'batch-1' } })
      const { groupId } = group.body
      const added = await call('PUT', `/messages/v4/groups/${groupId}/messages`, {
        messages: phones.map((to) => brandText(to)),
      })
      await call('POST', `/messages/v4/groups/${groupId}/send`)
      const results: { to: string; statusCode: string }[] = added.body.resultList
      return { groupId, codes: Object.fromEntries(results.map(({ to, statusCode }) => [to, statusCode])) }
    },
    async passSeconds(seconds) {
      clock.set({ now: new Date(clock.now().getTime() + seconds * 1000) })
      await relay.settled()
    },
    close: async () => {
      relay.stop()
      await closeServer(server)
    },
  }
}

export function signature(
  over: { date?: string; secret?: string; apiKey?: string; salt?: string } = {},
): string {
  const date = over.date ?? new Date().toISOString()
  const salt = over.salt ?? randomBytes(16).toString('hex')
  const hex = createHmac('sha256', over.secret ?? ACCOUNT.apiSecret)
    .update(date + salt)
    .digest('hex')
  return `HMAC-SHA256 apiKey=${over.apiKey ?? ACCOUNT.apiKey}, date=${date}, salt=${salt}, signature=${hex}`
}

export async function request(
  url: string,
  method: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = await fetch(url, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  try {
    return { status: answer.status, body: JSON.parse(text) }
  } catch {
    return { status: answer.status, body: text }
  }
}

export function brandText(to: string, over: Record<string, unknown> = {}) {
  return {
    to,
    type: 'BMS_FREE',
    text: `장바구니에 담은 상품이 기다려요. ${to.slice(-4)}`,
    customFields: { k: `send-${to}` },
    kakaoOptions: {
      pfId: ACCOUNT.pfId,
      bms: {
        targeting: 'I',
        chatBubbleType: 'TEXT',
        buttons: [
          { name: '장바구니 보기', linkType: 'WL', linkMobile: `https://shop.example/t/${to.slice(-4)}` },
        ],
      },
    },
    ...over,
  }
}

/** `count` made-up phones with this fate and manner, in order. */
export function phonesWith(fate: PhoneFate, manner: ReceiptManner | 'any', count: number): string[] {
  const found: string[] = []
  for (let i = 0; found.length < count && i < 10_000_000; i++) {
    const phone = phoneNo(i)
    if (fateOfPhone(phone) === fate && (manner === 'any' || mannerOfPhone(phone) === manner))
      found.push(phone)
  }
  return found
}

export function phoneNo(i: number): string {
  return `0100${String(i).padStart(7, '0')}`
}

interface HookCall {
  headers: Record<string, string | string[] | undefined>
  reports: {
    messageId: string
    statusCode: string
    to: string
    accountId: string
    customFields: Record<string, string>
  }[]
}

/** A receiver of webhooks that answers with `status()` and keeps every call. */
export async function startReceiver(status: () => number = () => 200) {
  const calls: HookCall[] = []
  const server = createServer((req, res) => {
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.on('end', () => {
      calls.push({ headers: req.headers, reports: JSON.parse(Buffer.concat(chunks).toString()) })
      res.writeHead(status()).end()
    })
  }).listen(0, '127.0.0.1')
  const url = await urlOf(server)
  return {
    url: `${url}/receipts`,
    calls,
    reports: () => calls.flatMap(({ reports }) => reports),
    close: () => closeServer(server),
  }
}

export const sha1 = (text: string) => createHash('sha1').update(text).digest('hex')

async function urlOf(server: Server): Promise<string> {
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address() as AddressInfo
  return `http://127.0.0.1:${address.port}`
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
