import type { DecisionReason } from './run'

/** A reason as screens say it: its name, what it means for one person, and what can be done. */
export interface ReasonText {
  label: string
  sentence: string
  remedy: string
}

/** Every reason of the closed list in Korean. */
export const REASON_TEXTS: Readonly<Record<DecisionReason, ReasonText>> = {
  send: {
    label: '보낼 고객',
    sentence: '조건에 맞고 받을 수 있는 고객이에요.',
    remedy: '보내기 직전에 다시 한 번 확인해요.',
  },
  excluded: {
    label: '조건으로 제외',
    sentence: '캠페인에서 제외하기로 한 조건에 해당해요.',
    remedy: '캠페인의 제외 조건을 바꾸면 달라져요.',
  },
  'bought-since': {
    label: '그 뒤 구매함',
    sentence: '마지막으로 담은 뒤에 구매했어요.',
    remedy: '보내지 않아도 돼요.',
  },
  restricted: {
    label: '발송 제한 회원',
    sentence: '만 14세 미만이거나 쇼핑몰이 특별 관리하는 회원이에요.',
    remedy: '광고를 보낼 수 없는 회원이에요.',
  },
  'no-phone': {
    label: '연락처 없음',
    sentence: '메시지를 받을 수 있는 휴대전화 번호가 없어요.',
    remedy: '쇼핑몰 회원 정보에 번호가 들어오면 자동으로 포함돼요.',
  },
  'opted-out': {
    label: '수신거부',
    sentence: '수신거부한 번호예요.',
    remedy: '다시 보낼 수 없어요. 고객이 직접 동의해야 해요.',
  },
  'no-consent': {
    label: '광고 수신 미동의',
    sentence: '광고 수신에 동의하지 않았어요.',
    remedy: '쇼핑몰에서 광고 수신 동의를 받으면 포함돼요.',
  },
  'empty-cart': {
    label: '담은 상품 없음',
    sentence: '장바구니에 지금 살 수 있는 상품이 없어요.',
    remedy: '보내지 않아도 돼요.',
  },
  repeat: {
    label: '중복 수신 제외',
    sentence: '중복 수신 제외 기간 안에 이 캠페인을 이미 받은 번호예요.',
    remedy: '기간이 지나면 자동으로 포함돼요.',
  },
  frequency: {
    label: '발송 횟수 제한',
    sentence: '쇼핑몰에서 정한 횟수만큼 이미 받았거나 받기로 된 번호예요.',
    remedy: '기간이 지나면 자동으로 포함돼요. 횟수는 설정에서, 먼저 보낼 캠페인은 우선순위로 정해요.',
  },
  'same-phone': {
    label: '같은 번호',
    sentence: '같은 번호를 쓰는 다른 회원에게 보내요.',
    remedy: '한 번호에는 한 번만 보내요.',
  },
}
