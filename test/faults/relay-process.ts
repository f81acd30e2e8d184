import { createServer } from 'node:http'
import express from 'express'
import { z } from 'zod'
import { createSandboxClock } from '../../sandbox/clock'
import { clockRoutes } from '../../sandbox/control/clock-routes'
import { BehaviourForm } from '../../sandbox/relay/fake-routes'
import { createPlayRelay } from '../../sandbox/relay/play-relay'
import type { PlayRelay } from '../../sandbox/relay/relay-port'
import { RELAY_ACCOUNT } from './relay-room'

const Opening = z.object({
  start: z.iso.datetime({ offset: true }),
  speed: z.number(),
  behaviour: BehaviourForm,
})

/**
 * The play relays of all seeds as one process of their own: each room is a relay with its clock and its journal, below
 * `/rooms/{number}`. Says `{"url":…}` when it listens, and ends with the process that began it.
 */
function main(): void {
  const rooms = new Map<string, { relay: PlayRelay; app: express.Express }>()
  let opened = 0
  const app = express()
  app.post('/rooms', express.json(), (req, res) => {
    const { start, speed, behaviour } = Opening.parse(req.body)
    const clock = createSandboxClock(new Date(start), speed)
    const given = Object.fromEntries(Object.entries(behaviour).filter(([, value]) => value !== undefined))
    const relay = createPlayRelay({ clock, account: RELAY_ACCOUNT, behaviour: given })
    const room = express()
    room.use(clockRoutes(clock))
    room.use(relay.app)
    opened += 1
    rooms.set(String(opened), { relay, app: room })
    res.json({ path: `/rooms/${opened}` })
  })
  app.delete('/rooms/:room', (req, res) => {
    rooms.get(req.params.room)?.relay.stop()
    rooms.delete(req.params.room)
    res.json({})
  })
  app.use('/rooms/:room', (req, res, next) => {
    const room = rooms.get(req.params.room)
    if (room) room.app(req, res, next)
    else res.status(404).json({ errorCode: 'RoomClosed', errorMessage: 'this seed is over' })
  })
  const server = createServer(app)
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`)
  })
  process.once('disconnect', () => process.exit(0))
}

main()
