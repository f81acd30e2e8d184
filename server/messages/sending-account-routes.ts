import { type Request, type Response, Router } from 'express'
import { UserError } from '../core/errors'
import { type FieldError, type FormState, newForm, refusedForm } from '../http/form-errors'
import { seeOther } from '../http/notice'
import { page } from '../http/page'
import { parseForm } from '../http/parse-form'
import { currentMall, requireRole } from '../http/session-user'
import type { RelayAccount } from './message-relay'
import { AccountForm } from './sending-account'
import type { SendingAccountService } from './sending-account-service'
import { accountView, PROBLEM_TEXTS } from './sending-account-view'

const PATH = '/settings/sending-account'

/** The page of the sending account; mounted at /settings/sending-account as `admin`. `practice` is the sandbox's own account. */
export function sendingAccountRoutes(parts: {
  accounts: SendingAccountService
  practice: RelayAccount | null
  /** Lets what a broken account held go on at once. */
  onMended?: (mallId: string) => Promise<unknown>
}): Router {
  const { accounts, practice } = parts
  const router = Router()

  async function show(req: Request, res: Response, form: FormState): Promise<void> {
    const account = await accounts.view(currentMall(req))
    page(res, 'sending-account/account', {
      nav: 'settings',
      title: '발송 계정',
      form,
      ...accountView(account, practice !== null),
    })
  }

  /** After the first account the checklist at home says what comes next. */
  async function nextPath(req: Request): Promise<string> {
    return (await accounts.view(currentMall(req))) === null ? '/' : PATH
  }

  router.get('/', (req, res) => show(req, res, newForm()))
  router.post('/practice', requireRole('owner', 'marketer'), async (req, res) => {
    if (!practice) throw new UserError(404, 'no-practice-account', '연습용 쇼핑몰에서만 쓸 수 있어요.')
    const next = await nextPath(req)
    const outcome = await accounts.save(currentMall(req), practice)
    const saved = outcome.state === 'saved'
    if (saved) await parts.onMended?.(currentMall(req))
    seeOther(req, res, saved ? next : PATH, {
      tone: saved ? 'ok' : 'bad',
      text: saved ? '연습용 발송 계정을 연결했어요.' : PROBLEM_TEXTS.unreachable.text,
    })
  })
  router.post('/check', requireRole('owner', 'marketer'), async (req, res) => {
    const account = await accounts.recheck(currentMall(req))
    const fine = account !== null && account.problems.length === 0
    if (fine) await parts.onMended?.(currentMall(req))
    seeOther(req, res, PATH, fine ? { tone: 'ok', text: '계정에 문제가 없어요.' } : undefined)
  })
  router.post('/', requireRole('owner', 'marketer'), async (req, res) => {
    const read = parseForm(req, AccountForm)
    if (!read.ok) return show(req, res.status(422), read.form)
    const next = await nextPath(req)
    const outcome = await accounts.save(currentMall(req), read.value)
    if (outcome.state === 'saved') {
      await parts.onMended?.(currentMall(req))
      return seeOther(req, res, next, { tone: 'ok', text: '발송 계정을 확인하고 저장했어요.' })
    }
    await show(req, res.status(422), refusedForm(req.body, errorsOf(outcome)))
  })
  return router
}

function errorsOf(
  outcome: { state: 'refused'; problems: (keyof typeof PROBLEM_TEXTS)[] } | { state: 'no-secret' },
): FieldError[] {
  if (outcome.state === 'no-secret') return [{ field: 'apiSecret', text: 'API Secret을 입력해 주세요.' }]
  return outcome.problems.map((problem) => PROBLEM_TEXTS[problem])
}
