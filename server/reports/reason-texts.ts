import { REASON_TEXTS } from '../campaigns/reason-texts'
import type { DecisionReason } from '../campaigns/run'
import type { FailureReason } from '../messages/message-relay'
import type { CancelReason, SendEnd } from '../sends/send'
import { type RemedyKey, remedyOf } from './remedies'

/** What one reason says to people: `label` in a table, `sentence` to the one who asks why; `remedy` null when nothing is to be done. */
export interface ReasonText {
  label: string
  sentence: string
  remedy: RemedyKey | null
}

const DECISION_REMEDIES: Record<DecisionReason, RemedyKey | null> = {
  send: null,
  excluded: 'conditions',
  'bought-since': null,
  restricted: null,
  'no-phone': 'phones',
  'no-consent': 'consent',
  'opted-out': null,
  'empty-cart': 'stock',
  'same-phone': null,
  repeat: 'repeat',
  frequency: 'frequency',
}

/** Why a person of the population was or was not to get a message, in the words of the preview. */
export function decisionText(reason: DecisionReason): ReasonText {
  const { label, sentence } = REASON_TEXTS[reason]
  return { label, sentence, remedy: DECISION_REMEDIES[reason] }
}

/** Why a planned send was called off right before it left. */
export const CANCEL_TEXTS: Record<CancelReason, ReasonText> = {
  bought: { label: '발송 직전 구매', sentence: '발송을 정한 뒤, 나가기 전에 구매했어요.', remedy: null },
  'opted-out': { label: '발송 직전 수신거부', sentence: '나가기 전에 광고를 거부했어요.', remedy: null },
  'consent-withdrawn': {
    label: '발송 직전 동의 철회',
    sentence: '나가기 전에 광고 수신 동의를 거뒀어요.',
    remedy: null,
  },
  restricted: {
    label: '광고 제한 회원으로 바뀜',
    sentence: '나가기 전에 광고 제한 회원이 됐어요.',
    remedy: null,
  },
  'empty-cart': {
    label: '발송 직전 장바구니 비움',
    sentence: '나가기 전에 살 수 있는 상품이 장바구니에서 없어졌어요.',
    remedy: null,
  },
  'phone-changed': {
    label: '연락처 바뀜',
    sentence: '발송을 정한 뒤 휴대폰 번호가 바뀌었어요.',
    remedy: null,
  },
  'member-gone': { label: '탈퇴한 회원', sentence: '발송을 정한 뒤 탈퇴했어요.', remedy: null },
  'campaign-stopped': {
    label: '캠페인을 멈춤',
    sentence: '나가기 전에 캠페인을 멈췄어요.',
    remedy: 'restart',
  },
  'mall-uninstalled': {
    label: '앱 연결이 끊김',
    sentence: '나가기 전에 쇼핑몰에서 앱이 삭제됐어요.',
    remedy: 'reinstall',
  },
}

