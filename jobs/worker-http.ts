import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Config } from '../config/config'
import type { Container } from '../server/container'
import { isBearer } from '../server/core/crypto'

type Watched = Pick<Container, 'health' | 'metrics' | 'logger'>

/** Opens the worker's port on loopback for /healthz, /readyz and /metrics, where one is configured; gives what closes it. */
export async function openWorkerHttp(config: Config, container: Watched): Promise<() => Promise<void>> {
  const { httpPort } = config.worker
  if (httpPort === null) return async () => undefined
  const server = createServer((req, res) => {
    answer(config, container, req, res).catch((cause: unknown) => {
      container.logger.warn({ err: cause }, 'a question at the worker port failed')
      res.writeHead(500).end()
    })
  })
  await once(server.listen(httpPort, '127.0.0.1'), 'listening')
  return async () => {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
}

async function answer(
  config: Config,
  { health, metrics }: Watched,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const path = req.method === 'GET' ? (req.url ?? '').split('?', 1)[0] : ''
  const json = (status: number, body: object) =>
    res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
  if (path === '/healthz') json(200, health.live())
  else if (path === '/readyz') {
    const ready = await health.ready()
    json(ready ? 200 : 503, { ready })
  } else if (path === '/metrics') {
    const { metricsToken } = config
    if (metricsToken !== null && !isBearer(req.headers.authorization, metricsToken))
      res.writeHead(401, { 'WWW-Authenticate': 'Bearer' }).end()
    else res.writeHead(200, { 'Content-Type': metrics.contentType }).end(await metrics.text())
  } else res.writeHead(404).end()
}
