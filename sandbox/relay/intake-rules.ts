import iconv from 'iconv-lite'
import { z } from 'zod'
import type { PlayRelayAccount, RelayButton, RelayMessageType } from './relay-types'

const CustomFields = z.record(z.string().max(30), z.string().max(100))

const Button = z.looseObject({
  name: z.string().optional(),
  linkType: z.string(),
  linkMobile: z.string().optional(),
  linkPc: z.string().optional(),
})

const Bms = z.looseObject({
  targeting: z.string().optional(),
  chatBubbleType: z.string().optional(),
  content: z.string().optional(),
  buttons: z.array(Button).optional(),
  coupon: z.unknown().optional(),
})

/** One message of a request, as far as this relay reads it. */
export const IncomingMessage = z.object({
  to: z.union([z.string(), z.array(z.string()).min(1)]),
  from: z.string().optional(),
  text: z.string().optional(),
  type: z.string().optional(),
  subject: z.string().optional(),
  country: z.string().optional(),
  customFields: CustomFields.optional(),
  kakaoOptions: z.looseObject({ pfId: z.string().optional(), bms: Bms.optional() }).optional(),
})
export type IncomingMessage = z.infer<typeof IncomingMessage>

/** Body of `PUT /messages/v4/groups/{id}/messages`: up to 10,000 messages. */
export const AddMessagesBody = z.object({ messages: z.array(IncomingMessage).min(1).max(10_000) })

/** Body of `POST /messages/v4/groups`. */
export const CreateGroupBody = z.object({
  allowDuplicates: z.boolean().default(false),
  customFields: CustomFields.optional(),
})

/** Body of `POST /messages/v4/send-many/detail`; scheduling is refused, since this relay keeps no schedule. */
export const SendManyBody = AddMessagesBody.extend({
  allowDuplicates: z.boolean().default(false),
  showMessageList: z.boolean().default(false),
  scheduledDate: z.undefined().optional(),
})

const BMS_TEXT = { contentMax: 1300, newlinesMax: 99, buttonsMax: 5, buttonsMaxWithCoupon: 4, nameMax: 14 }
// The official client accepts no other characters after the host (messaging reference §1.4).
const LINK = /^https?:\/\/[^\s/?#]+[-a-zA-Z0-9@:%_~+.#?&/={}]*$/

/** Digits only, in the national form: "+82 10-…" becomes "010…". */
export function nationalDigits(phone: string): string {
  const digits = phone.replace(/\D/g, '')
  return digits.startsWith('82') ? `0${digits.slice(2)}` : digits
}

/** The type a message is sent as; null for a type that this relay does not know. */
export function typeOf(message: IncomingMessage): RelayMessageType | null {
  if (message.type === 'BMS_FREE' || message.type === 'SMS' || message.type === 'LMS') return message.type
  if (message.type !== undefined) return null
  if (message.kakaoOptions?.bms) return 'BMS_FREE'
  return euckrBytes(message.text ?? '') <= 90 ? 'SMS' : 'LMS'
}

/** The text that the shopper reads: a text message in what carriers can show. */
export function textOf(message: IncomingMessage): string {
  const text = message.kakaoOptions?.bms?.content ?? message.text ?? ''
  return typeOf(message) === 'BMS_FREE' ? text : asCarriersShow(text)
}

/** The web-link buttons of a message. */
export function buttonsOf(message: IncomingMessage): RelayButton[] {
  return (message.kakaoOptions?.bms?.buttons ?? []).flatMap((button) =>
    button.linkType === 'WL' ? [{ name: button.name ?? '', url: button.linkMobile ?? '' }] : [],
  )
}

/** The code with which a message is refused for its form, whoever it goes to; null when its form is right. */
export function refusalOfForm(message: IncomingMessage, account: PlayRelayAccount): string | null {
  const type = typeOf(message)
  if (type === null) return '1010'
  const from = nationalDigits(message.from ?? '')
  if (from !== '' || type !== 'BMS_FREE') {
    if (!account.senderNumbers.some((number) => nationalDigits(number) === from)) return '1062'
  }
  return type === 'BMS_FREE' ? refusalOfBms(message, account.pfId) : refusalOfText(message, type, account)
}

/** True for a Korean phone number in digits. */
export function isPhone(digits: string): boolean {
  return /^0\d{8,10}$/.test(digits)
}

function refusalOfBms(message: IncomingMessage, pfId: string): string | null {
  if (message.kakaoOptions?.pfId !== pfId) return '1041'
  const bms = message.kakaoOptions.bms
  if (bms?.targeting !== 'I' || bms.chatBubbleType !== 'TEXT') return '1044'
  const text = textOf(message)
  if (text.trim() === '' || text.length > BMS_TEXT.contentMax) return '1031'
  if (text.split('\n').length - 1 > BMS_TEXT.newlinesMax) return '1031'
  const buttons = bms.buttons ?? []
  if (buttons.length > (bms.coupon ? BMS_TEXT.buttonsMaxWithCoupon : BMS_TEXT.buttonsMax)) return '1044'
  return buttons.every(isButton) ? null : '1044'
}

function isButton(button: z.infer<typeof Button>): boolean {
  if (button.linkType === 'AC') return true
  if (!button.name || button.name.length > BMS_TEXT.nameMax) return false
  if (button.linkType !== 'WL') return true
  return LINK.test(button.linkMobile ?? '') && (button.linkPc === undefined || LINK.test(button.linkPc))
}

function refusalOfText(
  { text = '', subject = '' }: IncomingMessage,
  type: 'SMS' | 'LMS',
  { number080 }: PlayRelayAccount,
): string | null {
  const bytes = euckrBytes(text)
  if (bytes === 0 || bytes > (type === 'SMS' ? 90 : 2000)) return '1031'
  if (euckrBytes(subject) > 40) return '1031'
  return isLawfulAd(text, number080) ? null : '1031'
}

/** Advertising says so first, exactly, and ends with the account's own number to refuse at (messaging reference §1.8, §4.4). */
function isLawfulAd(text: string, number080: string): boolean {
  if (!/[([{<]\s*광\s*[/·.]?\s*고\s*[)\]}>]/.test(text)) return true
  const last = text.trimEnd().split('\n').at(-1) ?? ''
  const digits = last.replace(/\D/g, '')
  return text.startsWith('(광고)') && /^무료(수신)?거부/.test(last) && digits === number080.replace(/\D/g, '')
}

/** What arrives of a text: KS X 1001, and a question mark for every other character (messaging reference §1.10). */
function asCarriersShow(text: string): string {
  return [...text].map((letter) => (letter === '\n' || isShown(letter) ? letter : '?')).join('')
}

function isShown(letter: string): boolean {
  const [lead = 0, trail = 0] = iconv.encode(letter, 'euc-kr')
  return letter === '?' || (lead >= 0x20 && lead < 0x7f && lead !== 0x3f) || (lead >= 0xa1 && trail >= 0xa1)
}

function euckrBytes(text: string): number {
  return iconv.encode(text, 'euc-kr').length
}

const SEOUL_MS = 9 * 3_600_000
const DAY_MINUTES = 1440

/** True while Kakao lets no advertisement through: 20:50 to 08:00 Seoul time (messaging reference §1.7). */
export function isAdNight(atMs: number): boolean {
  const minute = Math.floor((atMs + SEOUL_MS) / 60_000) % DAY_MINUTES
  return minute >= 20 * 60 + 50 || minute < 8 * 60
}
