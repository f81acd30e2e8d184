import type { HoldReason } from '../sends/lane'

/** Why nothing leaves for now, and where it can be mended; no `place` where waiting is enough. */
export interface HoldText {
  sentence: string
  place?: { label: string; href: string }
}

const ACCOUNT = { label: '발송 계정 확인', href: '/settings/sending-account' } as const
const SETTINGS = { label: '쇼핑몰 연결 확인', href: '/settings' } as const

const HOLDS: Record<HoldReason, HoldText> = {
  paused: { sentence: '캠페인이 일시 정지 상태예요. 다시 시작하면 이어서 보내요.' },
  night: { sentence: '에티켓 모드 시간이라 아침까지 기다리고 있어요.' },
  cap: {
    sentence: '발송 비용 제한에 닿았어요. 결과가 나와 비용이 풀리면 이어서 보내요.',
    place: { label: '한도 늘리는 방법', href: '/reports/remedies#cap' },
  },
  'stale-facts': {
    sentence: '쇼핑몰 정보가 오래되어, 새로 받을 때까지 보내지 않고 기다려요.',
    place: { label: '동기화 확인', href: '/settings' },
  },
  'mall-disconnected': {
    sentence: '쇼핑몰 연결이 끊겨 있어요. 쇼핑몰 관리자에서 앱을 다시 열어 주세요.',
    place: SETTINGS,
  },
  'no-account': { sentence: '발송 계정이 없어요. 설정에서 발송 계정을 넣어 주세요.', place: ACCOUNT },
  account: {
    sentence: '발송 계정을 쓸 수 없어요. 설정에서 발송 계정을 확인해 주세요.',
    place: ACCOUNT,
  },
  'no-balance': {
    sentence: '발송 대행사의 잔액이 모자라요. 잔액을 채우면 이어서 보내요.',
    place: { label: '잔액 채우는 방법', href: '/reports/remedies#balance' },
  },
  'relay-busy': { sentence: '발송 대행사가 잠시 바빠 조금 뒤에 이어서 보내요.' },
  failures: {
    sentence: '도착하지 못한 메시지가 너무 많아 남은 발송을 멈췄어요.',
    place: ACCOUNT,
  },
}

/** The words for a hold. */
export function holdText(reason: HoldReason): HoldText {
  return HOLDS[reason]
}
