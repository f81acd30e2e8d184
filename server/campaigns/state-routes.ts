import { type Request, type Response, Router } from 'express'
import { z } from 'zod'
import { type Notice, seeOther } from '../http/notice'
import { parseForm, parseParams } from '../http/parse-form'
import { currentMall, currentUser } from '../http/session-user'
import type { StartResult } from './campaign-parts'
import { type CampaignPageParts, CampaignPath, onlyManagers } from './page-parts'

const First = z.object({ first: z.enum(['today', 'tomorrow']).default('today') })

/** Start, resume, pause and stop; each answers with the editor and a notice. */
export function stateRoutes(parts: CampaignPageParts): Router {
  const router = Router()
  const { campaigns } = parts
  const begin = (act: 'start' | 'resume') => async (req: Request, res: Response) => {
    const { id } = parseParams(req, CampaignPath)
    const read = parseForm(req, First)
    const first = read.ok ? read.value.first : 'today'
    const result = await campaigns[act](currentMall(req), id, first, currentUser(req).userId)
    seeOther(req, res, `/campaigns/${id}`, startNotice(result))
  }
  const halt = (act: 'pause' | 'stop', text: string) => async (req: Request, res: Response) => {
    const { id } = parseParams(req, CampaignPath)
    await campaigns[act](currentMall(req), id)
    seeOther(req, res, `/campaigns/${id}`, { tone: 'ok', text })
  }
  router.post('/:id/start', onlyManagers, begin('start'))
  router.post('/:id/resume', onlyManagers, begin('resume'))
  router.post('/:id/pause', onlyManagers, halt('pause', '일시 정지했어요. 다시 시작할 때까지 보내지 않아요.'))
  router.post('/:id/stop', onlyManagers, halt('stop', '캠페인을 종료했어요.'))
  return router
}

function startNotice(result: StartResult): Notice {
  switch (result.state) {
    case 'done':
      return { tone: 'ok', text: '시작했어요. 이제부터 알아서 보내요.' }
    case 'not-ready':
      return { tone: 'bad', text: result.text }
    case 'refused':
      return {
        tone: 'bad',
        text: `아직 시작하지 않았어요. ${result.problems.map(({ text }) => text).join(' ')}`,
      }
  }
}
