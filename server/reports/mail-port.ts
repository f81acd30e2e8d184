/** One mail in plain text; `key` names what it tells, so that a mail that went out twice is known as one. */
export interface Mail {
  key: string
  to: string
  subject: string
  text: string
}

/** The port to whoever delivers mail. Throws AppError `mail-not-sent` when the server did not take it. */
export interface MailPort {
  send(mail: Mail): Promise<void>
}
