import { createHash } from 'node:crypto'
import { MALL, type SendsKit } from '../jobs/sends-kit'
import type { Rolls } from './rolls'

const SECRET = 'a-webhook-secret'

/** Results of unknown sends and of every wrong shape, through the adapter into the product; throws what they throw. */
export async function receiveRubbish(
  kit: SendsKit,
  worker: ReturnType<SendsKit['worker']>,
  rolls: Rolls,
): Promise<void> {
  const at = kit.relay.clock.now().toISOString()
  const hex = (letter: string) => letter.repeat(32)
  const bodies: unknown[] = [
    null,
    7,
    'text',
    {},
    [],
    [null, 1, 'x', [], {}],
    [{ statusCode: '4000', customFields: { k: hex('a') }, dateUpdated: at }],
    [{ statusCode: '3040', customFields: { k: hex('0') }, dateUpdated: at }],
    [{ statusCode: '9'.repeat(500), customFields: { k: hex('b') }, dateUpdated: at }],
    [{ statusCode: 4000, customFields: { k: hex('c') }, dateUpdated: at }],
    [{ statusCode: '4000', customFields: { k: 5 }, dateUpdated: at }],
    [{ statusCode: '4000', customFields: null, dateUpdated: 'yesterday' }],
    [{ statusCode: '4000', customFields: { k: '../../etc' }, dateUpdated: at }],
    [{ statusCode: '4000', customFields: { k: { $gt: '' } }, dateUpdated: at }],
    Array.from({ length: 2_000 }, () => ({
      statusCode: '3102',
      customFields: { k: hex('d') },
      dateUpdated: at,
    })),
  ]
  const headers = { 'x-solapi-secret': createHash('sha1').update(SECRET).digest('hex') }
  for (let i = 0; i < bodies.length; i += 1) {
    const body = i < bodies.length / 2 ? rolls.one(bodies) : bodies[i]
    const read = kit.client.parseWebhook(headers, body, SECRET)
    if (read.ok) await worker.applyReceipts(MALL, read.receipts)
  }
}
