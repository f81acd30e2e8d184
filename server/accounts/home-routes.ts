import { Router } from 'express'
import type { Clock } from '../core/clock'
import { page } from '../http/page'
import { currentMall, currentUser } from '../http/session-user'
import type { HomeFacts } from './home'
import { hasToday, homeView } from './home-view'

/** The home page; mounted at '/' as `admin`. */
export function homeRoutes(parts: { facts: HomeFacts; clock: Clock }): Router {
  const router = Router()
  router.get('/', async (req, res) => {
    const mallId = currentMall(req)
    const ready = await parts.facts.readiness(mallId)
    const today = hasToday(ready) ? await parts.facts.today(mallId) : null
    const canManage = currentUser(req).role !== 'support'
    const view = homeView({ ready, today, now: parts.clock.now(), canManage })
    page(res, 'home/home', { nav: 'home', title: '홈', ...view })
  })
  return router
}
