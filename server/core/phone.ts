import { parsePhoneNumberFromString } from 'libphonenumber-js'

/** A Korean mobile number in E.164 (`+8210…`), or null when the text is not one that can get a message. */
export function parseMobile(text: string): string | null {
  const digits = text.replace(/[^\d+]/g, '')
  const parsed = parsePhoneNumberFromString(digits, 'KR')
  const e164 = parsed?.number ?? null
  // libphonenumber refuses 010-0ddd-dddd, the range that is given to nobody and that the sandbox uses.
  const national = e164?.startsWith('+82') ? `0${e164.slice(3)}` : digits
  return /^01[016789]\d{7,8}$/.test(national) ? `+82${national.slice(1)}` : null
}

/** The national form that Korean relays take: digits only, `010…`. */
export function nationalDigits(e164: string): string {
  return `0${e164.slice(3)}`
}

/** A Korean number with its dashes, `080-123-4567`; what is no such number stays as it is. */
export function dashedPhone(number: string): string {
  const parts = /^(02|0\d{2})(\d{3,4})(\d{4})$/.exec(number.replace(/\D/g, ''))
  return parts ? parts.slice(1).join('-') : number
}

/** A number as screens show it: `010-****-5678`. */
export function maskPhone(e164: string): string {
  const digits = nationalDigits(e164)
  return `${digits.slice(0, 3)}-****-${digits.slice(-4)}`
}

/** A name as screens show it: first and last syllable stay, `김*은`. */
export function maskName(name: string): string {
  const letters = [...name.trim()]
  if (letters.length < 2) return '*'
  if (letters.length === 2) return `${letters[0]}*`
  return `${letters[0]}${'*'.repeat(letters.length - 2)}${letters[letters.length - 1]}`
}
