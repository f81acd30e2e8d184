import { formatDay, type KstDay, kstDay } from '../core/seoul'
import type { FormState } from '../http/form-errors'
import type { ActionView, ChipView, ConfirmView, DayView, PhoneView } from '../http/page-parts'
import type { SentencePart } from '../segments/condition-kind'
import { segmentSentence } from '../segments/segment-sentence'
import type { CampaignSpec } from './campaign'
import type { CurrentCampaign } from './campaign-parts'
import type { StartView } from './confirm-view'
import { daysView } from './days-view'
import { isFolded } from './editor-fields'
import { type Look, type LookChoice, lookChoices, phoneView, type ShopFace } from './phone-view'
import type { Preview } from './preview-service'
import { type PreviewView, previewView } from './preview-view'
import { restDays } from './schedule-rules'
import { nextText, stateChip } from './state-view'
import { type TextPhoneView, textPhoneView } from './text-phone-view'

/** A button of the head that posts the form; `next` says what follows the saving. */
export interface FormButton {
  label: string
  next: 'save' | 'test' | 'start'
  kind: 'strong' | 'plain'
}

/** Links to questions, then buttons that post the form. */
export interface Acts {
  links: ActionView[]
  buttons: FormButton[]
}

/** The editor of one campaign, ready to print. */
export interface EditorView {
  head: { title: string; chip: ChipView; lead: string }
  /** The campaign's report; null before its first start. */
  reportHref: string | null
  /** What can be done: at the head in one row, and below the form. Empty while a question is asked. */
  acts: { top: Acts; foot: Acts }
  base: string
  canEdit: boolean
  /** True when what is shown was typed and not stored. */
  unsaved: boolean
  sentence: SentencePart[]
  days: DayView[]
  preview: PreviewView
  phone: PhoneView
  /** The fallback text; null when the campaign has none. */
  text: TextPhoneView | null
  looks: LookChoice[]
  folds: { who: boolean; when: boolean }
  whenText: string
  /** The next days on which the campaign rests for a holiday. */
  rests: { day: string; text: string }[]
  start: StartView | null
  confirm: ConfirmView | null
}

/** What the editor is drawn from. `spec` is what the form says: the stored revision, or what was typed. */
export interface EditorFacts {
  current: CurrentCampaign
  spec: CampaignSpec
  form: FormState
  preview: Preview
  shop: ShopFace
  /** A tracked link as messages carry it. */
  link: string
  look: Look
  now: Date
  canManage: boolean
  unsaved: boolean
  start: StartView | null
  confirm: ConfirmView | null
}

/** The editor as a page. */
export function editorView(facts: EditorFacts): EditorView {
  const { current, spec, preview, look, shop, now, unsaved } = facts
  const { campaign } = current
  const base = `/campaigns/${campaign.id}`
  const day = kstDay(now)
  const latestAdd = latestAddOf(spec)
  const errors = facts.form.errors.map(({ field }) => field)
  const canEdit = facts.canManage && campaign.state !== 'ended'
  return {
    head: {
      title: campaign.name,
      chip: stateChip(campaign.state),
      lead: nextText(current, now),
    },
    reportHref: campaign.startedAt ? `/reports/campaigns/${campaign.id}` : null,
    acts: canEdit && !facts.start && !facts.confirm ? actsOf(current, base, day) : { top: NONE, foot: NONE },
    base,
    canEdit,
    unsaved,
    sentence: segmentSentence(spec.segment, preview.ctx),
    days: latestAdd ? daysView(latestAdd.mode, latestAdd.days, day) : [],
    preview: previewView(preview, spec.dailyCapWon, unsaved ? null : (reason) => `${base}/preview/${reason}`),
    phone: phoneView(spec, { look, samples: preview.samples, shop, day }),
    text: textPhoneView(spec, {
      ...{ look, shop, day, link: facts.link },
      samples: preview.samples,
      prices: preview.prices,
    }),
    looks: lookChoices(look, preview.samples.length),
    folds: {
      who: errors.some((field) => isFolded(field, 'who')),
      when: errors.some((field) => isFolded(field, 'when')),
    },
    whenText: whenText(spec),
    rests: restDays(spec, day, RESTS_SHOWN).map((rest) => ({
      day: formatDay(rest.day),
      text: `${rest.name}. 공휴일이라 쉬어요.`,
    })),
    start: facts.start,
    confirm: facts.confirm,
  }
}

/** "매일", "평일" or the named days. */
export function weekdaysText(weekdays: readonly number[]): string {
  const days = [...weekdays].sort((a, b) => a - b).join('')
  if (days === '1234567') return '매일'
  if (days === '12345') return '평일'
  if (days === '67') return '주말'
  return `${[...days].map((each) => '월화수목금토일'[Number(each) - 1]).join('·')}요일`
}

function whenText({ schedule, skipHolidays }: CampaignSpec): string {
  const until = schedule.untilDay === null ? '멈출 때까지' : `${formatDay(schedule.untilDay)}까지`
  const rests = skipHolidays ? ', 공휴일 제외' : ''
  return `${weekdaysText(schedule.weekdays)}, ${formatDay(schedule.fromDay)}부터 ${until}${rests}`
}

const RESTS_SHOWN = 3
const NONE: Acts = { links: [], buttons: [] }

function actsOf({ campaign, revision }: CurrentCampaign, base: string, today: KstDay): EditorView['acts'] {
  const { fromDay } = revision.spec.schedule
  const save: FormButton = { label: '저장', next: 'save', kind: 'plain' }
  const test: FormButton = { label: '테스트 발송', next: 'test', kind: 'plain' }
  const pause: ActionView = { label: '일시 정지', href: `${base}?confirm=pause#confirm`, kind: 'plain' }
  const stop: ActionView = { label: '캠페인 종료', href: `${base}?confirm=stop#confirm`, kind: 'danger' }
  switch (campaign.state) {
    case 'draft': {
      const label = fromDay <= today ? '오늘부터 시작' : `${formatDay(fromDay)}부터 시작`
      const start: FormButton = { label, next: 'start', kind: 'strong' }
      return { top: { links: [], buttons: [save, test, start] }, foot: { links: [stop], buttons: [] } }
    }
    case 'paused': {
      const again: FormButton = { label: '다시 시작', next: 'start', kind: 'strong' }
      return { top: { links: [stop], buttons: [save, again] }, foot: { links: [], buttons: [test] } }
    }
    default:
      return {
        top: { links: [pause, stop], buttons: [{ ...save, kind: 'strong' }] },
        foot: { links: [], buttons: [test] },
      }
  }
}

function latestAddOf({ segment }: CampaignSpec) {
  const leaves = 'all' in segment.include ? segment.include.all : [segment.include]
  return leaves.flatMap((each) => ('kind' in each && each.kind === 'latest-add' ? [each] : []))[0]
}
