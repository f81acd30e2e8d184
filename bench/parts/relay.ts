import { z } from 'zod'
import { createSandboxClock } from '../../sandbox/clock'
import { listenOnLoopback } from '../../sandbox/listen'
import { createPlayRelay } from '../../sandbox/relay/play-relay'
import { createSolapiHttp } from '../../server/adapters/relays/solapi/solapi-http'
import { createSolapiRelay } from '../../server/adapters/relays/solapi/solapi-relay'
import { machineClock } from '../../server/core/clock'
import { serveBench } from '../child'
import { RELAY_ACCOUNT, START } from '../scene'

const Setup = z.object({
  balanceWon: z.number(),
  receiptSeconds: z.object({ from: z.number(), to: z.number() }),
})
const Settle = z.object({ afterSeconds: z.number() })
const Webhooks = z.object({ webhookList: z.array(z.object({ webhookId: z.string() })) })
const Hook = z.object({ url: z.string(), secret: z.string() })

const clock = createSandboxClock(START)
let address = ''
// Until when results were told, by the acceptance of their messages.
let toldUntil = START.getTime()
let relay: ReturnType<typeof createPlayRelay> | null = null

// The play relay; results come `receiptSeconds` after acceptance, when the bench moves its clock there.
serveBench({
  async start(input) {
    const { balanceWon, receiptSeconds } = Setup.parse(input)
    relay = createPlayRelay({
      clock,
      account: { ...RELAY_ACCOUNT, senderNumbers: [RELAY_ACCOUNT.senderNumber], balanceWon },
      behaviour: { fates: false, late: false, repeated: false, outOfOrder: false, receiptSeconds },
    })
    address = (await listenOnLoopback(relay.app, 0)).url
    return { url: address }
  },
  /** Tells results to `url` and to nobody else. */
  async tell(input) {
    const { url, secret } = Hook.parse(input)
    const http = createSolapiHttp({ apiUrl: address }, machineClock)
    const listed = await http.call(RELAY_ACCOUNT, 'GET', '/webhook/v1/outgoing')
    const { webhookList } = Webhooks.parse(listed.kind === 'ok' ? listed.body : null)
    for (const { webhookId } of webhookList)
      await http.call(RELAY_ACCOUNT, 'DELETE', `/webhook/v1/outgoing/${webhookId}`)
    const api = createSolapiRelay({ apiUrl: address }, machineClock)
    if (!(await api.registerWebhook(RELAY_ACCOUNT, url, secret))) throw new Error('The webhook was refused')
  },
  /** Second by second, so that reports do not pile up. */
  async settle(input) {
    const began = performance.now()
    const { afterSeconds } = Settle.parse(input)
    const last = clock.now().getTime()
    for (let ms = toldUntil; ms <= last + 2_000; ms += 1_000) {
      clock.set({ now: new Date(ms + afterSeconds * 1_000), speed: 0 })
      await relay?.settled()
    }
    toldUntil = last
    clock.set({ now: new Date(last), speed: 1 })
    return { ms: performance.now() - began }
  },
  counts() {
    const { messages } = relay?.stats() ?? {}
    return { ...messages, cpuMs: process.cpuUsage().user / 1_000 + process.cpuUsage().system / 1_000 }
  },
})
