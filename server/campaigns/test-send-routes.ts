import { type Request, type Response, Router } from 'express'
import { z } from 'zod'
import { parseMobile } from '../core/phone'
import { type FormState, newForm, refusedForm } from '../http/form-errors'
import { textField } from '../http/form-fields'
import { seeOther } from '../http/notice'
import { page } from '../http/page'
import { parseForm, parseParams } from '../http/parse-form'
import { currentMall, currentUser } from '../http/session-user'
import { type CampaignPageParts, CampaignPath, onlyManagers } from './page-parts'
import { testSendView } from './test-send-view'

const TestSend = z.object({
  phone: z
    .string()
    .default('')
    .transform((typed, context) => {
      const phone = parseMobile(typed)
      if (phone) return phone
      context.addIssue({ code: 'custom', message: '휴대전화 번호를 010-0000-0000처럼 입력해 주세요.' })
      return z.NEVER
    }),
  memberId: textField(100),
})

/** The test send: one phone, the variables of a chosen member. */
export function testSendRoutes(parts: CampaignPageParts): Router {
  const router = Router()
  router.get('/:id/test', onlyManagers, (req, res) => show(parts, req, res, newForm()))
  router.post('/:id/test', onlyManagers, async (req, res) => {
    const { id } = parseParams(req, CampaignPath)
    const mallId = currentMall(req)
    await parts.campaigns.find(mallId, id)
    const read = parseForm(req, TestSend)
    if (!read.ok) return show(parts, req, res, read.form)
    const { memberId, phone } = read.value
    const result = await parts.sendTest(mallId, id, memberId, phone, currentUser(req).userId)
    if (result.state === 'refused')
      return show(parts, req, res, refusedForm(req.body, [{ field: '', text: result.text }]))
    const text = '테스트 메시지를 보냈어요. 1분 안에 도착하지 않으면 채널 친구인 번호인지 확인해 주세요.'
    seeOther(req, res, `/campaigns/${id}`, { tone: 'ok', text })
  })
  return router
}

async function show(parts: CampaignPageParts, req: Request, res: Response, form: FormState): Promise<void> {
  const { id } = parseParams(req, CampaignPath)
  const mallId = currentMall(req)
  const { campaign, revision } = await parts.campaigns.find(mallId, id)
  const subject = { mallId, campaignId: id, spec: revision.spec }
  const [preview, shop, readiness] = await Promise.all([
    parts.previews.preview(subject),
    parts.shopFace(mallId),
    parts.campaigns.readiness(mallId),
  ])
  const view = testSendView({
    ...{ campaign, preview, shop, readiness },
    spec: revision.spec,
    link: parts.linkExample,
  })
  if (form.errors.length > 0) res.status(422)
  page(res, 'campaigns/test', { title: '테스트 발송', nav: 'campaigns', form, ...view })
}
