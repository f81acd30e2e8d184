import type { FieldView, HeadView, PhoneView } from '../http/page-parts'
import type { Campaign, CampaignSpec } from './campaign'
import type { Readiness } from './campaign-parts'
import { phoneView, type ShopFace } from './phone-view'
import type { Preview } from './preview-service'
import { type TextPhoneView, textPhoneView } from './text-phone-view'

/** The page of a test send. */
export interface TestSendView {
  head: HeadView
  action: string
  cancelHref: string
  fields: FieldView[]
  fieldLabels: Record<string, string>
  /** What is missing before anything can be sent; the form is not shown then. */
  missing: { text: string; href: string } | null
  phone: PhoneView
  /** The text for who cannot get the message, which a test does not send; null when the campaign has none. */
  text: TextPhoneView | null
}

/** The test send of a campaign, with the people to choose variables from. */
export function testSendView(facts: {
  campaign: Campaign
  spec: CampaignSpec
  preview: Preview
  shop: ShopFace
  readiness: Readiness
  /** A tracked link as messages carry it. */
  link: string
}): TestSendView {
  const { campaign, spec, preview, shop, readiness, link } = facts
  const base = `/campaigns/${campaign.id}`
  const fields = [PHONE, memberField(preview)]
  const { samples, prices } = preview
  const eyes = { look: samples.length > 0 ? 0 : ('typical' as const), samples, shop, day: preview.ctx.day }
  return {
    head: {
      crumbs: [
        { label: '캠페인', href: '/campaigns' },
        { label: campaign.name, href: base },
      ],
      title: '테스트 발송',
      lead: '한 번호로 한 통만 보내요. 발송 수와 중복 수신 제외에는 넣지 않아요.',
    },
    action: `${base}/test`,
    cancelHref: base,
    fields,
    fieldLabels: Object.fromEntries(fields.map(({ name, label }) => [name, label])),
    missing: readiness.ready ? null : { text: readiness.text, href: readiness.href },
    phone: phoneView(spec, eyes),
    text: textPhoneView(spec, { ...eyes, link, prices }),
  }
}

const PHONE: FieldView = {
  name: 'phone',
  label: '받을 휴대전화 번호',
  type: 'tel',
  required: true,
  placeholder: '010-0000-0000',
  inputmode: 'tel',
  hint: '카카오톡 채널 친구인 번호에만 도착해요.',
}

function memberField({ samples }: Preview): FieldView {
  const field = { name: 'memberId', label: '누구의 이름과 상품으로 보낼까요', required: true }
  if (samples.length === 0)
    return { ...field, hint: '지금 보낼 고객이 없어요. 쇼핑몰 회원 아이디를 입력해 주세요.' }
  return {
    ...field,
    type: 'select',
    options: samples.slice(0, 20).map(({ memberId, maskedName, facts }) => ({
      value: memberId,
      label: `${maskedName} · ${facts.productName ?? '상품'}${facts.moreItems > 0 ? ` 외 ${facts.moreItems}개` : ''}`,
    })),
  }
}
