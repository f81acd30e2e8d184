import { phoneView, type ShopFace } from '../campaigns/phone-view'
import { formatDay, formatInstant, formatTime, formatTimeOfDay, kstDay, kstMinuteOfDay } from '../core/seoul'
import { formatWon } from '../core/won'
import type { ChipView, PhoneView } from '../http/page-parts'
import { composeText } from '../messages/compose-text'
import { endText } from '../reports/reason-texts'
import type { BatchState } from '../sends/send'
import { hasLeft, sendSteps, stepTime } from './send-steps'
import type { SentMessage } from './story'

export type { ShopFace } from '../campaigns/phone-view'

/** One message with its way, step by step. */
export interface MessageLineView {
  title: string
  href: string
  campaign: string
  chip: ChipView
  steps: { time: string; text: string }[]
  clicks: string
  cost: string
  /** The text that followed, as it stands on the phone; null when none did. */
  text: { title: string | null; body: string } | null
  /** The question that closes it, while nobody knows what became of it. */
  closeHref: string | null
}

const OPEN: Record<BatchState, ChipView> = {
  planned: { tone: 'info', text: '보내기 전' },
  leased: { tone: 'info', text: '보내기 전' },
  'handed-over': { tone: 'hold', text: '결과 확인 중' },
  unknown: { tone: 'hold', text: '결과 확인 중' },
  accepted: { tone: 'info', text: '결과 기다리는 중' },
  settled: { tone: 'info', text: '결과 기다리는 중' },
}
// The tracked link is a key to the shopper's own cart, so it is not shown.
const LINK = 'https://…'

/** One message; `base` is the person's page, `name` as its reader may see it. */
export function messageLine(
  message: SentMessage,
  { base, name, shop }: { base: string; name: string; shop: ShopFace },
): MessageLineView {
  const { send, campaignName, batch, clicks } = message
  const canClose = send.end === null && batch?.state === 'unknown'
  return {
    title: formatDay(send.runDay),
    href: `/reports/runs/${send.runId}`,
    campaign: send.test ? `${campaignName} (테스트)` : campaignName,
    chip: messageChip(message),
    steps: sendSteps(message).map((step) => ({ time: stepTime(step), text: step.text })),
    clicks: clicks
      .map(({ at, device }) => `${formatInstant(at)} (${device === 'pc' ? 'PC' : '모바일'})`)
      .join(', '),
    cost: formatWon(send.chargedWon),
    text: seenText(message, name, shop),
    closeHref: canClose ? `${base}?act=close-unknown&batch=${encodeURIComponent(batch.id)}#act` : null,
  }
}

/** Where a message stands, in a word. */
export function messageChip({ send: { id, end, endReason, step }, batch, lane }: SentMessage): ChipView {
  if (end === null) {
    const isWaiting = !batch || batch.state === 'planned' || batch.state === 'leased'
    return isWaiting && lane?.hold ? { tone: 'hold', text: '기다리는 중' } : OPEN[batch?.state ?? 'planned']
  }
  const { label } = endText(end, endReason)
  if (end === 'delivered')
    return { tone: 'ok', text: step === 2 && hasLeft(id, batch) ? '문자로 도착' : label }
  return { tone: end === 'failed' ? 'bad' : 'hold', text: end === 'failed' ? `도착 실패 · ${label}` : label }
}

/** The message of a send as the shopper sees it, the name as given. */
export function seenPhone(message: SentMessage, name: string, shop: ShopFace): PhoneView | null {
  const { send, spec } = message
  if (!spec) return null
  const look = { look: 0, samples: [{ memberId: send.memberId, maskedName: name, facts: send.facts }] }
  const view = phoneView(spec, { ...look, shop, day: send.runDay })
  const batch = send.step === 2 ? message.firstBatch : message.batch
  const left = hasLeft(send.id, batch) ? batch?.handedOverAt : null
  if (!left) return { ...view, caption: '보내려던 메시지예요' }
  const minute = kstMinuteOfDay(left)
  const late = kstDay(left) !== send.runDay ? `${formatDay(kstDay(left))} ` : ''
  return {
    ...view,
    clock: formatTimeOfDay(minute),
    sentAt: formatTime(minute),
    caption: `${late}${formatTime(minute)}에 보낸 메시지예요`,
  }
}

function seenText({ send, batch, spec }: SentMessage, name: string, shop: ShopFace): MessageLineView['text'] {
  if (send.step !== 2 || !hasLeft(send.id, batch) || !spec?.fallback) return null
  const composed = composeText(spec.fallback, spec.message, {
    name,
    facts: send.facts,
    url: LINK,
    mallName: shop.name ?? '우리 쇼핑몰',
    number080: shop.number080 ?? '',
  })
  return { title: composed.kind === 'lms' ? composed.subject : null, body: composed.text }
}
