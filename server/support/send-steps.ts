import { isQuiet } from '../core/quiet-hours'
import { formatInstant, kstDay } from '../core/seoul'
import { formatWon } from '../core/won'
import { instantText } from '../reports/figure-texts'
import { holdText } from '../reports/hold-texts'
import { CANCEL_TEXTS, endText, FAILURE_TEXTS, isCancelReason } from '../reports/reason-texts'
import type { Batch } from '../sends/send'
import type { SentMessage } from './story'

/** One step on the way of a message; without `at` it is how it stands now. */
export interface SendStep {
  at: Date | null
  text: string
}

const STOPPED = ['campaign-stopped', 'mall-uninstalled']
const FOUR_DAYS_MS = 4 * 24 * 3_600_000

/** What happened to one message, oldest first, and at the end what it waits for. */
export function sendSteps(message: SentMessage): SendStep[] {
  const { send, batch, firstBatch } = message
  const first = send.step === 2 ? firstBatch : batch
  const steps = [...decided(message), ...handOverSteps(send.id, first, '메시지를')]
  if (send.step === 2) steps.push(...textSteps(message))
  return [...steps, ...(send.end === null ? standing(message) : ending(message))].sort(byTime)
}

/** True when the relay may have the message: it is in what was handed over and not taken back. */
export function hasLeft(sendId: string, batch: Batch | null): boolean {
  return batch?.intent?.sendIds.includes(sendId) ?? false
}

function decided({ send, run }: SentMessage): SendStep[] {
  if (!run) return []
  const text = send.test ? '테스트 발송을 시작했어요.' : '이 고객에게 보내기로 정했어요.'
  return [{ at: run.publishedAt ?? run.plannedFor, text }]
}

function handOverSteps(sendId: string, batch: Batch | null, what: string): SendStep[] {
  if (!batch) return []
  const back = (batch.takenBack ?? []).map((at) => ({
    at,
    text: `${what} 발송 대행사에 넘기려 했지만, 나가지 않은 것을 확인하고 되돌렸어요. 잡아 둔 비용도 풀었어요.`,
  }))
  if (!hasLeft(sendId, batch)) return back
  const { handedOverAt, acceptedAt } = batch
  return [
    ...back,
    ...(handedOverAt ? [{ at: handedOverAt, text: `${what} 발송 대행사에 넘겼어요.` }] : []),
    ...(acceptedAt ? [{ at: acceptedAt, text: '발송 대행사가 접수했어요.' }] : []),
  ]
}

function textSteps({ send, batch }: SentMessage): SendStep[] {
  const { firstReason, firstFailedAt, firstDeliveredAt } = send
  const why = firstReason ? ` ${FAILURE_TEXTS[firstReason].sentence}` : ''
  return [
    {
      at: firstFailedAt ?? null,
      text: `브랜드 메시지가 도착하지 못했어요.${why} 대체 문자로 이어서 보내기로 했어요.`,
    },
    ...handOverSteps(send.id, batch, '대체 문자를'),
    ...(firstDeliveredAt
      ? [
          {
            at: firstDeliveredAt,
            text: '발송 대행사가 브랜드 메시지도 도착했다고 뒤늦게 알려 왔어요. 문자는 이미 나간 뒤였어요.',
          },
        ]
      : []),
  ]
}

/** What an open message waits for. */
function standing(message: SentMessage): SendStep[] {
  const { send, batch, lane } = message
  const now = (text: string): SendStep[] => [{ at: null, text }]
  if (!batch || batch.state === 'planned' || batch.state === 'leased') {
    if (lane?.hold) return now(`아직 나가지 않았어요. ${holdText(lane.hold.reason).sentence}`)
    return now(send.step === 2 ? '대체 문자가 나갈 차례를 기다리고 있어요.' : '나갈 차례를 기다리고 있어요.')
  }
  switch (batch.state) {
    case 'handed-over':
      return now(
        '발송 대행사의 답을 기다리고 있어요. 답이 오기 전에 발송 프로그램이 멈췄다면 1분 안에 ‘결과 확인 중’으로 바뀌고, 다시 보내지 않아요.',
      )
    case 'unknown':
      return now(unknownText(batch))
    default:
      return now('접수됐고, 도착했는지 결과를 기다리고 있어요. 4일 안에 결과가 없으면 알 수 없음으로 끝나요.')
  }
}

