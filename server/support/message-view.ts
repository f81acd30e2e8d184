import { phoneView, type ShopFace } from '../campaigns/phone-view'
import { formatDay, formatInstant, formatTime, formatTimeOfDay, kstDay, kstMinuteOfDay } from '../core/seoul'
import { formatWon } from '../core/won'
import type { ChipView, PhoneView } from '../http/page-parts'
import { endText } from '../reports/reason-texts'
import type { BatchState } from '../sends/send'
import type { SentMessage } from './story'

export type { ShopFace } from '../campaigns/phone-view'

/** One message with its way. */
export interface MessageLineView {
  day: string
  campaign: string
  chip: ChipView
  sentAt: string
  result: string
  clicks: string
  cost: string
}

const OPEN: Record<BatchState, ChipView> = {
  planned: { tone: 'info', text: '보내기 전' },
  leased: { tone: 'info', text: '보내는 중' },
  'handed-over': { tone: 'hold', text: '결과 확인 중' },
  unknown: { tone: 'hold', text: '결과 확인 중' },
  accepted: { tone: 'info', text: '결과 기다리는 중' },
  settled: { tone: 'info', text: '결과 기다리는 중' },
}

/** One message in a table. */
export function messageLine({ send, campaignName, batch, clicks }: SentMessage): MessageLineView {
  const left = batch?.intent?.sendIds.includes(send.id) ? batch.handedOverAt : null
  const text = send.end && endText(send.end, send.endReason)
  return {
    day: formatDay(send.runDay),
    campaign: send.test ? `${campaignName} (테스트)` : campaignName,
    chip: chipOf(send, batch?.state ?? 'planned'),
    sentAt: left ? formatInstant(left) : '나가지 않음',
    result: text && send.endedAt ? `${text.sentence} ${formatInstant(send.endedAt)}` : '',
    clicks: clicks
      .map(({ at, device }) => `${formatInstant(at)} (${device === 'pc' ? 'PC' : '모바일'})`)
      .join(', '),
    cost: formatWon(send.chargedWon),
  }
}

/** The message of a send as the shopper sees it, the name as given. */
export function seenPhone(message: SentMessage, name: string, shop: ShopFace): PhoneView | null {
  const { send, spec, batch } = message
  if (!spec) return null
  const look = { look: 0, samples: [{ memberId: send.memberId, maskedName: name, facts: send.facts }] }
  const view = phoneView(spec, { ...look, shop, day: send.runDay })
  const left = batch?.intent?.sendIds.includes(send.id) ? batch.handedOverAt : null
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

function chipOf({ end, endReason }: SentMessage['send'], batch: BatchState): ChipView {
  if (end === null) return OPEN[batch]
  const { label } = endText(end, endReason)
  if (end === 'delivered') return { tone: 'ok', text: label }
  return { tone: end === 'failed' ? 'bad' : 'hold', text: end === 'failed' ? `도착 실패 · ${label}` : label }
}
