import { formatInstant } from '../core/seoul'
import type { ActionView } from '../http/page-parts'
import type { Mall } from '../malls/mall'
import type { Readiness } from './home'
import { isConnected, mallTrouble } from './mall-view'

/** One thing that a shop needs before messages leave; without `action` nobody can do anything but wait. */
export interface SetUpStep {
  done: boolean
  /** It was done once and does not hold any more. */
  broke?: true
  label: string
  note?: string
  action?: ActionView
}

/** What a shop needs, in the order in which it is done. */
export function setUpSteps(ready: Readiness): SetUpStep[] {
  return [connection(ready.mall), account(ready), firstSync(ready.mall), optOut(ready), campaign(ready)]
}

function connection(mall: Mall): SetUpStep {
  const label = '쇼핑몰 연결'
  if (isConnected(mall)) return { done: true, label, note: `${mall.name}에 연결되어 있어요.` }
  const note = mallTrouble(mall)
  const action: ActionView = { label: '연결 상태 보기', href: '/settings#connection' }
  const broke = mall.state === 'pending' ? {} : { broke: true as const }
  return { done: false, ...broke, label, ...(note ? { note } : {}), action }
}

function account({ sendingAccount }: Readiness): SetUpStep {
  const label = '발송 계정 연결'
  const href = '/settings/sending-account'
  switch (sendingAccount) {
    case 'ok':
      return { done: true, label, note: '메시지를 보낼 수 있어요.' }
    case 'broken':
      return {
        done: false,
        broke: true,
        label,
        note: '발송 대행사가 계정을 받아들이지 않아요.',
        action: { label: '발송 계정 고치기', href },
      }
    case 'none':
      return {
        done: false,
        label,
        note: '발송 대행사의 API 키, 카카오톡 채널, 발신번호를 넣어 주세요.',
        action: { label: '발송 계정 연결하기', href },
      }
  }
}

function firstSync({ state, sync }: Mall): SetUpStep {
  const label = '첫 동기화'
  if (sync.fullPullAt && sync.state !== 'running')
    return { done: true, label, note: `${formatInstant(sync.fullPullAt)} 기준으로 읽었어요.` }
  if (sync.fullPullAt) return { done: true, label, note: '지금 다시 동기화하고 있어요.' }
  if (sync.state === 'failed' && state === 'connected') {
    const action: ActionView = { label: '다시 동기화하기', href: '/settings/sync', method: 'post' }
    return { done: false, label, note: '끝나지 못했어요. 다시 시작해 주세요.', action }
  }
  const note =
    sync.state === 'running'
      ? '고객, 장바구니, 주문을 읽고 있어요. 기다리는 동안 다른 준비를 하셔도 돼요.'
      : '곧 시작해요.'
  return { done: false, label, note }
}

function optOut({ has080 }: Readiness): SetUpStep {
  const label = '080 수신거부 번호'
  if (has080) return { done: true, label, note: '고객이 무료로 수신거부할 수 있어요.' }
  return {
    done: false,
    label,
    note: '광고 메시지에는 무료 수신거부 번호가 있어야 해요. 새로 받는 데 영업일로 최대 10일 걸려요.',
    action: { label: '080 번호 넣기', href: '/settings/sending-account' },
  }
}

function campaign({ campaigns, hadCampaigns, running }: Readiness): SetUpStep {
  const label = '캠페인 시작'
  if (running > 0) return { done: true, label, note: `캠페인 ${running}개가 진행 중이에요.` }
  if (campaigns > 0) {
    const action: ActionView = { label: '캠페인 시작하기', href: '/campaigns' }
    return { done: false, label, note: '만들어 둔 캠페인이 아직 진행 중이 아니에요.', action }
  }
  const action: ActionView = {
    label: '캠페인 만들기',
    href: '/campaigns',
    method: 'post',
    fields: { recipe: 'day-7' },
  }
  const note = hadCampaigns
    ? '진행하던 캠페인이 모두 끝났어요. 새 캠페인을 만들면 다시 보내요.'
    : '담은 지 7일 된 고객에게 다시 알려요. 5분이면 돼요.'
  return { done: false, label, note, action }
}
