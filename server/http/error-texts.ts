import { UserError } from '../core/errors'

/** An error as a person meets it. */
export interface ErrorText {
  status: number
  /** For machines: `not-found`. */
  code: string
  /** What happened, in a few Korean words. */
  title: string
  /** What to do next, in Korean. */
  next: string
}

const BY_STATUS: Readonly<Record<number, Omit<ErrorText, 'status'>>> = {
  400: {
    code: 'bad-request',
    title: '요청을 읽지 못했어요',
    next: '이전 화면으로 돌아가 다시 시도해 주세요.',
  },
  401: { code: 'login-needed', title: '로그인이 필요해요', next: '다시 로그인해 주세요.' },
  403: { code: 'forbidden', title: '이 화면을 볼 수 없어요', next: '쇼핑몰 대표에게 권한을 요청해 주세요.' },
  404: { code: 'not-found', title: '찾는 화면이 없어요', next: '주소를 다시 확인해 주세요.' },
  409: { code: 'conflict', title: '그사이 내용이 바뀌었어요', next: '새로 고친 뒤 다시 시도해 주세요.' },
  410: { code: 'gone', title: '더 이상 쓸 수 없는 주소예요', next: '홈에서 다시 시작해 주세요.' },
  413: { code: 'too-large', title: '보낸 내용이 너무 커요', next: '내용을 줄여 다시 시도해 주세요.' },
  415: {
    code: 'unsupported',
    title: '읽을 수 없는 형식이에요',
    next: '이전 화면으로 돌아가 다시 시도해 주세요.',
  },
  422: {
    code: 'unprocessable',
    title: '입력한 내용을 확인해 주세요',
    next: '이전 화면으로 돌아가 고쳐 주세요.',
  },
  429: { code: 'too-many', title: '요청이 너무 많았어요', next: '잠시 뒤에 다시 시도해 주세요.' },
  503: { code: 'not-ready', title: '잠시 쉬고 있어요', next: '1분 뒤에 다시 시도해 주세요.' },
}
const OURS: ErrorText = {
  status: 500,
  code: 'internal',
  title: '잠시 문제가 생겼어요',
  next: '입력한 내용은 저장되지 않았을 수 있어요. 잠시 뒤에 다시 시도해 주세요.',
}
const FORM_TOKEN = {
  title: '화면이 오래되어 보내지 못했어요',
  next: '이전 화면을 새로 고친 뒤 다시 보내 주세요. 계속되면 브라우저의 쿠키 차단을 확인해 주세요.',
}

/** What a person is told about `error`; anything unknown is ours (500) and tells nothing about itself. */
export function errorTextOf(error: unknown): ErrorText {
  if (error instanceof UserError) {
    const title = BY_STATUS[error.status]?.title ?? OURS.title
    return { status: error.status, code: error.code, title, next: error.korean }
  }
  const { status, code } = httpFacts(error)
  if (code === 'bad-form-token') return { status: 403, code, ...FORM_TOKEN }
  const known = BY_STATUS[status]
  if (known) return { status, ...known }
  return status >= 400 && status < 500 ? { status, ...at(400) } : OURS
}

function at(status: 400): Omit<ErrorText, 'status'> {
  return BY_STATUS[status] ?? OURS
}

/** The status of errors made by express and its parsers; ours carry none and count as 500. */
function httpFacts(error: unknown): { status: number; code: string | null } {
  if (!(error instanceof Error)) return { status: 500, code: null }
  const status = 'status' in error && typeof error.status === 'number' ? error.status : 500
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null
  return { status, code }
}
