import type { AlertRecord } from './alert'
import type { AlertText } from './alert-texts'
import type { Mail } from './mail-port'

/** The mail that tells an owner of one alert: what happened, what to do, where; nothing of any shopper. */
export function alertMail(facts: {
  to: string
  text: AlertText
  record: Pick<AlertRecord, 'id' | 'openedAt'>
  shopName: string
  baseUrl: string
}): Mail {
  const { to, text, record, shopName, baseUrl } = facts
  // The first sentence says what stands still; a name with a line break must not become a header.
  const [first = ''] = text.reason.split(/(?<=요\.)/, 1)
  return {
    key: `${record.id}:${record.openedAt.getTime()}`,
    to,
    subject: `[바구니] ${first}`.replace(/\s+/g, ' '),
    text: [
      `${shopName} 쇼핑몰의 발송 소식이에요.`,
      '',
      text.reason,
      `${text.remedy}: ${baseUrl}${text.href}`,
      '',
      '같은 일은 한 번만 알려요. 지금 상태는 바구니 홈에서 볼 수 있어요.',
      `알림 받을 이메일 바꾸기: ${baseUrl}/settings/alerts`,
    ].join('\n'),
  }
}
