import express from 'express'
import { z } from 'zod'
import { createSandboxClock } from '../../sandbox/clock'
import { clockRoutes } from '../../sandbox/control/clock-routes'
import { listenOnLoopback } from '../../sandbox/listen'
import { createPlayRelay } from '../../sandbox/relay/play-relay'
import type { PlayRelay } from '../../sandbox/relay/relay-port'
import { serveBench } from '../child'
import { RELAY_ACCOUNT } from '../scene'

const Opening = z.object({ start: z.iso.datetime({ offset: true }) })
const Looking = z.object({ url: z.string(), afterMs: z.number(), notOf: z.array(z.string()) })
// No result comes while a bench looks on: nothing settles, and nobody asks.
const RESULTS = { from: 60_000, to: 60_000 }

const relays = new Map<string, { relay: PlayRelay; close(): Promise<void> }>()

function relayAt(url: string): PlayRelay {
  const found = relays.get(url)
  if (!found) throw new Error('No such relay')
  return found.relay
}

// Play relays side by side in one process, each at an address of its own, where its clock is served too.
serveBench({
  async open(input) {
    const clock = createSandboxClock(new Date(Opening.parse(input).start))
    const relay = createPlayRelay({
      clock,
      account: { ...RELAY_ACCOUNT, senderNumbers: [RELAY_ACCOUNT.senderNumber] },
      behaviour: { fates: false, late: false, repeated: false, outOfOrder: false, receiptSeconds: RESULTS },
    })
    const app = express()
    app.use(clockRoutes(clock))
    app.use(relay.app)
    const { url, close } = await listenOnLoopback(app, 0)
    relays.set(url, { relay, close })
    return { url }
  },
  /** Machine instant at which the first message was taken after `afterMs`, of a group that is none of `notOf`; null: none yet. */
  firstAfter(input) {
    const { url, afterMs, notOf } = Looking.parse(input)
    const instants = relayAt(url)
      .journal()
      .filter(({ groupId }) => !notOf.includes(groupId))
      .map(({ acceptedMachineAt }) => Date.parse(acceptedMachineAt ?? ''))
    return { atMs: instants.find((at) => at > afterMs) ?? null }
  },
  /** How many messages were taken, and for how many phones. */
  taken(input) {
    const all = relayAt(z.object({ url: z.string() }).parse(input).url).journal()
    return { messages: all.length, phones: new Set(all.map(({ to }) => to)).size }
  },
  async close(input) {
    const { url } = z.object({ url: z.string() }).parse(input)
    relayAt(url).stop()
    await relays.get(url)?.close()
    relays.delete(url)
  },
})
