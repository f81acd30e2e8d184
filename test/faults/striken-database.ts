import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { RunningDatabase } from '../../config/embedded-database'
import { readServerState } from '../../config/embedded-database-files'
import { wait } from '../../scripts/story/sandbox-control'
import { startDatabase } from './world'

/** A database server that can be stopped, slowed, cut off and killed; its address stays the same all the while. */
export interface StrikenDatabase extends Pick<RunningDatabase, 'uri' | 'stop'> {
  /** SIGSTOP for so long. */
  pause(ms: number): Promise<void>
  /** Every piece of talk waits `delayMs` in each direction, for `ms`. */
  slow(ms: number, delayMs: number): Promise<void>
  /** Breaks every connection; new ones are refused for `ms`. */
  cut(ms: number): Promise<void>
  /** kill -9, and after `downMs` a start on the same folder. */
  restart(downMs: number): Promise<void>
}

/** Starts a durable server in `dataDir` behind a door of our own, which keeps its port. */
export async function startStrikenDatabase(
  dataDir: string,
  say: (line: string) => void,
): Promise<StrikenDatabase> {
  const quiet = () => undefined
  let running = await startDatabase(dataDir, say)
  const door = await openDoor(() => portOf(running))
  const pid = () => readServerState(dataDir)?.pid ?? 0
  return {
    uri: (name) => running.uri(name).replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${door.port}`),
    async pause(ms) {
      process.kill(pid(), 'SIGSTOP')
      await wait(ms)
      process.kill(pid(), 'SIGCONT')
    },
    async slow(ms, delayMs) {
      door.set({ delayMs })
      await wait(ms)
      door.set({ delayMs: 0 })
    },
    async cut(ms) {
      door.set({ shut: true })
      await wait(ms)
      door.set({ shut: false })
    },
    async restart(downMs) {
      process.kill(pid(), 'SIGKILL')
      await wait(downMs)
      await running.stop()
      running = await startDatabase(dataDir, quiet)
    },
    async stop() {
      door.close()
      await running.stop()
    },
  }
}

function portOf(running: RunningDatabase): number {
  return Number(/127\.0\.0\.1:(\d+)/.exec(running.uri('any'))?.[1] ?? 0)
}

interface DoorState {
  delayMs: number
  shut: boolean
}

async function openDoor(target: () => number) {
  const state: DoorState = { delayMs: 0, shut: false }
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    if (state.shut) return client.destroy()
    const upstream = connect(target(), '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      const other = socket === client ? upstream : client
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
      let tail = Promise.resolve()
      socket.on('data', (bytes) => {
        const delayMs = state.delayMs
        tail = tail.then(() => (delayMs > 0 ? wait(delayMs) : undefined)).then(() => void other.write(bytes))
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    set(change: Partial<DoorState>) {
      Object.assign(state, change)
      if (state.shut) for (const socket of sockets) socket.destroy()
    },
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
