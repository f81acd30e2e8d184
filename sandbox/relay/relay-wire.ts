import type { RelayGroup, RelayMessage, RelayWebhook } from './relay-types'
import { statusMessage } from './status-codes'

const iso = (ms: number) => new Date(ms).toISOString()
const isoOrNull = (ms: number | null) => (ms === null ? null : iso(ms))

const CHARGE_TYPES = [
  ...['sms', 'lms', 'mms', 'ata', 'cta', 'cti', 'nsa', 'rcs_sms', 'rcs_lms', 'rcs_mms', 'rcs_tpl'],
  ...['rcs_itpl', 'rcs_ltpl', 'fax', 'voice', 'bms_text', 'bms_image', 'bms_wide', 'bms_wide_item_list'],
  ...['bms_carousel_feed', 'bms_premium_video', 'bms_commerce', 'bms_carousel_commerce', 'bms_free'],
]

/** One value for every charge type, as the relay lists them. */
export function perChargeType<T>(value: T): Record<string, T> {
  return Object.fromEntries(CHARGE_TYPES.map((type) => [type, value]))
}

/** A group as the API answers it. */
export function groupOnWire(group: RelayGroup, accountId: string): Record<string, unknown> {
  const total = group.messageIndexes.length
  const registered = total - group.registeredFailed
  const sent = group.sentMs === null ? 0 : registered
  return {
    groupId: group.groupId,
    status: group.status,
    accountId,
    masterAccountId: null,
    apiVersion: '4',
    allowDuplicates: group.allowDuplicates,
    isRefunded: group.refunded > 0,
    customFields: group.customFields ?? {},
    count: {
      total,
      sentTotal: sent,
      sentSuccess: group.sentSuccess,
      sentFailed: group.sentFailed,
      sentPending: sent - group.sentSuccess - group.sentFailed,
      sentReplacement: 0,
      refund: group.refunded,
      registeredFailed: group.registeredFailed,
      registeredSuccess: registered,
    },
    countForCharge: perChargeType({ '82': 0 }),
    balance: {
      requested: group.chargedWon,
      replacement: 0,
      refund: group.refundedWon,
      sum: group.chargedWon - group.refundedWon,
    },
    point: { requested: 0, replacement: 0, refund: 0, sum: 0 },
    app: { profit: perChargeType(0), appId: null },
    log: [],
    price: {},
    scheduledDate: null,
    dateSent: isoOrNull(group.sentMs),
    dateCompleted: isoOrNull(group.completedMs),
    dateCreated: iso(group.createdMs),
    dateUpdated: iso(group.updatedMs),
  }
}

/** Whose message it is. */
interface WireAccount {
  accountId: string
  pfId: string
}

/** Made anew from what is kept: the request's own object would triple the memory of a million messages. */
function kakaoOptionsOf(message: RelayMessage, pfId: string): Record<string, unknown> {
  const buttons = message.buttons.map(({ name, url }) => ({ name, linkType: 'WL', linkMobile: url }))
  return { pfId, bms: { targeting: 'I', chatBubbleType: 'TEXT', buttons } }
}

/** A message as lists and receipts show it. */
export function messageOnWire(
  message: RelayMessage,
  { accountId, pfId }: WireAccount,
): Record<string, unknown> {
  return {
    messageId: message.messageId,
    groupId: message.groupId,
    accountId,
    type: message.type,
    country: '82',
    to: message.to,
    from: message.from,
    subject: message.subject,
    text: message.text,
    imageId: null,
    status: message.status,
    statusCode: message.statusCode,
    statusMessage: statusMessage(message.statusCode),
    reason: message.statusCode === '4000' ? null : statusMessage(message.statusCode),
    customFields: message.customFields ?? {},
    kakaoOptions: message.type === 'BMS_FREE' ? kakaoOptionsOf(message, pfId) : null,
    replacement: false,
    autoTypeDetect: false,
    resendCount: 0,
    networkName: null,
    networkCode: null,
    replacements: [],
    log: [],
    dateCreated: iso(message.createdMs),
    dateUpdated: iso(message.updatedMs),
    dateProcessed: isoOrNull(message.acceptedMs),
    dateReceived: message.status === 'COMPLETE' ? iso(message.updatedMs) : null,
    dateReported: message.status === 'COMPLETE' ? iso(message.updatedMs) : null,
  }
}

/** A message in the answer to its registration. */
export function resultOnWire(message: RelayMessage, accountId: string): Record<string, unknown> {
  return {
    to: message.to,
    from: message.from,
    type: message.type,
    country: '82',
    messageId: message.messageId,
    statusCode: message.statusCode,
    statusMessage: statusMessage(message.statusCode),
    accountId,
    ...(message.customFields ? { customFields: message.customFields } : {}),
  }
}

/** A registered webhook as the API answers it. */
export function webhookOnWire(hook: RelayWebhook, accountId: string): Record<string, unknown> {
  return {
    webhookId: hook.webhookId,
    eventId: hook.eventId,
    url: hook.url,
    secret: hook.secret,
    status: hook.status,
    failCount: hook.failCount,
    accountId,
    dateCreated: iso(hook.createdMs),
    dateUpdated: iso(hook.updatedMs),
  }
}
