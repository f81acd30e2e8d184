/** What a merchant can do about one kind of reason. */
export interface Remedy {
  /** The link in a table: "동의 받기". */
  action: string
  title: string
  steps: readonly string[]
  /** Where in Baguni it is done, when it is done here. */
  place?: { label: string; href: string }
}

const SETTINGS = { label: '설정 열기', href: '/settings' } as const
const CAMPAIGNS = { label: '캠페인 열기', href: '/campaigns' } as const

const REMEDIES = {
  consent: {
    action: '동의 받기',
    title: '광고 수신 동의 받기',
    steps: [
      '쇼핑몰 회원 가입과 회원 정보 수정 화면에 SMS 수신 동의를 보이게 두세요.',
      '동의하면 받는 혜택을 한 줄로 적으면 동의가 늘어요.',
      '동의한 고객은 다음 동기화 뒤의 발송부터 들어가요.',
    ],
  },
  phones: {
    action: '번호 모으기',
    title: '휴대폰 번호 모으기',
    steps: [
      '쇼핑몰의 가입 항목에서 휴대폰 번호를 필수로 바꾸세요.',
      '번호가 없거나 잘못된 회원에게는 회원 정보 수정을 안내하세요.',
      '개인정보 접근을 허용하지 않았다면 앱을 다시 열어 동의해 주세요.',
    ],
    place: SETTINGS,
  },
  friends: {
    action: '친구 늘리기',
    title: '카카오톡 채널 친구 늘리기',
    steps: [
      '브랜드 메시지 I 타입은 채널 친구에게만 도착해요.',
      '쇼핑몰 첫 화면과 주문 완료 화면에 채널 추가 버튼을 두세요.',
      '친구가 되면 다음 발송부터 받을 수 있어요.',
    ],
  },
  repeat: {
    action: '기간 확인',
    title: '중복 수신 제외 기간 확인하기',
    steps: [
      '같은 번호에는 정한 기간에 한 번만 보내요.',
      '기간은 캠페인에서 바꿀 수 있고, 바꾼 뒤의 회차부터 적용돼요.',
    ],
    place: CAMPAIGNS,
  },
  frequency: {
    action: '횟수 확인',
    title: '발송 횟수 제한 확인하기',
    steps: [
      '한 번호에는 모든 캠페인을 합쳐 정한 횟수까지만 보내요. 먼저 계획된 캠페인이 보내요.',
      '같은 시각에 시작하는 캠페인은 우선순위가 앞선 것부터 계획해요. 우선순위는 캠페인에서 바꿀 수 있어요.',
      '횟수와 기간은 설정의 ‘고객에게 보내는 횟수’에서 바꿀 수 있고, 바꾼 뒤의 회차부터 적용돼요.',
    ],
    place: SETTINGS,
  },
  conditions: {
    action: '조건 보기',
    title: '제외 조건 확인하기',
    steps: ['캠페인의 제외 조건을 다시 확인해 주세요.', '바꾼 조건은 다음 회차부터 적용돼요.'],
    place: CAMPAIGNS,
  },
  stock: {
    action: '상품 확인',
    title: '담은 상품의 판매 상태 확인하기',
    steps: [
      '품절이거나 진열하지 않은 상품만 담은 고객에게는 보내지 않아요.',
      '상품을 다시 판매하면 다음 동기화 뒤의 발송부터 들어가요.',
    ],
  },
  cap: {
    action: '한도 늘리기',
    title: '발송 비용 제한 늘리기',
    steps: [
      '하루 발송 비용 제한을 넘지 않도록 담은 금액이 큰 고객부터 보내요.',
      '더 많은 고객에게 보내려면 캠페인에서 제한을 늘리거나 끄세요.',
    ],
    place: CAMPAIGNS,
  },
  schedule: {
    action: '시각 바꾸기',
    title: '발송 시각 앞당기기',
    steps: [
      '에티켓 모드 시간과 겹치면 다음 날 아침까지 기다렸다가, 정한 시각이 지나면 보내지 않아요.',
      '발송 시각을 오전이나 이른 오후로 옮겨 주세요.',
    ],
    place: CAMPAIGNS,
  },
  restart: {
    action: '다시 시작',
    title: '캠페인 다시 시작하기',
    steps: [
      '멈춘 회차에서 나가지 않은 메시지는 다시 보내지 않아요.',
      '캠페인을 다시 시작하면 다음 회차부터 보내요.',
    ],
    place: CAMPAIGNS,
  },
  reinstall: {
    action: '앱 다시 연결',
    title: '앱 다시 연결하기',
    steps: ['쇼핑몰 관리자의 앱 목록에서 바구니를 다시 열어 연결해 주세요.'],
    place: SETTINGS,
  },
  content: {
    action: '문구 고치기',
    title: '메시지 내용 고치기',
    steps: [
      '거절된 문구나 버튼 주소가 있는지 확인하고 고쳐 주세요.',
      '고친 뒤에는 테스트 발송으로 먼저 확인해 주세요.',
    ],
    place: CAMPAIGNS,
  },
  channel: {
    action: '채널 확인',
    title: '카카오톡 채널 확인하기',
    steps: [
      '카카오톡 채널 관리자센터에서 채널이 비즈니스 채널이고 공개 상태인지 확인해 주세요.',
      '발송 대행사에 채널이 연결되어 있는지도 확인해 주세요.',
    ],
    place: SETTINGS,
  },
  quota: {
    action: '한도 문의',
    title: '발송 한도 늘리기',
    steps: ['발송 대행사 관리 화면에서 하루 한도를 확인하고 늘려 주세요.'],
  },
  balance: {
    action: '잔액 채우기',
    title: '발송 잔액 채우기',
    steps: ['발송 대행사에서 잔액을 채우면 다음 회차부터 나가요.'],
    place: SETTINGS,
  },
  'sender-number': {
    action: '발신번호 등록',
    title: '발신번호 등록하기',
    steps: ['발송 대행사에 발신번호를 등록한 뒤 발송 계정에서 다시 확인해 주세요.'],
    place: SETTINGS,
  },
  account: {
    action: '계정 확인',
    title: '발송 계정 확인하기',
    steps: ['발송 계정의 키를 새로 넣고 확인 버튼을 눌러 주세요.'],
    place: SETTINGS,
  },
  system: {
    action: '지켜보기',
    title: '잠시 지켜보기',
    steps: ['대부분 저절로 풀려요. 여러 회차에서 이어지면 발송 대행사에 문의해 주세요.'],
  },
} as const satisfies Record<string, Remedy>

export type RemedyKey = keyof typeof REMEDIES

/** What to do about a reason. */
export function remedyOf(key: RemedyKey): Remedy {
  return REMEDIES[key]
}

/** All remedies in the order of their page. */
export function allRemedies(): (Remedy & { key: string })[] {
  return Object.entries(REMEDIES).map(([key, remedy]) => ({ key, ...remedy }))
}
