import { type Request, type Response, Router } from 'express'
import { z } from 'zod'
import type { CampaignService } from '../campaigns/campaign-service'
import { haltView } from '../campaigns/confirm-view'
import type { Clock } from '../core/clock'
import { UserError } from '../core/errors'
import { seeOther } from '../http/notice'
import { page } from '../http/page'
import { parseParams } from '../http/parse-form'
import { currentMall, currentUser, requireRole } from '../http/session-user'
import type { ProgressService } from '../sends/progress-service'
import type { ReportService, RunReport } from './report-service'
import { runProgressView } from './run-progress-view'
import { runView } from './run-view'

/** What the page of one run needs; `clock` is business time. */
export interface RunRoutesParts {
  reports: ReportService
  sending: Pick<ProgressService, 'pendingSends' | 'goOn'>
  campaigns: Pick<CampaignService, 'pause' | 'stop'>
  clock: Clock
}

const RunPath = z.object({ runId: z.string().regex(/^[0-9a-f]{24}$/) })
const Confirm = z.enum(['pause', 'stop']).nullable().catch(null)
const MANAGERS = ['owner', 'marketer'] as const
const onlyManagers = requireRole(...MANAGERS)

/** The page of one run with its buttons; paths below the mount of reports. */
export function runRoutes(parts: RunRoutesParts): Router {
  const router = Router()

  router.get('/runs/:runId', async (req, res) => {
    const report = await runOf(parts, req)
    const now = parts.clock.now()
    const way = await parts.reports.wayOf(report.run, now)
    const mayManage = MANAGERS.some((role) => role === currentUser(req).role)
    const view = runView(report, way)
    const going = runProgressView(report, way, { mayManage, now })
    const confirm = mayManage && going ? await confirmOf(parts, req, report) : null
    page(res, 'reports/run', {
      nav: 'reports',
      title: `${view.head.title} · ${report.campaign.name}`,
      ...view,
      going,
      confirm,
      // A page that asks for itself again would throw the question away.
      ...(going && !confirm ? { refreshSeconds: going.refreshSeconds } : {}),
    })
  })

  const halt = (act: 'pause' | 'stop', text: string) => async (req: Request, res: Response) => {
    const { run } = await runOf(parts, req)
    await parts.campaigns[act](currentMall(req), run.campaignId)
    seeOther(req, res, `/reports/runs/${run.id}`, { tone: 'ok', text })
  }
  router.post('/runs/:runId/pause', onlyManagers, halt('pause', '일시 정지했어요. 몇 초 안에 멈춰요.'))
  router.post(
    '/runs/:runId/stop',
    onlyManagers,
    halt('stop', '캠페인을 종료했어요. 나가지 않은 발송을 몇 초 안에 취소해요.'),
  )

  router.post('/runs/:runId/go-on', onlyManagers, async (req, res) => {
    const { run } = await runOf(parts, req)
    const done = await parts.sending.goOn(currentMall(req), run.id)
    const notice = done
      ? ({ tone: 'ok', text: '남은 발송을 다시 시작했어요. 실패가 또 늘면 다시 멈춰요.' } as const)
      : ({ tone: 'info', text: '이미 다시 보내고 있거나 끝난 회차예요.' } as const)
    seeOther(req, res, `/reports/runs/${run.id}`, notice)
  })

  return router
}

/** The report of the run that the path names; throws UserError 404 where the mall has none. */
export async function runOf(
  parts: Pick<RunRoutesParts, 'reports' | 'clock'>,
  req: Request,
): Promise<RunReport> {
  const { runId } = parseParams(req, RunPath)
  const report = await parts.reports.ofRun(currentMall(req), runId, parts.clock.now())
  if (!report) throw notThere()
  return report
}

/** What is said when the mall has no such report. */
export function notThere(): UserError {
  return new UserError(
    404,
    'report-not-found',
    '찾는 리포트가 없어요. 발송 리포트 목록에서 다시 골라 주세요.',
  )
}

async function confirmOf(parts: RunRoutesParts, req: Request, { run, campaign }: RunReport) {
  const act = Confirm.parse(req.query['confirm'] ?? null)
  if (act === null || campaign.state === 'ended' || (act === 'pause' && campaign.state !== 'running'))
    return null
  const pending = await parts.sending.pendingSends(currentMall(req), campaign.id)
  return haltView(act, pending, `/reports/runs/${run.id}`)
}
