import type { FieldError } from '../http/form-errors'

const SHORTEST_PASSWORD = 10
const LONGEST_PASSWORD = 200
/** Fewer different letters than this is a pattern, not a password. */
const FEWEST_LETTERS = 4

/** What is wrong with a login id (field `loginId`) and a new password (field `password`); empty when both will do. */
export function loginErrors(login: { loginId: string; password: string }): FieldError[] {
  const loginId = plainLoginId(login.loginId)
  const errors: FieldError[] = []
  if (!/^[a-z0-9][a-z0-9._@-]{3,59}$/.test(loginId))
    errors.push({ field: 'loginId', text: '영문 소문자와 숫자로 4자 이상 60자 이하로 입력해 주세요.' })
  const text = passwordFault(login.password, loginId)
  if (text) errors.push({ field: 'password', text })
  return errors
}

/** A login id as it is kept and looked up: without spaces around it, in lower case. */
export function plainLoginId(typed: string): string {
  return typed.trim().toLowerCase()
}

function passwordFault(password: string, loginId: string): string | null {
  if ([...password].length < SHORTEST_PASSWORD) return '비밀번호를 10자 이상으로 입력해 주세요.'
  if (password.length > LONGEST_PASSWORD) return '비밀번호를 200자 이하로 입력해 주세요.'
  if (new Set(password).size < FEWEST_LETTERS)
    return '같은 글자가 너무 많아요. 다른 비밀번호를 입력해 주세요.'
  if (password.toLowerCase() === loginId) return '아이디와 다른 비밀번호를 입력해 주세요.'
  return null
}
