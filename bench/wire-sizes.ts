import { request } from 'node:http'
import { z } from 'zod'
import { listenOnLoopback } from '../sandbox/listen'
import { createSolapiRelay } from '../server/adapters/relays/solapi/solapi-relay'
import { machineClock } from '../server/core/clock'
import { sendIdOf } from '../server/core/ids'
import { compose } from '../server/messages/compose'
import { benchSpec, RELAY_ACCOUNT } from './scene'

/** Bytes of a call's body and of its answer, by method: opening and letting go are POST, putting in is PUT. */
export const WireSizes = z.record(z.string(), z.object({ sent: z.number(), answered: z.number() }))
export type WireSizes = z.infer<typeof WireSizes>

/** Puts a hundred real messages in at the play relay by the real client, takes them back, and weighs what went over the wire. */
export async function weighHandOver(relayUrl: string): Promise<WireSizes> {
  const sizes: WireSizes = {}
  const target = new URL(relayUrl)
  const between = await listenOnLoopback((req, res) => {
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.on('end', () => {
      const body = Buffer.concat(chunks)
      const { method = '', url = '', headers } = req
      const size = { sent: body.length, answered: 0 }
      const onward = request({ host: target.hostname, port: target.port, method, path: url, headers })
      onward.on('response', (answer) => {
        answer.on('data', (chunk: Buffer) => {
          size.answered += chunk.length
        })
        res.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(res)
      })
      onward.end(body)
      sizes[method] = size
    })
  }, 0)
  const relay = createSolapiRelay({ apiUrl: between.url }, machineClock)
  const prepared = await relay.prepare(RELAY_ACCOUNT, 'weighed', hundredMessages())
  if (prepared.state !== 'prepared')
    throw new Error(`The play relay did not take the messages: ${prepared.state}`)
  await relay.discard(RELAY_ACCOUNT, prepared.relayBatchId)
  await between.close()
  return sizes
}

function hundredMessages() {
  const { message } = benchSpec()
  return Array.from({ length: 100 }, (_, i) => {
    const facts = { productName: '무쇠 주물 냄비', moreItems: 1, cartWon: 54_000 }
    const url = `https://baguni.example/t/${'x'.repeat(32)}`
    const { text, button } = compose(message, { name: '김하은', facts, url })
    const sendId = sendIdOf('0'.repeat(24), i)
    return { sendId, to: `0100999${String(i).padStart(4, '0')}`, kind: 'brand-text' as const, text, button }
  })
}
