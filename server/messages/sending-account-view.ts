import { formatInstant } from '../core/seoul'
import { formatWon } from '../core/won'
import type { ChipView, FieldView, HeadView } from '../http/page-parts'
import type { AccountProblem, SendingAccount } from './sending-account'

/** What is wrong, beside which field, and what to do. */
export const PROBLEM_TEXTS: Record<
  AccountProblem,
  { field: 'apiKey' | 'pfId' | 'senderNumber'; text: string }
> = {
  auth: {
    field: 'apiKey',
    text: '발송 대행사가 이 키를 받아들이지 않았어요. API Key와 Secret을 다시 확인해 주세요.',
  },
  channel: {
    field: 'pfId',
    text: '이 계정에 연결된 카카오톡 채널이 아니에요. 발송 대행사에서 채널을 먼저 연결해 주세요.',
  },
  'sender-number': {
    field: 'senderNumber',
    text: '등록된 발신번호가 아니에요. 발송 대행사에서 번호를 먼저 등록해 주세요.',
  },
  unreachable: { field: 'apiKey', text: '발송 대행사가 지금 답하지 않아요. 잠시 뒤에 다시 저장해 주세요.' },
  'no-balance': { field: 'apiKey', text: '발송 대행사의 잔액이 없어요. 충전한 뒤 다시 확인해 주세요.' },
}

/** The page of the sending account, ready to print. */
export function accountView(account: SendingAccount | null, canFill: boolean) {
  return {
    head: headOf(account),
    facts: account ? factsOf(account) : [],
    troubles: (account?.problems ?? []).map((problem) => PROBLEM_TEXTS[problem].text),
    fields: fieldsOf(account),
    canFill,
    canRecheck: account !== null,
  }
}

function headOf(account: SendingAccount | null): HeadView {
  return {
    crumbs: [{ label: '설정', href: '/settings' }],
    title: '발송 계정',
    chip: chipOf(account),
    lead: '메시지는 쇼핑몰의 발송 대행사 계정에서 나가고, 비용도 그 계정에서 바로 빠져요.',
  }
}

function chipOf(account: SendingAccount | null): ChipView {
  if (!account) return { tone: 'quiet', text: '연결 전' }
  if (account.problems.length > 0) return { tone: 'bad', text: '확인 필요' }
  return { tone: 'ok', text: '연결됨' }
}

function factsOf({ masked, balanceWon, prices, checkedAt, webhook }: SendingAccount) {
  return [
    { label: '발송 대행사', text: 'SOLAPI' },
    { label: 'API Key', text: masked.apiKey },
    { label: '카카오톡 채널 pfId', text: masked.pfId },
    { label: '발신번호', text: masked.senderNumber },
    { label: '080 수신거부 번호', text: masked.number080 },
    { label: '잔액', text: balanceWon === null ? '알 수 없음' : formatWon(balanceWon) },
    { label: '브랜드 메시지 한 건', text: formatWon(prices.brandTextWon) },
    { label: '발송 결과 받기', text: webhook.registered ? '바로 받아요' : '10초마다 물어봐요' },
    { label: '마지막 확인', text: formatInstant(checkedAt) },
  ]
}

function fieldsOf(account: SendingAccount | null): FieldView[] {
  const secretHint = account ? '바꾸지 않으려면 비워 두세요.' : '저장한 뒤에는 다시 보여 드리지 않아요.'
  return [
    { name: 'apiKey', label: 'API Key', required: true, maxlength: 100, autocomplete: 'off' },
    {
      name: 'apiSecret',
      label: 'API Secret',
      type: 'password',
      required: account === null,
      maxlength: 200,
      autocomplete: 'off',
      hint: secretHint,
    },
    {
      name: 'pfId',
      label: '카카오톡 채널 pfId',
      required: true,
      maxlength: 100,
      autocomplete: 'off',
      hint: 'SOLAPI 카카오 채널 목록에서 볼 수 있어요.',
    },
    {
      name: 'senderNumber',
      label: '발신번호',
      required: true,
      inputmode: 'tel',
      autocomplete: 'off',
      hint: '발송 대행사에 등록한 번호만 쓸 수 있어요.',
    },
    {
      name: 'number080',
      label: '080 수신거부 번호',
      required: true,
      inputmode: 'tel',
      autocomplete: 'off',
      hint: '광고에는 무료 수신거부 번호가 꼭 있어야 해요.',
    },
  ]
}
