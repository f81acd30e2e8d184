import { createHash } from 'node:crypto'
import { createTransport } from 'nodemailer'
import { AppError } from '../../core/errors'
import type { MailPort } from '../../reports/mail-port'

const PATIENCE_MS = 10_000

/** Mail over SMTP; each mail over a connection of its own, since there are few. */
export function createSmtpMail(config: { smtpUrl: string; from: string }): MailPort {
  const transport = createTransport({
    url: config.smtpUrl,
    disableFileAccess: true,
    disableUrlAccess: true,
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
  })
  const domain = config.from.slice(config.from.indexOf('@') + 1)
  return {
    async send({ key, to, subject, text }) {
      const name = createHash('sha256').update(key).digest('hex').slice(0, 32)
      try {
        await transport.sendMail({
          from: { name: '바구니', address: config.from },
          // An address, not a list: nothing in it names a second receiver.
          to: { name: '', address: to },
          subject,
          text,
          messageId: `<${name}@${domain}>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
        })
      } catch (cause) {
        // Messages of the library carry the receiver's address and the server's words; only the code goes on.
        throw new AppError('mail-not-sent', 'The mail server did not take a mail', { smtp: codeOf(cause) })
      }
    },
  }
}

function codeOf(cause: unknown): string {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'unknown'
  const status =
    typeof cause === 'object' && cause !== null && 'responseCode' in cause
      ? ` ${String(cause.responseCode)}`
      : ''
  return `${code}${status}`
}
