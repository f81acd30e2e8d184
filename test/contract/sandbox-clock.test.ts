import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { createSandboxClock, type SandboxClock } from '../../sandbox/clock'
import { clockRoutes } from '../../sandbox/control/clock-routes'
import { type ClockFollower, followSandboxClock } from '../../server/adapters/clock/sandbox-clock'
import { createBusinessClock, type MovableClock } from '../../server/core/clock'

const START = new Date('2026-11-22T10:00:00+09:00')
const NEXT_DAY = new Date('2026-11-23T10:00:00+09:00')

let sandbox: SandboxClock
let server: Server
let clock: MovableClock
let follower: ClockFollower | null
beforeEach(() => {
  sandbox = createSandboxClock(START, 0)
  clock = createBusinessClock()
})
afterEach(async () => {
  follower?.stop()
  await close()
})

async function open(app: express.Express, port = 0): Promise<number> {
  server = createServer(app)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

function close(): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}

const wholeSandbox = () => express().use(clockRoutes(sandbox))

function follow(port: number): Promise<void> {
  follower = followSandboxClock({ url: `http://127.0.0.1:${port}`, clock })
  return follower.ready
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}

describe('the clock that follows the sandbox', () => {
  it('shows its time once it is ready, and every change of time and speed', async () => {
    await follow(await open(wholeSandbox()))
    const first = clock.now()
    sandbox.set({ now: NEXT_DAY, speed: 600 })

    await until(() => clock.speed() === 600)

    expect(first).toEqual(START)
    expect(clock.now() >= NEXT_DAY).toBe(true)
  })

  it('asks for the time where there is no stream', async () => {
    const app = express()
    app.get('/clock.json', (_req, res) => void res.json(sandbox.state()))
    await follow(await open(app))
    sandbox.set({ now: NEXT_DAY })

    await until(() => clock.now() >= NEXT_DAY)

    expect(clock.now()).toEqual(NEXT_DAY)
  })

  it('finds the sandbox again after it was away', async () => {
    const port = await open(wholeSandbox())
    await follow(port)
    await close()
    sandbox.set({ now: NEXT_DAY })
    await open(wholeSandbox(), port)

    await until(() => clock.now() >= NEXT_DAY)

    expect(clock.now()).toEqual(NEXT_DAY)
  })

  it('ignores what is no clock', async () => {
    const app = express()
    let asked = 0
    app.get('/clock.json', (_req, res) => {
      asked += 1
      res.json(asked < 3 ? { now: 'noon' } : sandbox.state())
    })

    await follow(await open(app))

    expect(clock.now()).toEqual(START)
  })
})
