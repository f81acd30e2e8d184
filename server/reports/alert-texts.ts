import { formatDay } from '../core/seoul'
import type { Alert, AlertKind } from './alert'

/** What a person reads: what happened and what to do, and where. */
export interface AlertText {
  reason: string
  href: string
  /** The words of the button. */
  remedy: string
}

/** Kinds of which the owner is told by mail; the others are the merchant's own doing, or heal themselves. */
export const MAILED: readonly AlertKind[] = [
  'reconsent',
  'account',
  'no-account',
  'balance',
  'breaker',
  'stale-facts',
  'run-missed',
  'nothing-sent',
]

const ACCOUNT = '/settings/sending-account'
const CONNECTION = '/settings#connection'

type OfMall = Exclude<AlertKind, 'breaker' | 'cap' | 'run-missed' | 'nothing-sent'>

const OF_MALL: Record<OfMall, AlertText> = {
  reconsent: {
    reason:
      '쇼핑몰 권한이 끝나서 동기화와 발송이 멈췄어요. 쇼핑몰 관리자의 내 앱에서 바구니를 열어 다시 동의해 주세요.',
    href: CONNECTION,
    remedy: '연결 상태 보기',
  },
  uninstalled: {
    reason: '쇼핑몰에서 앱이 삭제되어 모두 멈췄어요. 앱을 다시 설치하면 이어서 쓸 수 있어요.',
    href: CONNECTION,
    remedy: '연결 상태 보기',
  },
  account: {
    reason: '발송 대행사가 발송 계정을 받아들이지 않아요. 메시지가 나가지 못하고 있어요.',
    href: ACCOUNT,
    remedy: '발송 계정 고치기',
  },
  'no-account': {
    reason: '발송 계정이 없어 발송이 멈춰 있어요.',
    href: ACCOUNT,
    remedy: '발송 계정 연결하기',
  },
  balance: {
    reason: '발송 대행사의 잔액이 모자라 발송이 멈춰 있어요. 충전한 뒤 발송 계정을 다시 확인해 주세요.',
    href: ACCOUNT,
    remedy: '발송 계정 확인하기',
  },
  'stale-facts': {
    reason: '쇼핑몰 정보가 오래되어 발송이 기다리고 있어요. 다시 동기화하면 이어서 보내요.',
    href: CONNECTION,
    remedy: '다시 동기화하기',
  },
  'sync-failed': {
    reason: '마지막 동기화가 끝나지 못했어요. 쇼핑몰 정보가 오래되면 발송이 멈춰요.',
    href: CONNECTION,
    remedy: '연결 상태 보기',
  },
}

/** The words of an alert; `campaign` is the name of the campaign that it names, if any. */
export function alertText({ kind, subject, runId }: Alert, campaign: string | null): AlertText {
  const href = runId === null ? '/reports' : `/reports/runs/${runId}`
  const who = campaign === null ? '캠페인' : `‘${campaign}’ 캠페인`
  switch (kind) {
    case 'breaker': {
      const reason = `${who}에서 실패가 많아 발송을 멈췄어요. 까닭을 확인한 뒤 다시 시작해 주세요.`
      return { reason, href, remedy: '까닭 보기' }
    }
    case 'cap': {
      const reason = `${who}의 발송 비용이 제한에 닿아 남은 발송이 기다리고 있어요.`
      return { reason, href, remedy: '발송 회차 보기' }
    }
    case 'run-missed': {
      const reason = `${formatDay(subject)} 발송 회차가 제날에 시작하지 못해 보내지 않았어요. 다음 회차는 예정대로 시작해요.`
      return { reason, href, remedy: '발송 회차 보기' }
    }
    case 'nothing-sent': {
      const reason = `${formatDay(subject)}에 예정된 메시지가 한 건도 나가지 못했어요. 까닭을 확인해 주세요.`
      return { reason, href, remedy: '까닭 보기' }
    }
    default:
      return OF_MALL[kind]
  }
}
