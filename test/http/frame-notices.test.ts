import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Router } from 'express'
import session, { type SessionData } from 'express-session'
import { seeOther } from '../../server/http/notice'
import { frameApp } from './frame-app'

const STORE_MS = 100

/** Sessions in memory that are as slow to write as a database on a busy machine. */
class SlowStore extends session.MemoryStore {
  kept: SessionData[] = []
  override set(id: string, data: SessionData, done?: (cause?: unknown) => void): void {
    setTimeout(() => {
      this.kept.push(data)
      super.set(id, data, done)
    }, STORE_MS)
  }
}

it('a notice is stored before the browser learns where to go', async () => {
  const sessionStore = new SlowStore()
  const router = Router()
  router.get('/', (req, res) => seeOther(req, res, '/plan', { tone: 'ok', text: '저장했어요.' }))
  const app = frameApp([{ path: '/save', router, kind: 'public' }], { sessionStore })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  const answer = await fetch(`http://127.0.0.1:${port}/save`, { redirect: 'manual' })
  const notices = sessionStore.kept.map((data) => data.notices)
  await answer.text()
  server.close()

  expect(answer.status).toBe(303)
  expect(notices).toEqual([[{ tone: 'ok', text: '저장했어요.' }]])
})