function unknownText({ asked, dueAt, intent }: Batch): string {
  const often = asked === 0 ? '아직 물어보기 전이고' : `지금까지 ${asked}번 물어봤고`
  const kept = intent ? ` 비용 ${formatWon(intent.worstWon)}은 그때까지 잡아 둬요.` : ''
  return (
    '발송 대행사의 답을 받지 못해 나갔는지 알 수 없어요. 두 번 가지 않도록 다시 보내지 않아요. ' +
    `대행사에 ${often} ${formatInstant(dueAt)}에 다시 물어봐요. 나갔다고 하면 결과를 기다리고, 나가지 않았다고 하면 다시 차례를 기다려요.${kept}` +
    ' 끝내 답이 없으면 대표나 상담 담당자가 직접 닫을 수 있어요.'
  )
}

function ending(message: SentMessage): SendStep[] {
  const { send } = message
  const cost = send.chargedWon > 0 ? ` 비용 ${formatWon(send.chargedWon)}이 들었어요.` : ''
  return [{ at: send.endedAt, text: `${endSentence(message)}${cost}` }]
}

function endSentence(message: SentMessage): string {
  const { send, batch } = message
  const { sentence } = endText(send.end ?? 'delivered', send.endReason)
  const what = send.step === 2 ? '대체 문자' : '메시지'
  switch (send.end) {
    case 'delivered':
      if (send.step === 2 && !hasLeft(send.id, batch))
        return '발송 대행사가 브랜드 메시지가 도착했다고 바로잡아, 대체 문자는 보내지 않았어요.'
      return `${what}가 도착했어요.`
    case 'failed':
      if (!hasLeft(send.id, batch)) return `발송 대행사가 접수하지 않아 나가지 않았어요. ${sentence}`
      return send.endReason === 'uncertain'
        ? uncertainText(message)
        : `${what}가 도착하지 못했어요. ${sentence}`
    case 'cancelled':
      return cancelText(send.endReason, sentence)
    case 'capped':
      return `${cappedText(message)}`
    default:
      return expiredText(message)
  }
}

function uncertainText({ send, batch, closedBy }: SentMessage): string {
  const rest =
    '도착했는지 알 수 없는 것으로 끝냈어요. 보낸 것으로 세고, 두 번 가지 않도록 다시 보내지 않아요.'
  if (closedBy) return `대행사의 답이 없어 ${closedBy.by.name} 담당자가 직접 닫았어요. ${rest}`
  const isAccepted = batch?.acceptedAt !== null
  const waitedMs = (send.endedAt?.getTime() ?? 0) - (batch?.handedOverAt?.getTime() ?? 0)
  if (isAccepted && waitedMs >= FOUR_DAYS_MS) return `접수한 뒤 4일 동안 결과가 오지 않았어요. ${rest}`
  return `발송 대행사도 결과를 확인하지 못했어요. ${rest}`
}

function cancelText(reason: string | null, sentence: string): string {
  if (!isCancelReason(reason) || STOPPED.includes(reason)) return `나가기 전에 취소했어요. ${sentence}`
  return `나가기 직전 마지막 확인에서 취소했어요. ${CANCEL_TEXTS[reason].sentence}`
}

function cappedText({ spec, run }: SentMessage): string {
  const cap = spec?.dailyCapWon ? ` ${formatWon(spec.dailyCapWon)}` : ''
  const until = run ? ` 발송 기한 ${formatInstant(run.latestAt)}까지 비용이 풀리지 않아` : ''
  return `발송 비용 제한${cap}에 닿았고,${until} 보내지 않았어요.`
}

function expiredText({ spec, run }: SentMessage): string {
  if (!run) return '정해진 시각까지 나가지 못해 보내지 않았어요.'
  const wasNight = spec !== null && isQuiet(new Date(run.plannedFor.getTime() + 60_000), spec.quietHours)
  const why = wasNight
    ? '에티켓 모드 시간이라 아침까지 기다렸지만, '
    : kstDay(run.latestAt) === run.day
      ? ''
      : '밤에는 보내지 않고 아침에 이어 보내려 했지만, '
  return `${why}발송 기한 ${formatInstant(run.latestAt)}까지 나가지 못해 보내지 않았어요.`
}

/** Steps without an instant stand last: they are now. */
function byTime(a: SendStep, b: SendStep): number {
  return (a.at?.getTime() ?? Number.POSITIVE_INFINITY) - (b.at?.getTime() ?? Number.POSITIVE_INFINITY) || 0
}

/** The instant of a step as people read it, with its second: "11월 22일(일) 오전 10:00:07"; "지금" without one. */
export function stepTime({ at }: SendStep): string {
  return at ? instantText(at) : '지금'
}
