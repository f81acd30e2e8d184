import { type Request, type Response, Router } from 'express'
import { z } from 'zod'
import type { Clock } from '../core/clock'
import { UserError } from '../core/errors'
import { type FieldError, type FormState, newForm, refusedForm } from '../http/form-errors'
import { optionalTextField, textField } from '../http/form-fields'
import { seeOther } from '../http/notice'
import { page } from '../http/page'
import { parseForm, parseParams } from '../http/parse-form'
import { currentMall, currentUser, requireRole } from '../http/session-user'
import type { FrequencyCap } from '../malls/frequency-cap'
import type { Mall, MallId } from '../malls/mall'
import { signIn } from './accounts-passport'
import type { AccountsService } from './accounts-service'
import { FREQUENCY_LABELS, FrequencyForm, frequencyTyped } from './frequency-form'
import { isConnected } from './mall-view'
import { settingsView } from './settings-view'
import { INVITED_ROLES, sessionUserOf } from './user'

/** What the settings page needs of other rooms. */
export interface SettingsParts {
  accounts: AccountsService
  mallOf(mallId: MallId): Promise<Mall | null>
  /** Asks the worker for a full pull as soon as it can; answers before that is done. */
  syncNow(mallId: MallId): Promise<void>
  /** Sets how often one phone is written to; null = as often as campaigns want. */
  setFrequency(mallId: MallId, frequency: FrequencyCap | null): Promise<void>
  /** Where the owner's consent begins anew; null where only the mall's own admin leads there. */
  reconsentHref?(mall: Mall): string | null
  /** Business time. */
  clock: Clock
}

const PersonForm = z.object({
  personName: textField(40),
  role: z.enum(INVITED_ROLES),
  personLoginId: textField(60),
  personPassword: z.string().min(1),
})
const LoginForm = z.object({
  loginId: textField(60),
  current: optionalTextField(200),
  password: z.string().min(1),
})
const PersonPath = z.object({ id: z.string().regex(/^[0-9a-f]{24}$/) })
const PERSON_FIELDS: Readonly<Record<string, string>> = {
  loginId: 'personLoginId',
  password: 'personPassword',
}

/** The settings page and its forms; mounted at '/settings' as `admin`. */
export function settingsRoutes(parts: SettingsParts): Router {
  const router = Router()
  router.get('/', (req, res) => show(parts, req, res, newForm()))
  router.post('/sync', requireRole('owner', 'marketer'), (req, res) => syncAgain(parts, req, res))
  router.post('/frequency', requireRole('owner', 'marketer'), (req, res) => limitFrequency(parts, req, res))
  router.post('/people', requireRole('owner'), (req, res) => invite(parts, req, res))
  router.post('/people/:id/remove', requireRole('owner'), async (req, res) => {
    const { id } = parseParams(req, PersonPath)
    await parts.accounts.removePerson(currentMall(req), id, currentUser(req).userId)
    seeOther(req, res, '/settings', { tone: 'ok', text: '내보냈어요. 이제 들어올 수 없어요.' })
  })
  router.post('/password', (req, res) => changeLogin(parts, req, res))
  return router
}

async function show(parts: SettingsParts, req: Request, res: Response, form: FormState): Promise<void> {
  const viewer = currentUser(req)
  const mall = await mallOf(parts, currentMall(req))
  const people = await parts.accounts.people(mall.id)
  const own = people.find(({ id }) => id === viewer.userId)
  const asked = req.query['remove']
  const removing = asked === undefined ? null : (people.find(({ id }) => id === asked) ?? null)
  if (asked !== undefined && (!removing || viewer.role !== 'owner')) throw unknownPage()
  const view = settingsView({
    mall,
    people,
    viewer,
    removing,
    reconsentHref: parts.reconsentHref?.(mall) ?? null,
    now: parts.clock.now(),
  })
  const typed = { loginId: own?.loginId ?? '', role: 'marketer', ...frequencyTyped(mall), ...form.typed }
  page(res, 'settings/settings', {
    nav: 'settings',
    title: '설정',
    ...view,
    form: { ...form, typed },
    fieldLabels,
  })
}

const fieldLabels = {
  personName: '추가할 사람 이름',
  role: '역할',
  personLoginId: '추가할 사람 아이디',
  personPassword: '처음 비밀번호',
  loginId: '내 아이디',
  current: '지금 비밀번호',
  password: '새 비밀번호',
  ...FREQUENCY_LABELS,
}

async function syncAgain(parts: SettingsParts, req: Request, res: Response): Promise<void> {
  const mall = await mallOf(parts, currentMall(req))
  if (!isConnected(mall))
    return seeOther(req, res, '/settings', {
      tone: 'bad',
      text: '쇼핑몰과 연결되어 있지 않아 동기화할 수 없어요.',
    })
  if (mall.sync.state === 'running')
    return seeOther(req, res, '/settings', { tone: 'info', text: '이미 동기화하고 있어요.' })
  await parts.syncNow(mall.id)
  seeOther(req, res, '/settings', { tone: 'ok', text: '동기화를 곧 시작해요.' })
}

async function limitFrequency(parts: SettingsParts, req: Request, res: Response): Promise<void> {
  const read = parseForm(req, FrequencyForm)
  if (!read.ok) return show(parts, req, res.status(422), read.form)
  await parts.setFrequency(currentMall(req), read.value)
  seeOther(req, res, '/settings', { tone: 'ok', text: '저장했어요. 다음 회차부터 적용돼요.' })
}

async function invite(parts: SettingsParts, req: Request, res: Response): Promise<void> {
  const read = parseForm(req, PersonForm)
  if (!read.ok) return show(parts, req, res.status(422), read.form)
  const { personName, role, personLoginId, personPassword } = read.value
  const added = await parts.accounts.addPerson(currentMall(req), {
    name: personName,
    role,
    loginId: personLoginId,
    password: personPassword,
  })
  if (!added.ok) return refuse(parts, req, res, added.errors.map(atPersonField))
  seeOther(req, res, '/settings', { tone: 'ok', text: '추가했어요. 아이디와 처음 비밀번호를 알려 주세요.' })
}

async function changeLogin(parts: SettingsParts, req: Request, res: Response): Promise<void> {
  const read = parseForm(req, LoginForm)
  if (!read.ok) return show(parts, req, res.status(422), read.form)
  const changed = await parts.accounts.setPassword(currentMall(req), currentUser(req).userId, read.value)
  if (!changed.ok) return refuse(parts, req, res, changed.errors)
  // Sessions with the old password are over, this one too: it begins anew.
  await signIn(req, sessionUserOf(changed.user))
  seeOther(req, res, '/settings', {
    tone: 'ok',
    text: '저장했어요. 다음부터 이 아이디로 로그인할 수 있어요.',
  })
}

function refuse(parts: SettingsParts, req: Request, res: Response, errors: FieldError[]): Promise<void> {
  return show(parts, req, res.status(422), refusedForm(req.body, errors))
}

function atPersonField({ field, text }: FieldError): FieldError {
  return { field: PERSON_FIELDS[field] ?? field, text }
}

async function mallOf(parts: SettingsParts, mallId: MallId): Promise<Mall> {
  const mall = await parts.mallOf(mallId)
  if (!mall) throw new UserError(410, 'mall-gone', '앱이 삭제된 쇼핑몰이에요. 다시 설치하면 쓸 수 있어요.')
  return mall
}

function unknownPage(): UserError {
  return new UserError(404, 'unknown-person', '찾는 사람이 없어요. 이미 내보냈을 수 있어요.')
}
