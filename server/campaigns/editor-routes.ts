import { type Request, type Response, Router } from 'express'
import { z } from 'zod'
import { kstDay } from '../core/seoul'
import type { FormState } from '../http/form-errors'
import { refusedForm, typedOf } from '../http/form-errors'
import { seeOther } from '../http/notice'
import { page } from '../http/page'
import { parseForm, parseParams } from '../http/parse-form'
import { currentMall, currentUser } from '../http/session-user'
import type { CampaignSpec } from './campaign'
import { campaignForm, formOf } from './campaign-form'
import type { CurrentCampaign } from './campaign-parts'
import { haltView, startView } from './confirm-view'
import * as fields from './editor-fields'
import { editorView } from './editor-view'
import { type CampaignPageParts, CampaignPath, onlyManagers } from './page-parts'
import { readLook } from './phone-view'
import { sameSpec } from './save-revision'

const Asked = z.object({
  next: z.enum(['save', 'test', 'start', 'preview']).catch('save'),
  see: z.string().optional().catch(undefined),
})
const Query = z.object({
  confirm: z.enum(['start', 'pause', 'stop']).optional().catch(undefined),
  see: z.string().optional().catch(undefined),
})

/** The editor: shown, looked at again with what was typed, saved. */
export function editorRoutes(parts: CampaignPageParts): Router {
  const router = Router()
  router.get('/:id', async (req, res) => {
    const current = await find(parts, req)
    const { spec } = current.revision
    const draft = current.campaign.state === 'draft'
    const form = formOf(spec, { today: kstDay(parts.clock.now()), draft })
    await show(parts, req, res, { current, spec, form, ...Query.parse(req.query) })
  })
  router.post('/:id', onlyManagers, async (req, res) => {
    const current = await find(parts, req)
    const { id, mallId } = current.campaign
    const asked = Asked.parse(req.body ?? {})
    const read = parseForm(req, campaignForm(current.revision.spec))
    if (!read.ok) {
      res.status(422)
      return show(parts, req, res, { current, spec: current.revision.spec, form: read.form })
    }
    if (asked.see !== undefined || asked.next === 'preview') {
      const form = { typed: typedOf(req.body), errors: [] }
      return show(parts, req, res, { current, spec: read.value, form, see: asked.see })
    }
    const saved = await parts.campaigns.save(mallId, id, read.value, currentUser(req).userId)
    if (saved.state === 'refused') {
      res.status(422)
      return show(parts, req, res, { current, spec: read.value, form: refusedForm(req.body, saved.problems) })
    }
    answerSaved(req, res, current, asked.next)
  })
  return router
}

function answerSaved(
  req: Request,
  res: Response,
  { campaign }: CurrentCampaign,
  next: 'save' | 'test' | 'start' | 'preview',
): void {
  const base = `/campaigns/${campaign.id}`
  const saved = campaign.state === 'running' ? '저장했어요. 다음 회차부터 적용돼요.' : '저장했어요.'
  if (next === 'start') seeOther(req, res, `${base}?confirm=start#confirm`)
  else if (next === 'test') seeOther(req, res, `${base}/test`)
  else seeOther(req, res, base, { tone: 'ok', text: saved })
}

async function find(parts: CampaignPageParts, req: Request): Promise<CurrentCampaign> {
  const { id } = parseParams(req, CampaignPath)
  return parts.campaigns.find(currentMall(req), id)
}

interface Shown {
  current: CurrentCampaign
  spec: CampaignSpec
  form: FormState
  see?: string | undefined
  confirm?: 'start' | 'pause' | 'stop' | undefined
}

async function show(parts: CampaignPageParts, req: Request, res: Response, shown: Shown): Promise<void> {
  const { current, spec, form } = shown
  const { id, mallId, state } = current.campaign
  const now = parts.clock.now()
  const [preview, shop] = await Promise.all([
    parts.previews.preview({ mallId, campaignId: id, spec }),
    parts.shopFace(mallId),
  ])
  const role = currentUser(req).role
  const canManage = role === 'owner' || role === 'marketer'
  const view = editorView({
    current,
    spec,
    form,
    preview,
    shop,
    link: parts.linkExample,
    now,
    canManage,
    look: readLook(shown.see, preview.samples.length),
    unsaved: !sameSpec(spec, current.revision.spec),
    ...(canManage && state !== 'ended'
      ? await questions(parts, shown, preview)
      : { start: null, confirm: null }),
  })
  const labels = fields.fieldLabels()
  page(res, 'campaigns/edit', {
    title: current.campaign.name,
    nav: 'campaigns',
    view,
    form,
    fields: { ...fields, CONDITION_ROWS: fields.conditionRowFields() },
    fieldLabels: labels,
  })
}

/** The question that the address asks for, if the campaign's state has it. */
async function questions(
  parts: CampaignPageParts,
  { current, confirm }: Shown,
  preview: Parameters<typeof startView>[1]['preview'],
) {
  const { id, mallId, state } = current.campaign
  const base = `/campaigns/${id}`
  const now = parts.clock.now()
  if (confirm === 'start' && (state === 'draft' || state === 'paused')) {
    const readiness = await parts.campaigns.readiness(mallId)
    return { start: startView(current, { preview, readiness, now, base }), confirm: null }
  }
  if (confirm === 'stop' || (confirm === 'pause' && state === 'running')) {
    return { start: null, confirm: haltView(confirm, await parts.campaigns.pending(mallId, id), base) }
  }
  return { start: null, confirm: null }
}
