import { formatDay } from '../core/seoul'
import type { ChipView } from '../http/page-parts'
import { decisionText, endText } from '../reports/reason-texts'
import { messageChip } from './message-view'
import { sendSteps } from './send-steps'
import type { CampaignVerdict, RunAnswer, SentMessage } from './story'
import type { CheckedCondition } from './verdict-rules'

/** One condition as a line: what was asked, what we saw, whether it let the person through. */
export interface ConditionLineView {
  claim: string
  saw: string
  chip: ChipView
}

/** What one run did about this person. */
export interface RunAnswerView {
  day: string
  href: string
  campaign: string
  chip: ChipView
  text: string
  conditions: ConditionLineView[]
}

/** What a campaign would do about this person now. */
export interface VerdictView {
  campaign: string
  href: string
  chip: ChipView
  text: string
  conditions: ConditionLineView[]
}

/** One run's answer in words; `messages` are the person's, newest first. */
export function answerView(
  { run, campaignName, answer }: RunAnswer,
  messages: readonly SentMessage[],
): RunAnswerView {
  const base = { day: formatDay(run.day), href: `/reports/runs/${run.id}`, campaign: campaignName }
  if (run.state === 'missed') {
    return {
      ...base,
      chip: { tone: 'bad', text: '발송하지 않음' },
      text: run.note ?? '이 회차는 아무에게도 보내지 않았어요.',
      conditions: [],
    }
  }
  switch (answer.as) {
    case 'sent': {
      const { send } = answer
      const message = messages.find((each) => each.send.id === send.id)
      const last = message && sendSteps(message).at(-1)
      if (message && last) return { ...base, chip: messageChip(message), text: last.text, conditions: [] }
      const { label, sentence } = endText(send.end ?? 'delivered', send.endReason)
      return { ...base, chip: { tone: 'quiet', text: label }, text: sentence, conditions: [] }
    }
    case 'decided': {
      const text = decisionText(answer.reason)
      const seen = answer.detail ? ` ${answer.detail}.` : ''
      return {
        ...base,
        chip: { tone: 'hold', text: text.label },
        text: `${text.sentence}${seen}`,
        conditions: [],
      }
    }
    case 'outside':
      return {
        ...base,
        chip: { tone: 'quiet', text: '대상 아님' },
        text: answer.matchesNow
          ? '그때는 조건에 맞지 않았어요. 지금 정보로는 맞아요.'
          : '캠페인의 고객 조건에 맞지 않아요.',
        conditions: answer.conditions.filter(({ part }) => part === 'scope' || part === 'include').map(line),
      }
  }
}

/** A campaign's verdict in words. */
export function verdictView({ campaign, verdict }: CampaignVerdict): VerdictView {
  const base = {
    campaign: campaign.name,
    href: `/campaigns/${campaign.id}`,
    conditions: verdict.conditions.map(line),
  }
  if (verdict.outcome === 'outside') {
    return {
      ...base,
      chip: { tone: 'quiet', text: '대상 아님' },
      text: '고객 조건에 맞지 않아 보내지 않아요.',
    }
  }
  const text = decisionText(verdict.outcome)
  const seen = verdict.detail ? ` ${verdict.detail}.` : ''
  const tone = verdict.outcome === 'send' ? 'ok' : 'hold'
  return { ...base, chip: { tone, text: text.label }, text: `${text.sentence}${seen}` }
}

function line({ claim, saw, passes, part }: CheckedCondition): ConditionLineView {
  const chip: ChipView = passes ? { tone: 'ok', text: '맞음' } : { tone: 'bad', text: '맞지 않음' }
  const caught: ChipView = { tone: 'bad', text: '제외됨' }
  return {
    claim: part === 'exclude' ? `제외: ${claim}` : claim,
    saw,
    chip: part === 'exclude' ? (passes ? { tone: 'ok', text: '해당 없음' } : caught) : chip,
  }
}
