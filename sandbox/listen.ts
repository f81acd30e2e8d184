import type { RequestListener, Server } from 'node:http'
import { createServer } from 'node:http'

/** One listening server on loopback. */
export interface Listener {
  url: string
  hostAndPort: string
  /** Ends it at once, with streams and stalled calls. */
  close(): Promise<void>
}

/** Listens on 127.0.0.1 at `port`, 0 for any free one; rejects when the port is taken. */
export async function listenOnLoopback(handler: RequestListener, port: number): Promise<Listener> {
  const server = createServer(handler)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const hostAndPort = `127.0.0.1:${portOf(server)}`
  return {
    url: `http://${hostAndPort}`,
    hostAndPort,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server does not listen on a port')
  return address.port
}
