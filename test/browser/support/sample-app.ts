import type { Server } from 'node:http'
import path from 'node:path'
import { Router } from 'express'
import { newForm } from '../../../server/http/form-errors'
import { page } from '../../../server/http/page'
import { frameApp } from '../../http/frame-app'
import { campaignSample, restSample, runSample } from './samples'

const view = (name: string) => path.join(__dirname, 'views', `${name}.ejs`)

/** The frame with every partial on four pages, on a free port of this machine; give the server back by closing it. */
export async function startSampleApp(): Promise<{ server: Server; origin: string }> {
  const router = Router()
  router.get('/campaign', (_req, res) =>
    page(res, view('campaign'), { title: '캠페인', nav: 'campaigns', ...campaignSample }),
  )
  router.get('/run', (_req, res) => page(res, view('run'), { title: '회차', nav: 'reports', ...runSample }))
  router.get('/rest', (_req, res) =>
    page(res, view('rest'), { title: '설정', nav: 'settings', ...restSample }),
  )
  const login = Router()
  login.get('/', (_req, res) =>
    page(res, view('login'), {
      title: '로그인',
      layout: 'bare',
      form: newForm({ email: 'owner@example.com' }),
    }),
  )
  const app = frameApp([
    { path: '/sample', router, kind: 'admin' },
    { path: '/login', router: login, kind: 'public' },
  ])
  const server = app.listen(0, '127.0.0.1')
  await new Promise((ready) => server.once('listening', ready))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port')
  return { server, origin: `http://127.0.0.1:${address.port}` }
}
