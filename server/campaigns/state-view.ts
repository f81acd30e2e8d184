import { formatInstant, kstDay } from '../core/seoul'
import type { ChipView } from '../http/page-parts'
import type { CampaignSpec, CampaignState } from './campaign'
import type { CurrentCampaign } from './campaign-parts'
import { restsOn } from './schedule-rules'

const CHIPS: Record<CampaignState, ChipView> = {
  draft: { tone: 'quiet', text: '작성 중' },
  running: { tone: 'ok', text: '진행 중' },
  paused: { tone: 'hold', text: '일시 정지' },
  ended: { tone: 'quiet', text: '종료' },
}

/** The state of a campaign in one word. */
export function stateChip(state: CampaignState): ChipView {
  return CHIPS[state]
}

/** What happens next with a campaign, in one Korean sentence. */
export function nextText({ campaign, revision, nextAt }: CurrentCampaign, now: Date): string {
  switch (campaign.state) {
    case 'draft':
      return '아직 시작하지 않았어요.'
    case 'paused':
      return '멈춰 있어요. 다시 시작하면 이어서 보내요.'
    case 'ended':
      return campaign.endedAt ? `${formatInstant(campaign.endedAt)}에 끝났어요.` : '끝났어요.'
    case 'running':
      if (!nextAt) return '남은 발송이 없어요.'
      return nextAt <= now
        ? '오늘 회차를 곧 시작해요.'
        : `${restText(revision.spec, now)}다음 발송 ${formatInstant(nextAt)}`
  }
}

function restText(spec: CampaignSpec, now: Date): string {
  const holiday = restsOn(spec, kstDay(now))
  return holiday === null ? '' : `오늘은 공휴일(${holiday})이라 쉬어요. `
}
