import type { FormState } from '../../../server/http/form-errors'
import type {
  ChartView,
  CheckView,
  ConfirmView,
  DayView,
  EmptyView,
  FieldView,
  FunnelView,
  HeadView,
  PhoneView,
  ProgressView,
  ReasonView,
  TileView,
} from '../../../server/http/page-parts'

const WEEKDAYS = ['일', '월', '화', '수', '목', '금', '토', '일'] as const

const days: DayView[] = WEEKDAYS.map((weekday, i) => ({
  number: String(15 + i),
  label: i === 0 ? '일 · 담음' : i === 7 ? '오늘' : weekday,
  kind: i === 0 ? 'start' : i === 7 ? 'today' : 'plain',
}))

const planFields: FieldView[] = [
  { name: 'time', label: '발송 시각', required: true },
  {
    name: 'quiet',
    label: '에티켓 모드 (야간 발송 제한)',
    type: 'select',
    options: [{ value: 'q', label: '20:00 – 다음 날 08:00' }],
  },
  { name: 'repeat', label: '중복 수신 제외' },
  { name: 'cap', label: '하루 발송 비용 제한', unit: '원', inputmode: 'numeric' },
]

const phone: PhoneView = {
  clock: '10:00',
  room: '오늘의식탁',
  dateText: '2026년 11월 22일 일요일',
  sender: '(광고) 오늘의식탁',
  parts: [
    { text: '김하은님, 담아 두신 ' },
    { text: '무쇠 주물 냄비 24cm', strong: true },
    { text: ' 외 2개가 장바구니에서 기다리고 있어요.\n\n담은 금액 87,400원' },
  ],
  buttons: [{ label: '장바구니 보기' }],
  optOut: '수신거부: 채널 차단 또는 080-000-0000',
  sentAt: '오전 10:00',
  caption: '고객 화면 미리보기',
  captionLink: { label: '다른 고객으로 보기', href: '/campaign?member=2' },
}

/** The campaign page of the look's first picture. */
export const campaignSample = {
  head: {
    crumbs: [{ label: '캠페인', href: '/campaigns' }, { label: '레시피에서 시작' }],
    title: '담은 지 7일 된 고객에게 다시 알리기',
    actions: [
      { label: '테스트 발송', href: '/test' },
      { label: '오늘부터 시작', href: '/start', method: 'post', kind: 'strong' },
    ],
  } satisfies HeadView,
  days,
  funnel: {
    rows: [
      { label: '모수', figure: '112명', share: 1, kind: 'stay', href: '/p' },
      { label: '그 뒤 구매함', figure: '−52', share: 0.46, kind: 'leave', href: '/p' },
      { label: '광고 수신 미동의', figure: '−16', share: 0.14, kind: 'leave', href: '/p' },
      { label: '연락처 없음', figure: '−5', share: 0.04, kind: 'leave', href: '/p' },
      { label: '중복 수신 제외', figure: '−6', share: 0.05, kind: 'leave', href: '/p' },
      { label: '보낼 고객', figure: '33명', share: 0.29, kind: 'result', href: '/p' },
    ],
    note: '숫자를 누르면 고객과 이유를 볼 수 있어요. 실제 발송 때 다시 한 번 확인합니다.',
  } satisfies FunnelView,
  fields: planFields,
  form: {
    typed: { time: '매일 오전 10:00', repeat: '같은 번호에 7일 동안 한 번', cap: '30,000' },
    errors: [],
  } satisfies FormState,
  phone,
}

const bars = [4, 2, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1]
const svg = `<svg width="1060" height="150" viewBox="0 0 1060 150" role="presentation">${bars
  .map(
    (n, i) =>
      `<rect x="${40 + i * 78}" y="${120 - n * 26}" width="34" height="${n * 26}" rx="5" fill="var(--brand)"/><text x="${40 + i * 78}" y="144" font-size="12" fill="var(--ink-2)">${10 + i}시</text>`,
  )
  .join('')}</svg>`

