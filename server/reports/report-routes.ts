import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Request, Router } from 'express'
import { z } from 'zod'
import { isKstDay } from '../core/seoul'
import { page } from '../http/page'
import { readCursor, toListPage } from '../http/paging'
import { parseParams } from '../http/parse-form'
import { currentMall } from '../http/session-user'
import { campaignReportView, reportListView } from './list-view'
import { PEOPLE_STATES, type PeopleQuery } from './people'
import { csvRow, peopleCsv } from './people-csv'
import type { PeoplePlace, PeopleService } from './people-service'
import { peopleView } from './people-view'
import { allRemedies } from './remedies'
import type { RunPlace } from './report-service'
import { notThere, type RunRoutesParts, runOf, runRoutes } from './run-routes'

/** What the pages of reports need. */
export interface ReportRoutesParts extends RunRoutesParts {
  people: PeopleService
}

const CampaignPath = z.object({ campaignId: z.string().regex(/^[\w-]{1,64}$/) })
const Query = z.object({
  state: z.enum(PEOPLE_STATES).catch('population'),
  reason: z
    .string()
    .regex(/^[a-z-]{1,40}$/)
    .nullable()
    .catch(null),
})
const RUNS_A_PAGE = 20
const PEOPLE_A_PAGE = 50

/** Reports of runs and campaigns. Mount at `/reports`, kind `admin`. */
export function reportRoutes(parts: ReportRoutesParts): Router {
  const router = Router()

  router.get('/', async (req, res) => {
    const cursor = readCursor(req)
    const before = placeOf(cursor.side === 'after' ? cursor.key : [])
    const found = await parts.reports.recent(currentMall(req), {
      limit: RUNS_A_PAGE + 1,
      now: parts.clock.now(),
      ...(before ? { before } : {}),
    })
    const { rows, ...pager } = toListPage(req, found, {
      size: RUNS_A_PAGE,
      cursor: { side: 'top' },
      keyOf: ({ run }) => [run.day, run.id],
    })
    page(res, 'reports/list', { nav: 'reports', title: '발송 리포트', ...reportListView(rows), pager })
  })

  router.get('/remedies', (_req, res) => {
    page(res, 'reports/remedies', { nav: 'reports', title: '할 일 안내', remedies: allRemedies() })
  })

  router.get('/campaigns/:campaignId', async (req, res) => {
    const { campaignId } = parseParams(req, CampaignPath)
    const report = await parts.reports.ofCampaign(currentMall(req), campaignId, parts.clock.now())
    if (!report) throw notThere()
    const cursor = readCursor(req)
    const before = placeOf(cursor.side === 'after' ? cursor.key : [])
    const rest = before ? report.lines.filter(({ run }) => isBehind(run, before)) : report.lines
    const { rows, ...pager } = toListPage(req, rest.slice(0, RUNS_A_PAGE + 1), {
      size: RUNS_A_PAGE,
      cursor: { side: 'top' },
      keyOf: ({ run }) => [run.day, run.id],
    })
    const view = campaignReportView(report, rows)
    page(res, 'reports/campaign', { nav: 'reports', title: view.head.title, ...view, pager })
  })

  router.use(runRoutes(parts))

  router.get('/runs/:runId/figures.json', async (req, res) => {
    const { run, figures, countedAt } = await runOf(parts, req)
    const { id, day, state, campaignId } = run
    res.json({ run: { id, day, state, campaignId }, figures, countedAt })
  })

  router.get('/runs/:runId/people', async (req, res) => {
    const report = await runOf(parts, req)
    const query = Query.parse({ reason: null, ...req.query })
    const place = peoplePlaceOf(req)
    const { people, next } = await parts.people.page(currentMall(req), report.run.id, query, {
      limit: PEOPLE_A_PAGE,
      ...(place ? { place } : {}),
    })
    const view = peopleView(report, query, people)
    const pager = { previousHref: null, nextHref: next ? nextHref(req, next) : null }
    page(res, 'reports/people', { nav: 'reports', title: view.head.title, ...view, pager })
  })

  router.get('/runs/:runId/people.csv', async (req, res) => {
    const { run } = await runOf(parts, req)
    const query = Query.parse({ reason: null, ...req.query })
    res.set('Content-Disposition', `attachment; filename="${fileName(run.day, query)}"`)
    res.type('text/csv; charset=utf-8')
    const rows = parts.people.stream(currentMall(req), run.id, query)
    await pipeline(Readable.from(mapRows(rows)), peopleCsv(), res)
  })

  return router
}

async function* mapRows(people: ReturnType<PeopleService['stream']>): AsyncIterable<string[]> {
  for await (const person of people) yield csvRow(person)
}

function fileName(day: string, { state, reason }: PeopleQuery): string {
  return `baguni-${day}-${state}${reason ? `-${reason}` : ''}.csv`
}

function placeOf([day, id]: readonly (string | number)[]): RunPlace | null {
  return typeof day === 'string' && isKstDay(day) && typeof id === 'string' ? { day, id } : null
}

function isBehind(run: { day: string; id: string }, place: RunPlace): boolean {
  return run.day < place.day || (run.day === place.day && run.id < place.id)
}

function peoplePlaceOf(req: Request): PeoplePlace | null {
  const cursor = readCursor(req)
  if (cursor.side !== 'after') return null
  const [source, at] = cursor.key
  if (typeof source !== 'number' || !Number.isInteger(source) || source < 0) return null
  if (typeof at === 'number' && !(Number.isInteger(at) && at >= 0)) return null
  return { source, at: at === undefined || at === '' ? null : at }
}

/** The link to the next page of people: the same figure, behind `place`. */
function nextHref(req: Request, place: PeoplePlace): string {
  const key = [place.source, place.at ?? '']
  return toListPage(req, [key, key], { size: 1, cursor: { side: 'top' }, keyOf: (row) => row }).nextHref ?? ''
}