/** Why a message that left did not arrive, or was refused on its way. */
export const FAILURE_TEXTS: Record<FailureReason, ReasonText> = {
  'not-friend': {
    label: '채널 친구 아님',
    sentence: '카카오톡 채널을 친구로 추가하지 않은 고객이에요.',
    remedy: 'friends',
  },
  'not-kakao-user': {
    label: '카카오톡을 쓰지 않음',
    sentence: '이 번호로 카카오톡을 쓰지 않아요.',
    remedy: null,
  },
  unreachable: {
    label: '연락이 닿지 않음',
    sentence: '휴대폰이 꺼져 있었거나 오래 연결되지 않았어요.',
    remedy: null,
  },
  blocked: { label: '채널 차단', sentence: '고객이 카카오톡 채널을 차단했어요.', remedy: null },
  'opted-out': { label: '수신거부', sentence: '발송 대행사에 수신거부로 올라 있는 번호예요.', remedy: null },
  'invalid-number': {
    label: '없는 번호',
    sentence: '쓰이지 않거나 잘못 적힌 번호예요.',
    remedy: 'phones',
  },
  duplicate: {
    label: '중복 접수',
    sentence: '발송 대행사가 같은 메시지로 보고 한 건만 보냈어요.',
    remedy: null,
  },
  content: {
    label: '내용이 거절됨',
    sentence: '메시지 내용이 카카오 기준에 맞지 않아 거절됐어요.',
    remedy: 'content',
  },
  channel: {
    label: '채널 설정 문제',
    sentence: '카카오톡 채널을 쓸 수 없는 상태였어요.',
    remedy: 'channel',
  },
  quota: {
    label: '대행사 발송 한도',
    sentence: '발송 대행사나 채널의 하루 발송 한도를 넘었어요.',
    remedy: 'quota',
  },
  night: {
    label: '야간 발송 제한',
    sentence: '카카오가 광고를 막는 시간에 닿아 나가지 않았어요.',
    remedy: 'schedule',
  },
  'no-balance': {
    label: '발송 잔액 부족',
    sentence: '발송 대행사의 잔액이 모자랐어요.',
    remedy: 'balance',
  },
  'sender-number': {
    label: '발신번호 문제',
    sentence: '등록되지 않은 발신번호예요.',
    remedy: 'sender-number',
  },
  auth: { label: '발송 계정 인증 실패', sentence: '발송 계정의 키가 맞지 않아요.', remedy: 'account' },
  uncertain: {
    label: '결과를 알 수 없음',
    sentence: '도착했는지 끝내 확인되지 않았어요. 두 번 가지 않도록 다시 보내지 않아요.',
    remedy: null,
  },
  expired: { label: '전달 시간 지남', sentence: '정해진 시간 안에 전달되지 못했어요.', remedy: null },
  system: {
    label: '대행사·카카오 오류',
    sentence: '발송 대행사나 카카오의 오류로 전달되지 못했어요.',
    remedy: 'system',
  },
}

/** How a send ended. */
export const END_TEXTS: Record<SendEnd, ReasonText> = {
  delivered: { label: '도착', sentence: '메시지가 도착했어요.', remedy: null },
  failed: { label: '도착 실패', sentence: '보냈지만 도착하지 못했어요.', remedy: null },
  cancelled: { label: '발송 취소', sentence: '나가기 직전에 취소했어요.', remedy: null },
  capped: {
    label: '비용 한도로 미발송',
    sentence: '발송 비용 제한에 닿아 보내지 않았어요.',
    remedy: 'cap',
  },
  expired: {
    label: '발송 기한 지남',
    sentence: '정해진 시각까지 나가지 못해 보내지 않았어요.',
    remedy: 'schedule',
  },
}

/** The words for how a send ended, by its reason where it has one. */
export function endText(end: SendEnd, reason: string | null): ReasonText {
  if (end === 'cancelled' && isCancelReason(reason)) return CANCEL_TEXTS[reason]
  if (end === 'failed' && isFailureReason(reason)) return FAILURE_TEXTS[reason]
  return END_TEXTS[end]
}

/** True for a reason of the closed list of decisions. */
export function isDecisionReason(text: string | null | undefined): text is DecisionReason {
  return typeof text === 'string' && Object.hasOwn(DECISION_REMEDIES, text)
}

/** True for a reason of the closed list of cancellations. */
export function isCancelReason(text: string | null | undefined): text is CancelReason {
  return typeof text === 'string' && Object.hasOwn(CANCEL_TEXTS, text)
}

/** True for a reason of the closed list of failures. */
export function isFailureReason(text: string | null | undefined): text is FailureReason {
  return typeof text === 'string' && Object.hasOwn(FAILURE_TEXTS, text)
}

/** What can be done, as the last cell of a reason's line. */
export function remedyView(text: ReasonText): { text: string; href?: string } {
  if (text.remedy !== null)
    return { text: remedyOf(text.remedy).action, href: `/reports/remedies#${text.remedy}` }
  const left = Object.values(FAILURE_TEXTS).includes(text)
  return { text: left ? '따로 할 일이 없어요' : '보내지 않아도 돼요' }
}