/** The run page of the look's second picture. */
export const runSample = {
  head: {
    crumbs: [{ label: '발송 리포트', href: '/reports' }, { label: '담은 지 7일 된 고객에게 다시 알리기' }],
    title: '11월 22일 발송 회차',
    chip: { tone: 'ok', text: '발송 끝' },
    actions: [{ label: 'CSV 내려받기', href: '/csv' }],
  } satisfies HeadView,
  tiles: [
    { label: '도착', figure: '31건', note: '33건 보냄', href: '/p' },
    { label: '클릭', figure: '9명', note: '도착의 29.0%', href: '/p' },
    { label: '주문', figure: '4건', note: '장바구니 복구율 12.9%', href: '/p' },
    { label: '매출 (취소 제외)', figure: '238,600원', note: '전환 인정 7일' },
    { label: '비용', figure: '775원', note: '한도 30,000원 중' },
  ] satisfies TileView[],
  funnel: {
    rows: [
      { label: '모수', figure: '112', share: 1, kind: 'stay', href: '/p' },
      { label: '발송 대상', figure: '60', share: 0.54, kind: 'stay', href: '/p' },
      { label: '보냄', figure: '33', share: 0.3, kind: 'stay', href: '/p' },
      { label: '도착', figure: '31', share: 0.28, kind: 'result', href: '/p' },
      { label: '클릭', figure: '9', share: 0.08, kind: 'result', href: '/p' },
      { label: '주문', figure: '4', share: 0.04, kind: 'result' },
    ],
  } satisfies FunnelView,
  reasons: [
    { label: '그 뒤 구매함', figure: '52명', href: '/p', remedy: { text: '보내지 않아도 됨' } },
    { label: '광고 수신 미동의', figure: '16명', href: '/p', remedy: { text: '동의 받기', href: '/h' } },
    { label: '중복 수신 제외', figure: '6명', href: '/p', remedy: { text: '11월 29일부터' } },
    {
      label: '도착 실패',
      detail: '채널 친구 아님',
      figure: '2명',
      href: '/p',
      remedy: { text: '친구 늘리기', href: '/h' },
    },
  ] satisfies ReasonView[],
  chart: {
    title: '시간별 클릭과 주문',
    svg,
    legend: [
      { label: '클릭', kind: 'brand' },
      { label: '주문', kind: 'ink' },
    ],
    table: {
      head: ['시각', '클릭', '주문'],
      rows: [
        ['10시', '4', '1'],
        ['11시', '2', '1'],
      ],
    },
  } satisfies ChartView,
}

/** Everything else that the pictures do not show. */
export const restSample = {
  head: {
    title: '설정',
    lead: '발송 계정과 담당자를 관리해요.',
    chip: { tone: 'hold', text: '일시 정지' },
    actions: [{ label: '중지하기', href: '/rest?confirm=stop#confirm', kind: 'danger' }],
  } satisfies HeadView,
  labels: { cap: '하루 발송 비용 제한', phone: '받는 번호' },
  fields: [
    ...planFields,
    { name: 'phone', label: '받는 번호', type: 'tel', hint: '테스트 발송은 채널 친구에게만 도착해요.' },
    { name: 'text', label: '메시지', type: 'textarea' },
    {
      name: 'purchases',
      label: '담은 뒤 구매한 고객',
      type: 'choice',
      options: [
        { value: 'since', label: '제외하기', hint: '마지막으로 담은 뒤 주문한 고객' },
        { value: 'ignore', label: '상관없이 보내기' },
      ],
    },
    {
      name: 'weekdays',
      label: '요일',
      type: 'ticks',
      options: [...'월화수목금토일'].map((day) => ({ value: day, label: day })),
    },
    { name: 'noCap', label: '비용 제한 끄기', type: 'tick' },
  ] satisfies FieldView[],
  form: {
    typed: {
      time: '매일 오전 10:00',
      cap: '0',
      phone: '010-0123',
      text: '김하은님',
      purchases: 'since',
      weekdays: ['월', '수'],
      noCap: 'on',
    },
    errors: [
      { field: 'cap', text: '1 이상으로 입력해 주세요.' },
      { field: 'phone', text: '휴대폰 번호를 확인해 주세요.' },
      { field: '', text: '발송 계정을 먼저 연결해 주세요.' },
    ],
  } satisfies FormState,
  confirm: {
    title: '캠페인을 중지할까요?',
    consequence: '아직 나가지 않은 21건을 취소합니다. 이미 나간 12건은 되돌릴 수 없습니다.',
    action: '/rest/stop',
    label: '21건 취소하고 중지',
    cancelHref: '/rest',
  } satisfies ConfirmView,
  checks: [
    { done: true, label: '쇼핑몰 연결', note: '오늘의식탁' },
    {
      done: false,
      label: '발송 계정',
      note: '카카오 채널과 발신번호가 필요해요.',
      action: { label: '연결하기', href: '/account' },
    },
  ] satisfies CheckView[],
  progress: {
    label: '고객 정보를 가져오고 있어요',
    share: 0.64,
    figure: '640 / 1,000명',
    finish: '오전 10:03쯤 끝나요.',
  } satisfies ProgressView,
  empty: {
    title: '아직 보낸 회차가 없어요',
    text: '캠페인을 시작하면 회차마다 누가 받았고 무엇을 주문했는지 여기에서 볼 수 있어요.',
    action: { label: '캠페인 만들기', href: '/campaigns/new', kind: 'strong' },
  } satisfies EmptyView,
}
