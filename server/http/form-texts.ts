import type { core } from 'zod'

type Issue = core.$ZodRawIssue

/** The Korean sentence for what a schema found; a schema's own `error` text goes before it. */
export function koreanIssue(issue: Issue): string {
  if (isMissing(issue.input)) return '입력해 주세요.'
  switch (issue.code) {
    case 'invalid_type':
      return typeText(issue.expected)
    case 'too_small':
      return sizeText(issue.origin, Number(issue.minimum), '이상')
    case 'too_big':
      return sizeText(issue.origin, Number(issue.maximum), '이하')
    case 'not_multiple_of':
      return `${issue.divisor.toLocaleString('ko-KR')} 단위로 입력해 주세요.`
    case 'invalid_format':
      return formatText(issue.format)
    case 'invalid_value':
      return '목록에 있는 값을 골라 주세요.'
    case 'invalid_union':
      return issue.errors.at(-1)?.[0]?.message ?? '입력한 값을 확인해 주세요.'
    default:
      return '입력한 값을 확인해 주세요.'
  }
}

function isMissing(input: unknown): boolean {
  return input === undefined || input === null || input === ''
}

function typeText(expected: string): string {
  switch (expected) {
    case 'int':
      return '소수점 없이 숫자로 입력해 주세요.'
    case 'number':
    case 'bigint':
      return '숫자로 입력해 주세요.'
    case 'date':
      return '날짜를 입력해 주세요.'
    default:
      return '입력한 값을 확인해 주세요.'
  }
}

function sizeText(origin: string, limit: number, side: '이상' | '이하'): string {
  const figure = limit.toLocaleString('ko-KR')
  if (origin === 'string') return `${figure}자 ${side}로 입력해 주세요.`.replace('이상로', '이상으로')
  if (origin === 'array' || origin === 'set')
    return `${figure}개 ${side}로 골라 주세요.`.replace('이상로', '이상으로')
  return `${figure} ${side}로 입력해 주세요.`.replace('이상로', '이상으로')
}

function formatText(format: string): string {
  switch (format) {
    case 'email':
      return '이메일 주소를 확인해 주세요.'
    case 'url':
      return 'https://로 시작하는 주소를 입력해 주세요.'
    case 'safeint':
      return '소수점 없이 숫자로 입력해 주세요.'
    default:
      return '형식을 확인해 주세요.'
  }
}
