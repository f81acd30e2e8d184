import { type Request, type Response, Router } from 'express'
import { z } from 'zod'
import { type FormState, newForm } from '../http/form-errors'
import { seeOther } from '../http/notice'
import { page } from '../http/page'
import { parseForm } from '../http/parse-form'
import { currentMall, currentUser, requireRole } from '../http/session-user'
import type { AlertService } from './alert-service'

const PATH = '/settings/alerts'

/** An empty box: nobody is told by mail. */
const AddressForm = z.object({
  email: z
    .string()
    .trim()
    .max(200, '이메일은 200자까지 넣을 수 있어요.')
    .pipe(
      z.union(
        [z.literal('').transform(() => null), z.email()],
        '이메일 주소를 확인해 주세요. 예: owner@example.com',
      ),
    ),
})

/** Where the owner is told that sending stands still; mounted at /settings/alerts as `admin`. */
export function alertRoutes(parts: {
  alerts: Pick<AlertService, 'address' | 'setAddress' | 'canMail'>
}): Router {
  const { alerts } = parts
  const router = Router()

  async function show(req: Request, res: Response, form: FormState): Promise<void> {
    const address = await alerts.address(currentMall(req))
    const canChange = currentUser(req).role !== 'support'
    page(res, 'settings/alerts', {
      nav: 'settings',
      title: '멈춤 알림',
      head: {
        crumbs: [{ label: '설정', href: '/settings' }],
        title: '멈춤 알림',
        chip: address === null ? { tone: 'quiet', text: '받지 않음' } : { tone: 'ok', text: '받는 중' },
        lead: '발송이 멈추면 까닭과 고칠 곳을 이메일로 한 번 알려요. 홈에서는 언제나 볼 수 있어요.',
      },
      canMail: alerts.canMail,
      canChange,
      masked: address === null ? null : maskEmail(address),
      form: { ...form, typed: { email: address ?? '', ...form.typed } },
    })
  }

  router.get('/', (req, res) => show(req, res, newForm()))
  router.post('/', requireRole('owner', 'marketer'), async (req, res) => {
    const read = parseForm(req, AddressForm)
    if (!read.ok) return show(req, res.status(422), read.form)
    const { email } = read.value
    await alerts.setAddress(currentMall(req), email)
    const text =
      email === null ? '이제 이메일로 알리지 않아요.' : '저장했어요. 발송이 멈추면 이 주소로 알려요.'
    seeOther(req, res, PATH, { tone: 'ok', text })
  })
  return router
}

/** An address as people see it who may not change it: its first letter and its domain. */
export function maskEmail(email: string): string {
  const [name = '', domain = ''] = email.split('@')
  return `${name.slice(0, 1)}${'•'.repeat(Math.max(3, name.length - 1))}@${domain}`
}
