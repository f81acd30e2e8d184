import { createHmac, randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { listenOnLoopback } from '../sandbox/listen'
import { createSolapiRelay } from '../server/adapters/relays/solapi/solapi-relay'
import { machineClock } from '../server/core/clock'
import { sendIdOf } from '../server/core/ids'
import { compose } from '../server/messages/compose'
import { benchSpec, RELAY_ACCOUNT } from './scene'

/** The body with which the real client puts a hundred real messages in. */
export async function bodyOfHundred(): Promise<string> {
  let body = ''
  // Says yes to opening a group and keeps what is put in.
  const listener = await listenOnLoopback((req, res) => {
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.on('end', () => {
      if (req.method === 'PUT') body = Buffer.concat(chunks).toString('utf8')
      res.setHeader('Content-Type', 'application/json')
      res.end(JSON.stringify({ groupId: 'G', status: 'PENDING' }))
    })
  }, 0)
  await createSolapiRelay({ apiUrl: listener.url }, machineClock).prepare(
    RELAY_ACCOUNT,
    'k',
    hundredMessages(),
  )
  await listener.close()
  if (body === '') throw new Error('The client put nothing in')
  return body
}

function hundredMessages() {
  const { message } = benchSpec()
  return Array.from({ length: 100 }, (_, i) => {
    const facts = { productName: '무쇠 주물 냄비', moreItems: 1, cartWon: 54_000 }
    const url = `https://baguni.example/t/${'x'.repeat(32)}`
    const { text, button } = compose(message, { name: '김하은', facts, url })
    const to = `0100999${String(i).padStart(4, '0')}`
    return {
      sendId: sendIdOf('0'.repeat(24), i),
      step: 1 as const,
      to,
      kind: 'brand-text' as const,
      text,
      button,
    }
  })
}

/** One bare call with the relay's signature; resolves to the answer's text. */
export function bareCall(
  url: URL,
  method: 'POST' | 'PUT',
  body: string,
  agent: NonNullable<Parameters<typeof request>[1] & object>['agent'],
): Promise<string> {
  const date = machineClock.now().toISOString()
  const salt = randomBytes(16).toString('hex')
  const signature = createHmac('sha256', RELAY_ACCOUNT.apiSecret)
    .update(date + salt)
    .digest('hex')
  const headers = {
    Authorization: `HMAC-SHA256 apiKey=${RELAY_ACCOUNT.apiKey}, date=${date}, salt=${salt}, signature=${signature}`,
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
  }
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers, agent }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => {
        text += chunk
      })
      answer.once('end', () => (answer.statusCode === 200 ? resolve(text) : reject(new Error(text))))
    })
    asked.once('error', reject).end(body)
  })
}
