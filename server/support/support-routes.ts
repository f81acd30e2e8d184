import { type Request, type Response, Router } from 'express'
import { z } from 'zod'
import type { ShopFace } from '../campaigns/phone-view'
import type { Clock } from '../core/clock'
import { UserError } from '../core/errors'
import { maskName } from '../core/phone'
import { type FormState, newForm } from '../http/form-errors'
import { textField } from '../http/form-fields'
import { seeOther } from '../http/notice'
import { page } from '../http/page'
import { parseForm, parseParams } from '../http/parse-form'
import { currentMall, currentUser, requireRole } from '../http/session-user'
import { closeView } from './close-view'
import { personView, phoneText } from './person-view'
import type { PersonStory } from './story'
import type { AuditedAct, FoundPerson, SupportService } from './support-service'

/** What the pages of support need; `clock` is business time. */
export interface SupportRoutesParts {
  support: SupportService
  shopFace(mallId: string): Promise<ShopFace>
  clock: Clock
}

const PersonPath = z.object({ memberId: z.string().min(1).max(100) })
const SearchForm = z.object({ q: textField(100) })
const Reason = z
  .string()
  .trim()
  .min(5, { error: '무엇 때문인지 다섯 글자 이상 적어 주세요.' })
  .max(200, { error: '200자까지 적을 수 있어요.' })
const ReasonForm = z.object({ reason: Reason })
const CloseForm = z.object({ reason: Reason, batch: z.string().regex(/^[0-9a-f]{24}:\d{1,6}$/) })
const ACTS = ['unmask', 'opt-out', 'close-unknown'] as const
type Act = (typeof ACTS)[number]

/** Looking people up. Mount at `/support`, kind `admin`. */
export function supportRoutes(parts: SupportRoutesParts): Router {
  const router = Router()
  const mayAct = requireRole('owner', 'support', 'operator')

  router.get('/', (_req, res) => showSearch(res, { form: newForm(), found: null }))

  // What is typed may be a phone number, so it never stands in an address.
  router.post('/search', async (req, res) => {
    const read = parseForm(req, SearchForm)
    if (!read.ok) return showSearch(res.status(422), { form: read.form, found: null })
    const found = await parts.support.search(currentMall(req), read.value.q)
    const [only] = found
    if (only && found.length === 1) return seeOther(req, res, pathOf(only.memberId))
    showSearch(res, { form: newForm({ q: read.value.q }), found })
  })

  router.get('/people/:memberId', async (req, res) => {
    const story = await storyOf(parts, req)
    const act = ACTS.find((each) => each === req.query['act']) ?? null
    await showPerson(parts, { req, res, story, act, form: newForm() })
  })

  router.post('/people/:memberId/unmask', mayAct, async (req, res) => {
    const { memberId } = parseParams(req, PersonPath)
    const read = parseForm(req, ReasonForm)
    if (!read.ok) return refuse(parts, req, res, 'unmask', read.form)
    const story = await parts.support.unmask(currentMall(req), memberId, actOf(parts, req, read.value.reason))
    if (!story) throw notThere()
    await showPerson(parts, { req, res, story, act: null, form: newForm(), unmasked: true })
  })

  router.post('/people/:memberId/opt-out', mayAct, async (req, res) => {
    const { memberId } = parseParams(req, PersonPath)
    const read = parseForm(req, ReasonForm)
    if (!read.ok) return refuse(parts, req, res, 'opt-out', read.form)
    const done = await parts.support.optOut(currentMall(req), memberId, actOf(parts, req, read.value.reason))
    if (done === null) throw notThere()
    const notice =
      done === 'done'
        ? ({ tone: 'ok', text: '수신거부로 처리했어요. 이 번호에는 더 보내지 않아요.' } as const)
        : ({ tone: 'hold', text: '연락처가 없는 고객이라 수신거부할 번호가 없어요.' } as const)
    seeOther(req, res, pathOf(memberId), notice)
  })

  router.post('/people/:memberId/close-unknown', mayAct, async (req, res) => {
    const { memberId } = parseParams(req, PersonPath)
    const read = parseForm(req, CloseForm)
    if (!read.ok) return refuse(parts, req, res, 'close-unknown', read.form)
    const { reason, batch } = read.value
    const act = actOf(parts, req, reason)
    const closed = await parts.support.closeUnknown(currentMall(req), memberId, batch, act)
    if (closed === null) throw notThere()
    const text = `${closed.toLocaleString('ko-KR')}건을 결과를 알 수 없는 것으로 닫았어요. 다시 보내지 않아요.`
    seeOther(req, res, pathOf(memberId), { tone: 'ok', text })
  })

  return router
}

interface Shown {
  req: Request
  res: Response
  story: PersonStory
  act: Act | null
  form: FormState
  unmasked?: boolean
}

async function showPerson(parts: SupportRoutesParts, shown: Shown): Promise<void> {
  const { req, res, story, act, form, unmasked = false } = shown
  const mayAct = currentUser(req).role !== 'marketer'
  const shop = await parts.shopFace(currentMall(req))
  const view = personView(story, { unmasked, shop, mayAct })
  const closing = act === 'close-unknown' ? closeView(story, form.typed['batch'] ?? req.query['batch']) : null
  const isOpen = mayAct && (act !== 'opt-out' || view.canOptOut) && (act !== 'close-unknown' || closing)
  const open = isOpen ? act : null
  page(res, 'support/person', { nav: 'people', title: '고객', ...view, act: open, closing, form })
}

async function refuse(
  parts: SupportRoutesParts,
  req: Request,
  res: Response,
  act: Act,
  form: FormState,
): Promise<void> {
  const story = await storyOf(parts, req)
  await showPerson(parts, { req, res: res.status(422), story, act, form })
}

function showSearch(res: Response, { form, found }: { form: FormState; found: FoundPerson[] | null }): void {
  const lines = found?.map(({ memberId, name, phone }) => ({
    href: pathOf(memberId),
    memberId,
    name: maskName(name),
    phone: phoneText(phone, false),
  }))
  page(res, 'support/search', { nav: 'people', title: '고객 찾기', form, found: lines ?? null })
}

async function storyOf(parts: SupportRoutesParts, req: Request): Promise<PersonStory> {
  const { memberId } = parseParams(req, PersonPath)
  const story = await parts.support.story(currentMall(req), memberId, parts.clock.now())
  if (!story) throw notThere()
  return story
}

function actOf(parts: SupportRoutesParts, req: Request, reason: string): AuditedAct {
  const { userId, name } = currentUser(req)
  return { by: { userId, name }, reason, at: parts.clock.now() }
}

function pathOf(memberId: string): string {
  return `/support/people/${encodeURIComponent(memberId)}`
}

function notThere(): UserError {
  return new UserError(
    404,
    'member-not-found',
    '찾는 고객이 없어요. 연락처, 회원 ID, 주문 번호를 다시 확인해 주세요.',
  )
}
